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

/**
 * Passes content on and fails, before the last chunk is passed on, when it is not what the descriptor says.
 * A reader never sees the end of wrong content, and a writer never completes it. A stream that does that already
 * (`markAsHeld`) is not hashed again.
 * @throws UserError `digestMismatch`
 */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  blob: { readonly digest: string; readonly size: number },
  place: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  requireVerifiable(blob.digest, place);
  if (heldStreams.get(source) === blob.digest) {
    yield* source;
    return;
  }
  const hash: Hash = createHash(algorithmOf(blob.digest));
  let size = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > blob.size)
      throw wrongSize(
        t('{0}: {1} has more than {2} bytes, and the manifest says {2}', place, blob.digest, blob.size),
      );
    hash.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (size !== blob.size)
    throw wrongSize(
      t('{0}: {1} has {2} bytes, and the manifest says {3}', place, blob.digest, size, blob.size),
    );
  const actual = `${algorithmOf(blob.digest)}:${hash.digest('hex')}`;
  if (actual !== blob.digest) throw digestMismatch(place, blob.digest, actual);
  if (held !== undefined) yield held;
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
