import { createHash, type Hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { codeOf, messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { oneLine } from '../base/words.ts';
import { grpcCatalog, isGrpcAnswers } from '../catalog/grpcAnswers.ts';
import type { Catalog } from '../catalog/model.ts';
import { saidProblem } from '../catalog/readProblem.ts';
import { DiskError } from '../disk/diskError.ts';
import { type OpenedFile, openRegularFile } from '../disk/openFile.ts';
import { readFileWithin, readNamedFile } from '../disk/readFile.ts';
import { decompressed } from './decompressed.ts';
import {
  type CatalogBytes,
  largestCatalog,
  largestFile,
  type OnPackages,
  readFileCatalog,
  textOf,
} from './fileCatalog.ts';
import { copyIndex, largestDatabase, readIndex, sqliteMagic } from './sqliteIndex.ts';

/** A catalog in a folder or a file of this machine that has been found and not read yet. Whoever has it closes it. */
export interface LocalCatalog {
  /** Stays the same until somebody writes to it; undefined where nothing tells, as with a pipe. */
  readonly identity: string | undefined;
  /** @throws UserError; the signal's reason */
  read(
    signal: AbortSignal,
    onPackages?: OnPackages,
  ): Promise<{ readonly catalog: Catalog; readonly digest: string }>;
  close(): Promise<void>;
}

/**
 * A folder with a file-based catalog. What belongs to it its `.indexignore` files say; links to folders are not followed, and
 * links to files within it only.
 * @throws UserError `unreadable`, `missing`, `tooLarge`
 */
export async function findLocalFolder(folder: string): Promise<LocalCatalog> {
  const paths: string[] = [];
  const identity = createHash('sha256').update(resolve(folder));
  for (const path of await filesBelow(folder)) {
    const info = await reading(join(folder, path), (file) => stat(file, { bigint: true }));
    if (info.isDirectory()) continue;
    identity.update(`${JSON.stringify(path)} ${stateOf(info)}\n`);
    paths.push(path);
  }
  if (paths.length === 0) {
    throw new UserError('missing', t('{0} is an empty folder and no catalog', folder), {
      nextStep: t('name the folder of a file-based catalog'),
    });
  }
  return {
    identity: `folder ${identity.digest('hex')}`,
    close: async () => {},
    async read(signal, onPackages) {
      const files: CatalogBytes[] = [];
      const hash = createHash('sha256');
      let total = 0;
      for (const path of paths) {
        signal.throwIfAborted();
        const content = await reading(join(folder, path), (file) =>
          readFileWithin(file, { most: largestFile, inside: [folder] }),
        );
        total += content.length;
        if (total > largestCatalog) throw tooMuch(folder);
        hash.update(`${JSON.stringify(path)} ${content.length}\n`).update(content);
        files.push({ path, content });
      }
      return { catalog: await readFileCatalog(files, signal, onPackages), digest: digestOf(hash) };
    },
  };
}

/** Sorted as opm reads them, folder by folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await reading(folder, () => readdir(folder, { recursive: true, withFileTypes: true }));
  if (entries.length > mostEntries) throw tooMuch(folder);
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('\0'))
    .sort()
    .map((names) => names.replaceAll('\0', '/'));
}

/** Files and folders of the largest folder that is read. */
const mostEntries = 200_000;

/**
 * A file that is a SQLite index, what grpcurl printed, or a file-based catalog, packed with gzip or zstd or not: its content
 * says which. It may be a pipe.
 * @throws UserError `unreadable`
 */
export async function findLocalFile(path: string, signal: AbortSignal): Promise<LocalCatalog> {
  const info = await reading(path, () => stat(path, { bigint: true }));
  if (info.isFIFO() || info.isCharacterDevice()) {
    const bytes = await reading(path, () => readNamedFile(path, largestFile, signal));
    return {
      identity: undefined,
      close: async () => {},
      read: (signal) => readContent(path, chunksOf(bytes), signal),
    };
  }
  const { handle }: OpenedFile = await reading(path, () => openRegularFile(path));
  const identity = `file ${resolve(path)} ${stateOf(await handle.stat({ bigint: true }))}`;
  return {
    identity,
    close: () => handle.close(),
    read: (signal) =>
      reading(path, async () =>
        (await isDatabase(handle))
          ? {
              catalog:
                (await readInPlace(path, handle, signal)) ??
                (await readDatabase(path, bounded(piecesOf(handle, signal), path), signal)),
              digest: digestOf(createHash('sha256').update(identity)),
            }
          : readContent(
              path,
              handle.createReadStream({ autoClose: false, start: 0, highWaterMark: chunkSize }),
              signal,
            ),
      ),
  };
}

async function isDatabase(handle: FileHandle): Promise<boolean> {
  const head = Buffer.alloc(sqliteMagic.length);
  await handle.read(head, 0, head.length, 0);
  return head.equals(sqliteMagic);
}

/**
 * The catalog of a database where it lies, which takes a fifth less than to read a copy. SQLite then writes nothing, neither into it
 * nor beside it.
 * @returns undefined where a copy has to be read: there is a journal or a log that SQLite would see to, somebody writes to the
 *   database or wrote to it meanwhile, or it is damaged, which a copy tells for certain
 */
async function readInPlace(
  path: string,
  handle: FileHandle,
  signal: AbortSignal,
): Promise<Catalog | undefined> {
  const place = await realpath(path);
  const info = await handle.stat({ bigint: true });
  const state = stateOf(info);
  const isUntouched = async () => stateOf(await stat(place, { bigint: true })) === state;
  const beside = await Promise.all(['-journal', '-wal', '-shm'].map((suffix) => isThere(place + suffix)));
  if (beside.includes(true) || info.size > largestDatabase) return undefined;
  if ((await hasLog(handle)) || !(await isUntouched())) return undefined;
  try {
    const catalog = await readIndex(place, path, signal);
    return (await isUntouched()) ? catalog : undefined;
  } catch (error) {
    if (error instanceof UserError && error.code === 'damaged') return undefined;
    throw error;
  }
}

/** True for a database that is written by way of a log. https://www.sqlite.org/fileformat.html#file_format_version_numbers */
async function hasLog(handle: FileHandle): Promise<boolean> {
  const versions = Buffer.alloc(2);
  await handle.read(versions, 0, versions.length, 18);
  return versions.some((version) => version !== 1);
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** All of a file, each piece in the place of the one before: new memory for each would take longer than to read it. */
async function* piecesOf(
  handle: FileHandle,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(chunkSize);
  for (let at = 0; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function readDatabase(
  path: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Catalog> {
  const copy = await copyIndex(content);
  try {
    return await readIndex(copy.path, path, signal);
  } finally {
    await copy.remove();
  }
}

/** Bytes that are read from the disk at once. */
const chunkSize = 1024 * 1024;

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

async function readContent(
  path: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ readonly catalog: Catalog; readonly digest: string }> {
  const hash = createHash('sha256');
  const content = bounded(decompressed(hashed(source, hash, signal)), path);
  const first = await content.next();
  const head = first.done === true ? Buffer.alloc(0) : Buffer.from(first.value);
  const whole = joined(head, content);
  try {
    if (head.subarray(0, sqliteMagic.length).equals(sqliteMagic)) {
      return { catalog: await readDatabase(path, whole, signal), digest: digestOf(hash) };
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of whole) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (bytes.length > largestFile) throw tooMuch(path);
    return { catalog: await textCatalog(path, bytes, signal), digest: digestOf(hash) };
  } finally {
    await content.return();
  }
}

async function textCatalog(path: string, bytes: Buffer, signal: AbortSignal): Promise<Catalog> {
  if (bytes.subarray(0, 8192).includes(0)) {
    throw new UserError('unsupported', t('{0} is no catalog: it is neither text nor a SQLite index', path), {
      nextStep: t('name an index.db, a packages.out of grpcurl, or a file-based catalog'),
    });
  }
  const text = textOf(bytes);
  const catalog = isGrpcAnswers(text)
    ? grpcCatalog(path, text)
    : await readFileCatalog([{ path, content: bytes }], signal);
  if (catalog.packages.length > 0 || catalog.others.length > 0) return catalog;
  const [problem] = catalog.problems;
  throw new UserError(
    'unsupported',
    problem === undefined
      ? t('{0} is no catalog: nothing is in it', path)
      : t('{0} is no catalog: {1}', path, oneLine(saidProblem(problem).message)),
    { nextStep: t('name an index.db, a packages.out of grpcurl, or a file-based catalog') },
  );
}

async function* joined(
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  yield* rest;
}

async function* hashed(
  source: AsyncIterable<Uint8Array>,
  hash: Hash,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    hash.update(chunk);
    yield chunk;
  }
}

async function* bounded(
  source: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > largestDatabase) throw tooMuch(path);
    yield chunk;
  }
}

function digestOf(hash: Hash): string {
  return `sha256:${hash.digest('hex')}`;
}

/** What changes when somebody writes to a file. */
function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

async function reading<Result>(path: string, task: (path: string) => Promise<Result>): Promise<Result> {
  try {
    return await task(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (!(error instanceof DiskError) && codeOf(error) === '') throw error;
    const message =
      error instanceof DiskError
        ? error.ofFile(path)
        : t('{0} could not be read: {1}', path, oneLine(messageOf(error)));
    throw new UserError('unreadable', message, {
      nextStep: t('check the file and its permissions'),
      cause: error,
    });
  }
}

function tooMuch(path: string): UserError {
  return new UserError('tooLarge', t('{0} has more in it than any catalog', path), {
    nextStep: t('check what it is'),
  });
}
