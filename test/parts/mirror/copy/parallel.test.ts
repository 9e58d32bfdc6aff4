import { expect, it } from 'vitest';
import { inParallel } from '../../../../server/src/mirror/copy/parallel.ts';

/** Work that ends when the test says so. */
function work() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (item: string) =>
    new Promise<void>((resolve) => {
      begun.push(item);
      ends.set(item, resolve);
    });
  const end = async (...items: string[]) => {
    for (const item of items) ends.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, begin, end };
}

const laneOf = (item: string) => item[0] ?? '';

it('does all in their order where there is one lane, and so many at once', async () => {
  const { begun, begin, end } = work();
  const all = inParallel(['a1', 'a2', 'a3', 'a4'], 2, laneOf, begin);
  expect(begun).toEqual(['a1', 'a2']);
  await end('a2');
  expect(begun).toEqual(['a1', 'a2', 'a3']);
  await end('a1', 'a3');
  await end('a4');
  await all;
});

it('goes on with another lane while one is stuck', async () => {
  const { begun, begin, end } = work();
  const all = inParallel(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2', 'b3'], 4, laneOf, begin);
  expect(begun).toEqual(['a1', 'b1', 'a2', 'b2']);
  await end('b1', 'b2');
  expect(begun).toContain('b3');
  await end('b3');
  for (const item of ['a1', 'a2', 'a3', 'a4', 'a5']) await end(item);
  await all;
  expect(begun.toSorted()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2', 'b3']);
});

it('ends with the first failure', async () => {
  const failing = async (item: string) => {
    throw new Error(item);
  };
  await expect(inParallel(['a', 'b'], 1, laneOf, failing)).rejects.toThrow('a');
});

it('goes on while something that needs no place any more comes to its end, and waits for that, too', async () => {
  const { begun, begin, end } = work();
  let isDone = false;
  const leaving = (item: string, leave: () => void) => {
    leave();
    return begin(item);
  };
  const all = inParallel(['a1', 'a2', 'a3'], 1, laneOf, leaving).then(() => {
    isDone = true;
  });
  await end();
  expect(begun).toEqual(['a1', 'a2', 'a3']);
  await end('a3', 'a1');
  expect(isDone).toBe(false);
  await end('a2');
  await all;
});
