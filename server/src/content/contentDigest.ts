import { createHash, type Hash } from 'node:crypto';
import { isVerifiable } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';

/** The digest of `bytes`. `algorithm` is one that `isVerifiable` knows. */
export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** The digest of what a stream gives, which need not fit into memory. `algorithm` is one that `isVerifiable` knows. */
export async function digestOfStream(
  stream: AsyncIterable<Uint8Array>,
  algorithm = 'sha256',
): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of stream) hash.update(chunk);
  return `${algorithm}:${hash.digest('hex')}`;
}

/** The algorithm of a digest, `sha256` of `sha256:315f…`. */
export function algorithmOf(digest: string): string {
  return digest.slice(0, digest.indexOf(':'));
}

/**
 * Holds whole content to its digest. `place` names where it came from.
 * @throws UserError `digestMismatch` when it is another's, `unverifiable` when nobody here can tell
 */
export function checkDigest(bytes: Uint8Array, digest: string, place: string): void {
  requireVerifiable(digest, place);
  const actual = digestOf(bytes, algorithmOf(digest));
  if (actual !== digest) throw digestMismatch(place, digest, actual);
}

/** @throws UserError `unverifiable` for a digest whose algorithm cannot be computed here */
export function requireVerifiable(digest: string, place: string): void {
  if (isVerifiable(digest)) return;
  throw new UserError('unverifiable', t('{0}: the digest {1} cannot be checked', place, digest), {
    nextStep: t('only sha256 and sha512 digests can be: refer to the image by such a one'),
  });
}

/** Streams that fail unless their bytes have a digest, and that digest. */
const heldStreams = new WeakMap<object, string>();

/**
 * Notes that a stream fails by itself unless its bytes are those of a digest, so that whoever passes them on or writes them need not
 * hash them again. For streams of `verified`, and for those that pass one on unchanged.
 */
export function markAsHeld<Stream extends object>(stream: Stream, digest: string): Stream {
  heldStreams.set(stream, digest);
  return stream;
}

/** True for a stream that fails by itself unless its bytes are those of the digest. */
export function isHeld(stream: object, digest: string): boolean {
  return heldStreams.get(stream) === digest;
}

/**
 * Passes content on and fails, before the last chunk is passed on, when it is not what the descriptor says.
 * A reader never sees the end of wrong content, and a writer never completes it. A stream that does that already
 * (`markAsHeld`) is given back as it is.
 * @throws UserError `digestMismatch`, where it is read
 */
export function verified(
  source: AsyncIterable<Uint8Array>,
  blob: Content,
  place: string,
): AsyncIterable<Uint8Array> {
  return isHeld(source, blob.digest) ? source : checked(source, blob, place);
}

async function* checked(
  source: AsyncIterable<Uint8Array>,
  blob: Content,
  place: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const check = new ContentCheck(blob, place);
  for await (const chunk of source) {
    const before = check.take(chunk);
    if (before !== undefined) yield before;
  }
  const last = check.end();
  if (last !== undefined) yield last;
}

/** What content is held to. */
interface Content {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** Holds content to its digest and its size, chunk by chunk, and keeps the last chunk back until it is known to be right. */
export class ContentCheck {
  readonly #content: Content;
  readonly #place: string;
  readonly #hash: Hash;
  #size = 0;
  #held: Uint8Array | undefined;

  /** @param place names where it comes from. @throws UserError `unverifiable` */
  constructor(content: Content, place: string) {
    requireVerifiable(content.digest, place);
    this.#content = content;
    this.#place = place;
    this.#hash = createHash(algorithmOf(content.digest));
  }

  /** Takes a chunk, and gives the one before. @throws UserError `digestMismatch` where there are too many bytes */
  take(chunk: Uint8Array): Uint8Array | undefined {
    const { digest, size } = this.#content;
    this.#size += chunk.length;
    if (this.#size > size)
      throw wrongSize(
        t('{0}: {1} has more than {2} bytes, and the manifest says {2}', this.#place, digest, size),
      );
    this.#hash.update(chunk);
    const before = this.#held;
    this.#held = chunk;
    return before;
  }

  /** The last chunk, when all was right. @throws UserError `digestMismatch` */
  end(): Uint8Array | undefined {
    const { digest, size } = this.#content;
    if (this.#size !== size)
      throw wrongSize(
        t('{0}: {1} has {2} bytes, and the manifest says {3}', this.#place, digest, this.#size, size),
      );
    const actual = `${algorithmOf(digest)}:${this.#hash.digest('hex')}`;
    if (actual !== digest) throw digestMismatch(this.#place, digest, actual);
    return this.#held;
  }
}

/** Content that is not what its name says. */
export function digestMismatch(place: string, wanted: string, actual: string): UserError {
  return new UserError(
    'digestMismatch',
    t('{0}: the content has the digest {1}, not {2}', place, actual, wanted),
    {
      nextStep: t(
        'the content is damaged at its place or was changed on the way: push the image there again',
      ),
    },
  );
}

function wrongSize(message: string): UserError {
  return new UserError('digestMismatch', message, {
    nextStep: t('the content is damaged at its place: push the image there again'),
  });
}
