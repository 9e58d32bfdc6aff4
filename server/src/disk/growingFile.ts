import { openRegularFile } from './openFile.ts';

/** Bytes at its start by which a file is known again. */
const headLength = 256;
/** Bytes that are read at once. */
const pieceLength = 256 * 1024;

/** A file that others write to at its end, read piece by piece from where it was left. */
export class GrowingFile {
  readonly #path: string;
  readonly #inside: readonly string[] | undefined;
  #offset = 0;
  #head: Buffer = Buffer.alloc(0);
  #identity = '';

  /** @param inside see `OpenRules.inside` */
  constructor(path: string, inside: readonly string[] | undefined) {
    this.#path = path;
    this.#inside = inside;
  }

  /**
   * Reads what was added, and all of it where the file is another one than before, or was emptied meanwhile. Others have their turn
   * between two pieces.
   *
   * @param most bytes of the whole file; what is behind them is left
   * @param restart called before the first piece of another file
   * @returns true where there was anything
   * @throws DiskError as `openRegularFile`; what the operating system says
   */
  async read(most: number, take: (piece: Uint8Array) => void, restart: () => void): Promise<boolean> {
    const { handle, info } = await openRegularFile(this.#path, { inside: this.#inside });
    try {
      const identity = `${info.dev} ${info.ino}`;
      const size = Math.min(info.size, most);
      if (identity === this.#identity && size === this.#offset) return false;
      const head = Buffer.alloc(Math.min(headLength, size));
      await handle.read(head, 0, head.length, 0);
      const isSame =
        identity === this.#identity &&
        size >= this.#offset &&
        head.subarray(0, this.#head.length).equals(this.#head);
      if (!isSame) {
        this.#offset = 0;
        restart();
      }
      this.#identity = identity;
      this.#head = head;
      while (this.#offset < size) {
        const piece = Buffer.alloc(Math.min(pieceLength, size - this.#offset));
        const { bytesRead } = await handle.read(piece, 0, piece.length, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        take(piece.subarray(0, bytesRead));
      }
      return true;
    } finally {
      await handle.close();
    }
  }
}
