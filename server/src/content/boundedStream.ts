import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';

/** Reads a stream up to `limit` bytes. `more` says that there was more, which was not read. */
export async function readUpTo(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ bytes: Uint8Array; more: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    chunks.push(chunk);
    // Leaving the loop destroys the stream, and with it the connection or the open file.
    if (size > limit) return { bytes: Buffer.concat(chunks).subarray(0, limit), more: true };
  }
  return { bytes: Buffer.concat(chunks), more: false };
}

/**
 * Reads a stream whole that may be anybody's.
 * @param place how a person would name the content
 * @throws UserError `tooLarge` when it has more than `limit` bytes, before more than that is in memory
 */
export async function readAtMost(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
  place: string,
): Promise<Uint8Array> {
  const { bytes, more } = await readUpTo(stream, limit);
  if (more) throw tooLarge(place, limit);
  return bytes;
}

/** Content that has more bytes than anything of its kind has in good faith. */
export function tooLarge(place: string, limit: number): UserError {
  return new UserError('tooLarge', t('{0} has more than {1} bytes, so it is not read', place, limit), {
    nextStep: t('check the reference: this may be no container image'),
  });
}
