import { beforeEach, describe, expect, it } from 'vitest';
import { Scheduler, type TaskPlace } from '../../../../server/src/mirror/copy/scheduler.ts';

const source: TaskPlace = { place: 'source' };
const slow: TaskPlace = { place: 'slow' };
const destination: TaskPlace = { place: 'destination' };

let begun: string[];
let ends: Map<string, () => void>;
let stop: AbortController;
let scheduler: Scheduler;

beforeEach(() => {
  begun = [];
  ends = new Map();
  stop = new AbortController();
  scheduler = new Scheduler(100, stop.signal);
});

/** A task that ends when the test says so. */
const task = (name: string) => () =>
  new Promise<void>((resolve) => {
    begun.push(name);
    ends.set(name, resolve);
  });

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function end(...names: readonly string[]): Promise<void> {
  for (const name of names) ends.get(name)?.();
  await settle();
}

const transfers = (from: TaskPlace, name: string, sizes: readonly number[]) =>
  sizes.map((size, at) => scheduler.transfer(from, destination, size, task(`${name}${at}`)));

describe('a scheduler', () => {
  it('moves the largest blob next, and of equal ones that which came first', async () => {
    scheduler = new Scheduler(1, stop.signal);
    transfers(source, 'blob', [5, 1, 9, 5]);
    await settle();
    for (let ended = 0; ended < 4; ended++) await end(begun.at(-1) ?? '');
    expect(begun).toEqual(['blob0', 'blob2', 'blob3', 'blob1']);
  });

  it('lets requests go before transfers, and keeps room for them', async () => {
    transfers(
      source,
      'blob',
      Array.from({ length: 20 }, () => 1),
    );
    await settle();
    expect(begun).toHaveLength(6);
    for (const name of ['a', 'b', 'c']) void scheduler.request(destination, task(name));
    await settle();
    expect(begun.slice(6)).toEqual(['a', 'b']);
    await end('blob0');
    expect(begun.slice(8)).toEqual(['c']);
  });

  it('goes on with another source while one holds all that it may', async () => {
    transfers(
      slow,
      'slow',
      Array.from({ length: 20 }, () => 100),
    );
    transfers(source, 'fast', [1]);
    await settle();
    // It had all before anybody else was known; from then on it has three quarters.
    for (let ended = 0; ended < 4; ended++) await end(`slow${ended}`);
    expect(begun.filter((name) => name.startsWith('fast'))).toHaveLength(1);
    transfers(source, 'again', [1, 1]);
    await end('fast0');
    expect(begun).toContain('again0');
  });

  it('runs what both ends of a copy within one place need, however little it bears', async () => {
    const load = { refusals: 0, strain: 1 };
    const place = { place: 'one', load };
    for (let refusal = 1; refusal <= 20; refusal++) {
      load.refusals = refusal;
      await scheduler.request(place, async () => {});
    }
    let ran = 0;
    const both = [1, 2].map(() => scheduler.transfer(place, place, 1, async () => void ran++));
    await Promise.all(both);
    expect(ran).toBe(2);
  });

  it('hands on what a task gives, and what it fails with, and goes on', async () => {
    scheduler = new Scheduler(1, stop.signal);
    const failing = scheduler.transfer(source, destination, 2, async () => {
      throw new Error('gone');
    });
    const next = scheduler.transfer(source, destination, 1, async () => 'done');
    await expect(failing).rejects.toThrow('gone');
    expect(await next).toBe('done');
  });

  it('begins nothing once its signal has fired', async () => {
    const all = Promise.allSettled(
      transfers(
        source,
        'blob',
        Array.from({ length: 8 }, () => 1),
      ),
    );
    await settle();
    stop.abort(new Error('stopped'));
    await end(...begun);
    const results = await all;
    expect(begun).toHaveLength(6);
    expect(results.slice(6)).toEqual([
      { status: 'rejected', reason: stop.signal.reason },
      { status: 'rejected', reason: stop.signal.reason },
    ]);
    await expect(scheduler.request(source, task('late'))).rejects.toThrow('stopped');
  });
});
