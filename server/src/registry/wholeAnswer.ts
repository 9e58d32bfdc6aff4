import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { onClosedEarly } from '../content/closedEarly.ts';
import { headerOf } from './answer.ts';
import type { HopResponse, Method } from './hop.ts';
import { longestErrorBody, type Purpose } from './registryError.ts';
import { type Timeouts, tooSlow } from './timeouts.ts';

/** What decides how much of an answer is read. */
export interface Reading {
  readonly method: Method;
  /** Bytes of a good answer's body that are accepted. */
  readonly limit: number;
  readonly purpose: Purpose;
}

/**
 * Reads the body of an answer whole. A good one has at most `limit` bytes, which is seen from its length or
 * before more than that is in memory; of a bad one the beginning is enough. What was compressed on the way,
 * although nobody asked for that, is expanded up to the limit and no further.
 * @throws UserError `tooLarge`, `badAnswer`; rejects with undici's errors
 */
export async function readWhole(
  { status, headers, body }: HopResponse,
  { method, limit, purpose }: Reading,
  pace: Timeouts['pace'],
): Promise<Uint8Array> {
  const good = status < 300;
  if (good && method !== 'HEAD' && Number(headerOf(headers, 'content-length')) > limit) {
    body.on('error', () => {});
    body.destroy();
    throw tooLarge(purpose, limit);
  }
  const { bytes, more } = await collected(body, good ? limit : longestErrorBody, pace);
  if (good && more) throw tooLarge(purpose, limit);
  const encoding = (headerOf(headers, 'content-encoding') ?? 'identity').toLowerCase();
  if (!good || encoding === 'identity' || bytes.length === 0) return bytes;
  try {
    if (encoding === 'gzip') return await promisify(gunzip)(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(purpose, limit);
  }
  const { host, place } = purpose;
  const message =
    encoding === 'gzip'
      ? t('{0} sends {1} as gzip that is damaged', host, place)
      : t('{0} sends {1} compressed, which nobody asked for', host, place);
  throw new UserError('badAnswer', message, {
    nextStep: t('look into the configuration of {0} and of the proxy before it', host),
  });
}

/**
 * As `readUpTo`, for answers, of which there are thousands: to go through a stream part by part costs several times what these have to
 * say. One that comes too slowly is given up.
 */
export function collected(
  body: Readable,
  limit: number,
  pace: Timeouts['pace'],
): Promise<{ readonly bytes: Uint8Array; readonly more: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let [since, received] = [performance.now(), 0];
    body.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      received += chunk.length;
      if (size > limit) {
        resolve({ bytes: Buffer.concat(chunks).subarray(0, limit), more: true });
        body.destroy();
      } else if (received >= pace.bytes) {
        [since, received] = [performance.now(), 0];
      } else if (performance.now() - since >= pace.milliseconds) {
        body.destroy(tooSlow());
      }
    });
    body.once('end', () =>
      resolve({
        bytes: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks),
        more: false,
      }),
    );
    body.on('error', reject);
    onClosedEarly(body, reject);
  });
}

function tooLarge({ host, place }: Purpose, limit: number): UserError {
  return new UserError('tooLarge', t('{0} sends more than {1} bytes for {2}', host, limit, place), {
    nextStep: t('this is no image that a registry should hold: check the reference'),
  });
}
