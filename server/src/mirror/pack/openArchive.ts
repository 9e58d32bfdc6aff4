import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { reading } from '../../stores/storeErrors.ts';
import { type Archive, archiveOf, contentsSizeIn, headOf } from './archive.ts';
import { readContents } from './packContents.ts';
import { sizeOfFile, type Volume, VolumeReader, volumeNamed, volumesOf } from './volumes.ts';

/** An archive whose volumes are all there. */
export interface OpenedArchive {
  readonly archive: Archive;
  readonly volumes: readonly Volume[];
}

/** Bytes of the longest list of contents. */
const longestContents = 512 * 1024 * 1024;

/**
 * Finds the volumes of an archive and reads what it carries.
 *
 * @param files volumes of it, one or several; others of the same name are looked for in their folders
 * @throws UserError `missing` where volumes are not there, `damaged` for what is no archive, or not whole; the signal's reason
 */
export async function openArchive(files: readonly string[], signal: AbortSignal): Promise<OpenedArchive> {
  const { base, paths } = await volumesBeside(files);
  const there = await inOrder(paths);
  const [first] = there;
  if (first?.number !== 1) throw missing(base, [1], undefined);
  const text = await contentsIn(base, there, signal);
  const read = readContents(text.toString('utf8'));
  if (!read.ok) throw noArchive(first.path, read.problem);
  const archive = await archiveOf(read.contents);
  // Each byte of an archive follows from its list, so that one that is written otherwise is not ours.
  if (!archive.text.equals(text)) {
    throw noArchive(first.path, t('its list of contents is not as it was written'));
  }

  const wanted = volumesOf(base, archive.size, first.size);
  const lost = wanted.filter(({ number }) => !paths.has(number)).map(({ number }) => number);
  if (lost.length > 0) throw missing(base, lost, wanted.length);
  for (const [index, { path, size }] of there.entries()) {
    const whole = wanted[index]?.size ?? 0;
    if (size !== whole) throw wrongSize(path, size, whole);
  }
  return { archive, volumes: there };
}

/** The volumes by their numbers. @throws UserError `damaged` where another one than the last is not as long as the first */
async function inOrder(paths: ReadonlyMap<number, string>): Promise<Volume[]> {
  const volumes: Volume[] = [];
  for (const [number, path] of [...paths].sort(([a], [b]) => a - b)) {
    const size = (await sizeOfFile(path)) ?? 0;
    const before = volumes.at(-1);
    const full = volumes[0]?.size ?? size;
    if ((before !== undefined && before.size !== full) || size > full) {
      throw notOneSize(volumes[0]?.path ?? path, before?.size === full ? path : (before?.path ?? path));
    }
    volumes.push({ path, number, start: (number - 1) * full, size });
  }
  return volumes;
}

/** The text of the list of contents, which an archive begins with. */
async function contentsIn(base: string, there: readonly Volume[], signal: AbortSignal): Promise<Buffer> {
  const row = there.filter(({ number }, index) => number === index + 1);
  const available = row.reduce((sum, { size }) => sum + size, 0);
  const reader = new VolumeReader(row);
  try {
    const { length } = await headOf({ entry: undefined, size: 0 });
    const head = await reader.read(0, Math.min(length, available), signal);
    const size = contentsSizeIn(head);
    if (
      size === undefined ||
      size > longestContents ||
      !head.equals(await headOf({ entry: undefined, size }))
    ) {
      throw noArchive(row[0]?.path ?? base, t('it does not begin with a list of contents'));
    }
    if (length + size > available) throw missing(base, [row.length + 1], undefined);
    return await reader.read(length, size, signal);
  } finally {
    await reader.close();
  }
}

/** All volumes of the archive to which the named ones belong, in whichever folders they are. */
async function volumesBeside(
  files: readonly string[],
): Promise<{ readonly base: string; readonly paths: ReadonlyMap<number, string> }> {
  const paths = new Map<number, string>();
  const folders = new Set<string>();
  let name: string | undefined;
  for (const file of files) {
    const named = volumeNamed(file);
    if (named === undefined) {
      throw new UserError('usage', t('{0} is no volume of an archive', file), {
        nextStep: t('name a file such as {0}', 'NAME.tar.001'),
      });
    }
    if (name !== undefined && name !== basename(named.base)) {
      throw new UserError('usage', t('{0} and {1} are two archives', name, basename(named.base)), {
        nextStep: t('unpack them one after the other, the older one first'),
      });
    }
    name = basename(named.base);
    paths.set(named.number, file);
    folders.add(dirname(file));
  }
  for (const folder of folders) {
    for (const entry of await reading(folder, () => readdir(folder))) {
      const path = join(folder, entry);
      const named = volumeNamed(path);
      if (named === undefined || basename(named.base) !== name || paths.has(named.number)) continue;
      paths.set(named.number, path);
    }
  }
  return { base: join(dirname(files[0] ?? ''), name ?? ''), paths };
}

function missing(base: string, numbers: readonly number[], of: number | undefined): UserError {
  const list = numbers.slice(0, 10).join(', ');
  const message =
    of === undefined
      ? t('Volume {0} of {1} is not there', list, basename(base))
      : numbers.length === 1
        ? t('Volume {0} of {1} of {2} is not there', list, of, basename(base))
        : t('{0} of {1} volumes of {2} are not there: {3}', numbers.length, of, basename(base), list);
  return new UserError('missing', message, {
    nextStep: t('bring all volumes into one folder, or name a file of each folder'),
  });
}

function wrongSize(path: string, actual: number, size: number): UserError {
  return new UserError('damaged', t('{0} has {1} bytes instead of {2}', path, actual, size), {
    nextStep: t('bring this volume again'),
  });
}

function notOneSize(first: string, other: string): UserError {
  return new UserError(
    'damaged',
    t('{0} and {1} are not equally long, so one of them is not whole', first, other),
    {
      nextStep: t('find it with sha256sum --check and the .sha256 file, and bring it again'),
    },
  );
}

function noArchive(path: string, problem: string): UserError {
  return new UserError('damaged', t('{0} is no archive that can be unpacked: {1}', path, problem), {
    nextStep: t('bring this volume again, or pack anew'),
  });
}
