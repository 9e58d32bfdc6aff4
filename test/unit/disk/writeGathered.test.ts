import { expect, it } from 'vitest';
import { writeGathered } from '../../../server/src/disk/writeGathered.ts';

const mebibyte = 1024 * 1024;

async function* pieces(sizes: readonly number[], end?: Error): AsyncGenerator<Uint8Array> {
  for (const [index, size] of sizes.entries()) yield Buffer.alloc(size, index);
  if (end !== undefined) throw end;
}

const sizesOf = (written: readonly (readonly Uint8Array[])[]) =>
  written.map((each) => each.map(({ length }) => length));

it('hands small pieces to the disk together, in their order, and one call after the other', async () => {
  const written: (readonly Uint8Array[])[] = [];
  let underWay = 0;
  await writeGathered(pieces([600_000, 600_000, 10, 2 * mebibyte, 7]), async (each) => {
    expect(underWay++).toBe(0);
    await Promise.resolve();
    written.push(each);
    underWay--;
  });
  expect(sizesOf(written)).toEqual([[600_000, 600_000], [10, 2 * mebibyte], [7]]);
  expect(written.flat().map((piece) => piece[0])).toEqual([0, 1, 2, 3, 4]);
});

it('writes what a source gave before it failed, and fails as it did', async () => {
  const written: (readonly Uint8Array[])[] = [];
  const failing = writeGathered(pieces([5, 6], new Error('the source broke off')), async (each) => {
    written.push(each);
  });
  await expect(failing).rejects.toThrow('the source broke off');
  expect(sizesOf(written)).toEqual([[5, 6]]);
});

it('reads no further once the disk has failed', async () => {
  let read = 0;
  async function* source() {
    for (; read < 100; read++) yield Buffer.alloc(mebibyte);
  }
  const failing = writeGathered(source(), async () => {
    throw new Error('no room');
  });
  await expect(failing).rejects.toThrow('no room');
  expect(read).toBeLessThan(4);
});
