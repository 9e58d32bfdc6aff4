import type { FileHandle } from 'node:fs/promises';

/** Bytes that are handed to the disk at once. */
const atOnce = 1024 * 1024;

/**
 * Writes what a source gives at the place to which an open file has come. Networks give bytes in small pieces, of which each write
 * would cost more than the bytes: they are gathered, and go to the disk while the next ones come. Twice a mebibyte is in memory at most.
 *
 * When the source fails, what it gave before is written all the same: it may be worth going on with.
 *
 * @param write hands pieces to the disk, in their order and one call after the other
 * @throws what `content` and `write` throw
 */
export async function writeGathered(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  write: (pieces: readonly Uint8Array[]) => Promise<void>,
): Promise<void> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  let underWay = Promise.resolve();
  const flush = async () => {
    await underWay;
    if (length === 0) return;
    underWay = write(gathered);
    // Whoever waits for it next gets its error.
    underWay.catch(() => {});
    gathered = [];
    length = 0;
  };
  try {
    for await (const piece of content) {
      gathered.push(piece);
      length += piece.length;
      if (length >= atOnce) await flush();
    }
  } finally {
    await flush();
    await underWay;
  }
}

/** Writes all pieces at the place to which an open file has come; a disk that takes only a part is asked again for the rest. */
export async function writePieces(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let left = pieces;
  for (;;) {
    const { bytesWritten } = await handle.writev(left);
    const size = left.reduce((sum, { length }) => sum + length, 0);
    if (bytesWritten === size) return;
    left = after(left, bytesWritten);
  }
}

/** What is left of pieces after so many bytes. */
function after(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skipped = bytes;
  return pieces.flatMap((piece) => {
    const rest = piece.subarray(Math.min(skipped, piece.length));
    skipped -= piece.length - rest.length;
    return rest.length === 0 ? [] : [rest];
  });
}
