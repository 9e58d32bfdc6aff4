import { expect, it, vi } from 'vitest';
import { Limiter } from '../../../server/src/base/limiter.ts';

/** Tasks that end when they are told to. */
function tasks(limiter: Limiter, signal?: AbortSignal) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const run = (number: number, mine = signal) =>
    limiter.run(() => {
      begun.push(number);
      return new Promise<number>((resolve) => ends.push(() => resolve(number)));
    }, mine);
  const endFirst = async (result: Promise<unknown>) => {
    ends.shift()?.();
    await result;
  };
  return { begun, run, endFirst };
}

it('runs as many as it may, in the order in which they came', async () => {
  const { begun, run, endFirst } = tasks(new Limiter(2));
  const results = [0, 1, 2, 3].map((number) => run(number));
  expect(begun).toEqual([0, 1]);
  for (const result of results) await endFirst(result);
  expect(begun).toEqual([0, 1, 2, 3]);
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
});

it('starts none whose signal fires while it waits, and all others', async () => {
  const stop = new AbortController();
  const { begun, run, endFirst } = tasks(new Limiter(1));
  const first = run(0);
  const waiting = [run(1, stop.signal), run(2), run(3, stop.signal), run(4, new AbortController().signal)];
  const outcomes = Promise.allSettled(waiting);
  stop.abort(new Error('stopped'));
  await endFirst(first);
  await endFirst(waiting[1] as Promise<number>);
  await endFirst(waiting[3] as Promise<number>);
  expect(begun).toEqual([0, 2, 4]);
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  await expect(run(5, stop.signal)).rejects.toThrow('stopped');
});

it('listens once to a signal, however many wait for it, and no longer than they do', async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  const limiter = new Limiter(1);
  const all = Array.from({ length: 5_000 }, (_, number) => limiter.run(async () => number, signal));
  expect(await Promise.all(all)).toHaveLength(5_000);
  expect(added).toHaveBeenCalledTimes(1);
  expect(removed).toHaveBeenCalledTimes(1);
});
