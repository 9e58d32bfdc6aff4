import type { Stats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { DiskError } from './diskError.ts';
import { openRegularFile, unblocked } from './openFile.ts';

/** How a file is read. */
export interface ReadRules {
  /** Bytes: a file that has more is refused, whatever it says of its length. */
  readonly most: number;
  /** See `OpenRules.inside`. */
  readonly inside?: readonly string[] | undefined;
}

/** Bytes of a file that configures something: credentials, certificates, registries.conf. The largest real ones have one MiB. */
export const mostConfiguration = 16 * 1024 * 1024;

/** Milliseconds that a named pipe may have nobody who writes to it. */
const writerPatience = 5_000;
/** Milliseconds between two looks at a pipe with nothing in it. */
const pollEvery = 20;

/**
 * Reads a regular file whole: the one way in which a file of others is read. Never waits for anything but the disk.
 *
 * @throws DiskError `notAFile`, `outside`, `tooLarge`, and what the operating system says
 */
export async function readFileWithin(path: string, { most, inside }: ReadRules): Promise<Buffer> {
  const { handle, info } = await openRegularFile(path, { inside });
  try {
    return await readHandle(handle, info, most);
  } finally {
    await handle.close();
  }
}

/**
 * Reads what somebody named on a command line, which may also be a pipe, such as a shell's `<(command)`, or a device.
 * A pipe is read to its end, however long its writer takes; one that nobody writes to is an error after a while.
 *
 * @throws DiskError as `readFileWithin`, and `noWriter`; the signal's reason
 */
export async function readNamedFile(path: string, most: number, signal?: AbortSignal): Promise<Buffer> {
  const info = await stat(path);
  if (!info.isFIFO() && !info.isCharacterDevice()) return readFileWithin(path, { most });
  // A pipe that a shell made has its writer already, and no name of its own on the disk.
  const isNamed = info.isFIFO() && (await realpath(path).catch(() => undefined)) !== undefined;
  const handle = await open(path, unblocked);
  try {
    return await readPipe(handle, { most, signal, deadline: isNamed ? Date.now() + writerPatience : 0 });
  } finally {
    await handle.close();
  }
}

/**
 * The bytes of an open file from its start. A file that grows while it is read is read as far as `most`.
 * @throws DiskError `tooLarge`
 */
export async function readHandle(
  handle: FileHandle,
  { size }: Pick<Stats, 'size'>,
  most: number,
): Promise<Buffer> {
  if (size > most) throw tooLarge(most);
  // One byte more than it should have shows the end without another round.
  let buffer: Buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = grown(buffer, most);
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (length > most) throw tooLarge(most);
    // As long as it said, and no byte more to be had where there was room for one.
    const isWhole = length === size && length < buffer.length;
    if (bytesRead === 0 || isWhole) return buffer.subarray(0, length);
  }
}

async function readPipe(
  handle: FileHandle,
  { most, signal, deadline }: { most: number; signal: AbortSignal | undefined; deadline: number },
): Promise<Buffer> {
  let buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  let length = 0;
  let waiting = true;
  for (;;) {
    signal?.throwIfAborted();
    if (length === buffer.length) buffer = grown(buffer, most);
    const read = await handle.read(buffer, length, buffer.length - length, null).catch(nothingYet);
    if (read === undefined) {
      // There is a writer, who has not written yet.
      waiting = false;
      await sleep(pollEvery);
    } else if (read.bytesRead > 0) {
      waiting = false;
      length += read.bytesRead;
      if (length > most) throw tooLarge(most);
    } else if (waiting && deadline > 0) {
      if (Date.now() > deadline)
        throw new DiskError('noWriter', t('it is a pipe that nobody writes to'), (path) =>
          t('{0} is a pipe that nobody writes to', path),
        );
      await sleep(pollEvery);
    } else {
      return buffer.subarray(0, length);
    }
  }
}

function nothingYet(error: unknown): undefined {
  if (codeOf(error) !== 'EAGAIN') throw error;
}

function grown(buffer: Buffer, most: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(Math.max(buffer.length * 2, 64 * 1024), most + 1));
  buffer.copy(larger);
  return larger;
}

function tooLarge(most: number): DiskError {
  const mebibytes = Math.floor(most / 1024 / 1024);
  return new DiskError('tooLarge', t('it has more than {0} MiB', mebibytes), (path) =>
    t('{0} has more than {1} MiB', path, mebibytes),
  );
}
