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

const transfer = (from: TaskPlace, name: string, bytes: number, turn = 0) =>
  scheduler.transfer({ from, to: destination, bytes, turn }, task(name));

const transfers = (from: TaskPlace, name: string, sizes: readonly number[]) =>
  sizes.map((size, at) => transfer(from, `${name}${at}`, size));

describe('a scheduler', () => {
  it('moves the largest blob next, and of equal ones that which came first', async () => {
    scheduler = new Scheduler(1, stop.signal);
    transfers(source, 'blob', [5, 1, 9, 5]);
    await settle();
    for (let ended = 0; ended < 4; ended++) await end(begun.at(-1) ?? '');
    expect(begun).toEqual(['blob0', 'blob2', 'blob3', 'blob1']);
  });

  it('finishes the image that began first', async () => {
    scheduler = new Scheduler(2, stop.signal);
    const images = [
      [90, 91],
      [30, 31, 32, 33],
      [80, 150],
    ];
    for (const [turn, blobs] of [...images.entries()].reverse()) {
      for (const bytes of blobs) void transfer(source, `${turn}: ${bytes}`, bytes, turn);
    }
    await settle();
    for (let ended = 0; ended < 8; ended++) await end(begun[ended] ?? '');
    expect(begun.slice(2)).toEqual(['0: 91', '0: 90', '1: 33', '1: 32', '1: 31', '1: 30']);
  });

  it('brings what would take as long as all the rest before it', async () => {
    scheduler = new Scheduler(2, stop.signal);
    for (const [turn, bytes] of [1, 1, 20, 30, 10, 70, 40].entries()) {
      void transfer(source, `${turn}: ${bytes}`, bytes, turn);
    }
    await settle();
    for (let ended = 0; ended < 7; ended++) await end(begun[ended] ?? '');
    // Of 120, 70 are more than a half, and so are 40 of 50 then.
    expect(begun.slice(2)).toEqual(['2: 20', '3: 30', '5: 70', '6: 40', '4: 10']);
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
    const both = [1, 2].map((turn) =>
      scheduler.transfer({ from: place, to: place, bytes: 1, turn }, async () => void ran++),
    );
    await Promise.all(both);
    expect(ran).toBe(2);
  });

  it('hands on what a task gives, and what it fails with, and goes on', async () => {
    scheduler = new Scheduler(1, stop.signal);
    const to = { from: source, to: destination, turn: 0 };
    const failing = scheduler.transfer({ ...to, bytes: 2 }, async () => {
      throw new Error('gone');
    });
    const next = scheduler.transfer({ ...to, bytes: 1 }, async () => 'done');
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
