import { isUtf8 } from 'node:buffer';
import { codeOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { DiskError } from '../disk/diskError.ts';
import { readFileWithin, readNamedFile } from '../disk/readFile.ts';

/** In bytes. No file of ours is near this; a bigger one is something else, and reading it would only cost memory. */
export const longestFile = 64 * 1024 * 1024;

/** What reading may be told of a file. */
export interface ReadOptions {
  /** Bytes, `longestFile` where left out. */
  readonly most?: number;
  /** The folders that links must not lead out of; see `OpenRules`. */
  readonly inside?: readonly string[] | undefined;
}

/** Reads a text file whole. A byte order mark stays in the text: what is written back must have it too. */
export async function readText(path: string, options: ReadOptions = {}): Promise<string> {
  return (await readBytes(path, options)).toString('utf8');
}

/**
 * Reads a regular file whole.
 * @throws UserError `too-large`, `outside`, `unreadable`, which say what to do
 */
export async function readBytes(
  path: string,
  { most = longestFile, inside }: ReadOptions = {},
): Promise<Buffer> {
  return readFileWithin(path, { most, inside }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

/**
 * The same of a file that may not be there.
 * @throws UserError as `readBytes`
 */
export async function readIfThere(path: string, options: ReadOptions = {}): Promise<Buffer | undefined> {
  return readFileWithin(path, { most: longestFile, ...options }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
}

/**
 * Reads what somebody named as input on the command line: a file, or a pipe such as a shell's `<(command)`.
 * @throws UserError as `readBytes`; the signal's reason
 */
export async function readInput(path: string, signal?: AbortSignal): Promise<Buffer> {
  return readNamedFile(path, longestFile, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw unreadable(path, error);
  });
}

/** Reads a stream to its end, as long as a file may be. `name` is what a message calls it. */
export async function readStream(stream: AsyncIterable<Buffer | string>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > longestFile) {
      throw new UserError('too-large', t('{0} has more than {1} MiB', name, longestFile / 1024 / 1024), {
        nextStep: t('pass the part that matters'),
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** A text that is to take the place of another one in a file. */
export interface NewText {
  /** The bytes of the file as they were read: if it holds others by now, it is left alone. */
  readonly read: Buffer;
  readonly text: string;
  /** The folders that links must not lead out of. */
  readonly inside?: readonly string[] | undefined;
}

/**
 * Replaces the text of a file, unless somebody has changed it since it was read; see `replaceFile` for what stays. A file
 * that is not UTF-8 is left alone: its text was not read as it is, and writing it back would change bytes that nobody
 * touched.
 * @throws UserError `not-utf8`, `changed`, `outside`, `unwritable`: the file is as it was, or as somebody has just saved it
 */
export async function writeText(path: string, { read, text, inside }: NewText): Promise<void> {
  if (!isUtf8(read)) throw notUtf8(path);
  const { replaceFile } = await import('../disk/replaceFile.ts');
  try {
    await replaceFile(path, { expected: read, content: Buffer.from(text), inside });
  } catch (error) {
    if (error instanceof DiskError) throw leftAlone(path, error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('unwritable', t('{0} could not be written: {1}', path, reason), {
      nextStep: t('the file is as it was; free some space or change its permissions, then run this again'),
      cause: error,
    });
  }
}

/** The error for a file of ours that is text in another encoding. */
export function notUtf8(path: string): UserError {
  return new UserError('not-utf8', t('{0} is not UTF-8', path), {
    nextStep: t('save it as UTF-8, then run this again'),
  });
}

function leftAlone(path: string, error: DiskError): UserError {
  const message = t('{0} was left alone: {1}', path, error.message);
  if (error.code === 'changed')
    return new UserError('changed', message, { nextStep: t('run this again'), cause: error });
  return new UserError(error.code, message, { nextStep: t('name the file that is meant'), cause: error });
}

/** The error for a file or a folder that could not be read. */
export function unreadable(path: string, error: unknown): UserError {
  if (error instanceof DiskError) return unfit(path, error);
  const reasons: Record<string, [string, string]> = {
    ENOENT: [t('there is no {0}', path), t('check the path')],
    EACCES: [t('{0} may not be read', path), t('change its permissions or run this as another user')],
    EISDIR: [t('{0} is a folder', path), t('name a file')],
    ELOOP: [t('{0} is a link that leads back to itself', path), t('remove it, or link it to a file')],
  };
  const [message, nextStep] = reasons[codeOf(error)] ?? [
    t('{0} could not be read: {1}', path, String(error)),
    t('check the path'),
  ];
  return new UserError('unreadable', message, { nextStep, cause: error });
}

/** For what the operating system would have let us read. */
function unfit(path: string, error: DiskError): UserError {
  const message = error.ofFile(path);
  const cause = error;
  switch (error.code) {
    case 'tooLarge':
      return new UserError('too-large', message, {
        nextStep: t('no mapping or mirror set is that long, so name the file that you meant'),
        cause,
      });
    case 'outside':
      return new UserError('outside', message, {
        nextStep: t('name the file that it leads to'),
        cause,
      });
    case 'noWriter':
      return new UserError('unreadable', message, {
        nextStep: t('start the command that writes to it first'),
        cause,
      });
    default:
      return new UserError('unreadable', message, { nextStep: t('name a file'), cause });
  }
}
