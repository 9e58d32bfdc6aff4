import { Readable } from 'node:stream';
import { onClosedEarly } from './closedEarly.ts';

/** What a stream passes on, and how. */
export interface Forwarding {
  /** Hands over streams to `forward`, one after the other has ended. The forwarded stream ends when this does, and fails with its error. */
  readonly from: (forward: (part: Readable) => Promise<void>) => Promise<void>;
  /**
   * Sees each chunk and says what is passed on for it, which may be nothing yet. What it throws ends the part, and `forward` rejects
   * with it.
   */
  readonly each: (chunk: Uint8Array) => Uint8Array | undefined;
  /** What is passed on at the end. What it throws is the stream's error. */
  readonly last?: () => Uint8Array | undefined;
  /** In the place of an error of all that. */
  readonly worded?: ((error: unknown) => unknown) | undefined;
  /** Called when nobody reads any more, at the end too: has to end what is waited for. The part under way has been destroyed. */
  readonly onDestroy: () => void;
}

/**
 * Passes the bytes of other streams on. To go from one asynchronous generator to the next costs several times what is done with a chunk,
 * and a blob goes through many hands: here chunks are handed on as they come, and the part under way is halted while nobody reads.
 */
export function forwarded(forwarding: Forwarding): Readable {
  return new ForwardedStream(forwarding);
}

class ForwardedStream extends Readable {
  readonly #forwarding: Forwarding;
  #part: Readable | undefined;
  /** Somebody waits for more. */
  #isWanted = false;

  constructor(forwarding: Forwarding) {
    super();
    this.#forwarding = forwarding;
    // A reader that comes late still gets the error; without a listener it would end the process before.
    this.on('error', () => {});
    const { worded = (error: unknown) => error } = forwarding;
    this.#run().catch((error: unknown) => this.destroy(worded(error) as Error));
  }

  override _read(): void {
    this.#isWanted = true;
    this.#part?.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#part?.destroy();
    this.#forwarding.onDestroy();
    callback(error);
  }

  async #run(): Promise<void> {
    const { from, last } = this.#forwarding;
    await from((part) => this.#forward(part));
    if (this.destroyed) return;
    const rest = last?.();
    if (rest !== undefined) this.push(rest);
    this.push(null);
  }

  #forward(part: Readable): Promise<void> {
    if (this.destroyed) part.destroy();
    this.#part = part;
    return new Promise((resolve, reject) => {
      part.on('data', (chunk: Uint8Array) => {
        let passed: Uint8Array | undefined;
        try {
          passed = this.#forwarding.each(chunk);
        } catch (error) {
          reject(error);
          part.destroy();
          return;
        }
        if (passed === undefined || passed.length === 0 || this.push(passed)) return;
        this.#isWanted = false;
        part.pause();
      });
      part.once('end', resolve);
      part.on('error', reject);
      onClosedEarly(part, reject);
      if (!this.#isWanted) part.pause();
    });
  }
}
