import type { Readable } from 'node:stream';

/** How long is waited for whom. */
export interface Timeouts {
  /** Milliseconds until a connection stands, TLS and proxy included. */
  readonly connect: number;
  /** Milliseconds to find out whether an insecure host speaks HTTPS. */
  readonly probe: number;
  /** Milliseconds of waiting for an answer after which whoever gives up has found the host to be silent. */
  readonly silence: number;
  /** Milliseconds until the headers of an answer are complete. */
  readonly headers: number;
  /** Milliseconds between two parts of an answer's body. */
  readonly body: number;
  /** A body of which less than `bytes` come in so many milliseconds of waiting is given up. */
  readonly pace: { readonly milliseconds: number; readonly bytes: number };
}

/** A registry that is slow is waited for; one that sends a byte now and then is not. */
export const usualTimeouts: Timeouts = {
  connect: 15_000,
  probe: 20_000,
  silence: 10_000,
  headers: 60_000,
  body: 60_000,
  pace: { milliseconds: 60_000, bytes: 4096 },
};

/** What a body fails with that comes too slowly: undici's error for one that does not come. */
export function tooSlow(): Error {
  return Object.assign(new Error('too slow'), { code: 'UND_ERR_BODY_TIMEOUT' });
}

/**
 * Sees whether a body comes too slowly. Only the time in which somebody waits for a part of it counts: a reader may be as slow as it
 * likes.
 */
export class Pace {
  readonly #least: Timeouts['pace'];
  #waited = 0;
  #received = 0;
  #asked = performance.now();

  /** @param body is asked to go on (`resume`) when somebody waits for more of it */
  constructor(body: Readable, least: Timeouts['pace']) {
    this.#least = least;
    body.on('resume', () => {
      this.#asked = performance.now();
    });
  }

  /** So many bytes have come. @throws undici's error for a body that does not come, when it comes too slowly */
  received(bytes: number): void {
    const now = performance.now();
    this.#waited += now - this.#asked;
    this.#asked = now;
    this.#received += bytes;
    if (this.#received >= this.#least.bytes) {
      this.#waited = 0;
      this.#received = 0;
    } else if (this.#waited >= this.#least.milliseconds) throw tooSlow();
  }
}
