import { ReadableStream } from 'node:stream/web';
import { createTarDecoder, type TarHeader } from 'modern-tar';
import { codeOf, messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { oneLine } from '../base/words.ts';
import { decompressed } from './decompressed.ts';
import { withKnownTypes } from './tarTypes.ts';

/** An entry of a layer. */
export interface LayerEntry {
  /** Where it is in the image: names with `/` between, none of them empty, `.` or `..`; empty for the root. */
  readonly path: string;
  readonly type: NonNullable<TarHeader['type']>;
  /** Bytes of its content. */
  readonly size: number;
  /** Where a link leads, as it stands in the archive. */
  readonly target: string;
  readonly owner: Ownership;
  /** The content, which is passed over where nobody asks for it before the next entry. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Whose a file or a folder is, and what they and others may do with it. */
export interface Ownership {
  /** Of Unix, without the type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What one image may cost: whoever builds one may pack what he likes. Counts down, over all of its layers. */
export interface Budget {
  /** Bytes, unpacked. */
  bytes: number;
  entries: number;
}

/** More than any real image has: the largest ones have some 10 GiB and 500,000 entries. */
export function usualBudget(): Budget {
  return { bytes: 16 * 1024 ** 3, entries: 1_000_000 };
}

/** A layer, or another archive, as it is read. */
export interface LayerSource {
  /** How a person would name it, in errors. */
  readonly name: string;
  /** Packed or not. It fails at its end where it is not what its digest says. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** How many times larger than its archive content may be; text comes to 30, and what deflate makes of zeros to 1,000. */
const largestRatio = 250;
/** Bytes that content may have whatever its archive has. */
const unsuspicious = 64 * 1024 * 1024;
/** As Linux has it. */
const longestPath = 4096;

/**
 * The entries of a layer, one after another. What it gave is right only when it has ended: then all bytes were there and had
 * their digest.
 *
 * @throws UserError `damaged` for an archive that is cut off or damaged, `refused` for one that nobody makes in good faith;
 *   both name the entry. What the source throws, first of all that its digest is another one.
 */
export async function* layerEntries(
  { name, bytes }: LayerSource,
  budget: Budget,
): AsyncGenerator<LayerEntry, void, undefined> {
  /** The entry that is being read, by the name that it has in the archive. */
  let current = '';
  const refuse = (problem: string, entry = current): never => {
    throw refused(name, entry, problem);
  };
  const source = remembering(bytes);
  /** Wrong content is not a wrong archive: whether it is, only its end tells. */
  const explained = async (error: unknown): Promise<unknown> => {
    if (error instanceof UserError) return error;
    try {
      await source.readToEnd();
    } catch (failure) {
      return failure;
    }
    return broken(name, current, error);
  };
  const archive = withKnownTypes(bounded(decompressed(source), source, budget, refuse), (entry, type) =>
    refuse(type === 'S' ? t('it is a sparse file') : t('its type {0} is none that is read', type), entry),
  );
  const reader = ReadableStream.from(archive)
    .pipeThrough(createTarDecoder({ strict: true }))
    .getReader();
  try {
    for (;;) {
      const next = await reader.read();
      if (next.done) break;
      const { header, body } = next.value;
      current = header.name;
      if (--budget.entries < 0) refuse(t('the image has more entries than any image has'));
      const used = { is: false };
      yield entryOf(header, content(body, used, explained), refuse);
      if (!used.is) await body.cancel();
    }
    await source.readToEnd();
  } catch (error) {
    throw await explained(error);
  } finally {
    await reader.cancel().catch(() => {});
    await source.close();
  }
}

async function* content(
  body: ReadableStream<Uint8Array> | globalThis.ReadableStream<Uint8Array>,
  used: { is: boolean },
  explained: (error: unknown) => Promise<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  used.is = true;
  const reader = body.getReader();
  try {
    for (;;) {
      const next = await reader.read().catch(async (error: unknown) => {
        throw await explained(error);
      });
      if (next.done) break;
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function entryOf(
  { name, type = 'file', size, linkname = '', pax = {}, mode = 0, uid = 0, gid = 0 }: TarHeader,
  bytes: AsyncIterable<Uint8Array>,
  refuse: (problem: string) => never,
): LayerEntry {
  if (Object.keys(pax).some((key) => key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize')) {
    refuse(t('it is a sparse file'));
  }
  if (type === 'file' && pax.size !== undefined && pax.size !== String(size)) {
    refuse(t('it has two sizes, {0} and {1}', size, oneLine(pax.size)));
  }
  if (name.length > longestPath || linkname.length > longestPath) refuse(t('its name is too long'));
  if (name.includes('\0') || linkname.includes('\0')) refuse(t('its name holds a NUL character'));
  if (name.startsWith('/') && name !== '/') refuse(t('its name is an absolute path'));
  const names = name.split('/').filter((part) => part !== '' && part !== '.');
  if (names.includes('..')) refuse(t('its name leads out of the image'));
  if (names.length === 0 && type !== 'directory') refuse(t('it takes the place of the root folder'));
  return {
    path: names.join('/'),
    type,
    size,
    target: linkname,
    owner: { mode: mode & 0o7777, uid, gid },
    content: bytes,
  };
}

/** A source that can be read on after an error elsewhere, and keeps its own. */
interface RememberingSource extends AsyncIterable<Uint8Array> {
  /** Bytes that were read. */
  readonly read: number;
  /** @throws what the source threw at any time */
  readToEnd(): Promise<void>;
  close(): Promise<void>;
}

function remembering(bytes: AsyncIterable<Uint8Array>): RememberingSource {
  const chunks = bytes[Symbol.asyncIterator]();
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let read = 0;
  const next = async () => {
    try {
      const result = await chunks.next();
      if (result.done === true) ended = true;
      else read += result.value.length;
      return result;
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };
  return {
    get read() {
      return read;
    },
    // Without `return`: who stops to read it does not end it.
    [Symbol.asyncIterator]: () => ({ next }),
    async readToEnd() {
      while (!ended && failure === undefined) await next().catch(() => {});
      if (failure !== undefined) throw failure.error;
    },
    async close() {
      if (!ended && failure === undefined) await chunks.return?.();
    },
  };
}

async function* bounded(
  unpacked: AsyncIterable<Uint8Array>,
  source: RememberingSource,
  budget: Budget,
  refuse: (problem: string) => never,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of unpacked) {
    size += chunk.length;
    budget.bytes -= chunk.length;
    if (budget.bytes < 0) refuse(t('the image unpacks to more than any image does'));
    if (size > unsuspicious && size > source.read * largestRatio) {
      refuse(t('the archive unpacks to more than {0} times its size', largestRatio));
    }
    yield chunk;
  }
}

/** An archive that nobody makes in good faith. @param entry as the archive names it; empty before the first */
export function refused(layer: string, entry: string, problem: string): UserError {
  const message =
    entry === ''
      ? t('{0} is refused: {1}', layer, problem)
      : t('{0} is refused at its entry {1}: {2}', layer, shown(entry), problem);
  return new UserError('refused', message, {
    nextStep: t('check where the image comes from: tools that build images do not write this'),
  });
}

function broken(layer: string, entry: string, error: unknown): UserError {
  const problem = problemOf(error);
  const message =
    entry === ''
      ? t('{0} cannot be unpacked: {1}', layer, problem)
      : t('{0} cannot be unpacked behind its entry {1}: {2}', layer, shown(entry), problem);
  return new UserError('damaged', message, {
    nextStep: t('the image was built so, since its digest is right: build it again'),
    cause: error,
  });
}

/** What the libraries say, in words that say what it means. */
function problemOf(error: unknown): string {
  const text = messageOf(error);
  if (codeOf(error) === 'Z_BUF_ERROR' || text.includes('truncated')) return t('it is cut off');
  if (text.includes('checksum')) return t('a header has another checksum than it says');
  if (text.includes('EOF')) return t('something stands behind its end');
  return oneLine(text);
}

/** As much of a name as a line has room for. */
function shown(entry: string): string {
  return JSON.stringify(entry.length > 200 ? `${entry.slice(0, 200)}…` : entry);
}
