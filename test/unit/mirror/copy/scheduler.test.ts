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

const ones = (count: number) => Array.from({ length: count }, () => 1);

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
    transfers(source, 'blob', ones(20));
    transfers(slow, 'other', ones(20));
    await settle();
    expect(begun).toHaveLength(10);
    for (const name of ['a', 'b', 'c']) void scheduler.request(destination, task(name));
    await settle();
    expect(begun.slice(10)).toEqual(['a', 'b']);
    await end('blob0');
    expect(begun.slice(12)).toEqual(['c']);
  });

  it('leaves room for another source while one is slow', async () => {
    transfers(slow, 'slow', ones(20));
    await settle();
    expect(begun).toHaveLength(7);
    transfers(source, 'fast', ones(5));
    await settle();
    expect(begun.slice(7)).toEqual(['fast0', 'fast1', 'fast2']);
    await end('fast0', 'fast1');
    expect(begun.slice(10)).toEqual(['fast3', 'fast4']);
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
    const all = Promise.allSettled(transfers(source, 'blob', ones(9)));
    await settle();
    stop.abort(new Error('stopped'));
    await end(...begun);
    const results = await all;
    expect(begun).toHaveLength(7);
    expect(results.slice(7)).toEqual([
      { status: 'rejected', reason: stop.signal.reason },
      { status: 'rejected', reason: stop.signal.reason },
    ]);
    await expect(scheduler.request(source, task('late'))).rejects.toThrow('stopped');
  });
});
