import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { createFile } from '../disk/createFile.ts';
import { readIfThere, writeText } from '../files/textFile.ts';
import type { ManifestFile } from '../mirror/manifests/manifestFile.ts';
import { readSums, sumOf, sumsName, withSums } from '../mirror/manifests/sums.ts';

/** What became of a file in a folder of manifests. */
export interface WrittenFile {
  readonly name: string;
  /** `left`: somebody has changed it since a run wrote it, so that it is as it was. `removed`: it is needed no more. */
  readonly result: 'written' | 'unchanged' | 'left' | 'removed';
}

/**
 * Writes the files of a run into a folder in which an earlier run, or another one, may have written some. What somebody has changed
 * since then, or has put there, is left alone: the sums beside the files tell.
 * @throws UserError `unwritable`, and as `readBytes` and `writeText`
 */
export async function writeManifestFiles(
  folder: string,
  files: readonly ManifestFile[],
): Promise<readonly WrittenFile[]> {
  const own = files.filter(({ name }) => name !== sumsName);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  const sums = readSums((await readIfThere(join(folder, sumsName)))?.toString('utf8') ?? '');
  const done: WrittenFile[] = [];
  for (const file of own) done.push(await writeOne(folder, file, sums.get(file.name)));
  const names = new Set(own.map(({ name }) => name));
  for (const [name, sum] of sums) {
    const path = join(folder, name);
    const there = names.has(name) ? undefined : await readIfThere(path);
    if (there === undefined) continue;
    if (sumOf(there) === sum) await rm(path, { force: true });
    done.push({ name, result: sumOf(there) === sum ? 'removed' : 'left' });
  }
  const left = new Set(done.filter(({ result }) => result === 'left').map(({ name }) => name));
  const [summed] = withSums(own.filter(({ name }) => !left.has(name))).slice(-1);
  // The sums are of no person, and say nothing any more of what was left alone.
  if (summed !== undefined) await writeOver(join(folder, sumsName), summed.text);
  return done;
}

async function writeOne(
  folder: string,
  { name, text }: ManifestFile,
  sum: string | undefined,
): Promise<WrittenFile> {
  const path = join(folder, name);
  const there = await readIfThere(path);
  if (there === undefined) return { name, result: (await create(path, text)) ? 'written' : 'left' };
  if (there.equals(Buffer.from(text))) return { name, result: 'unchanged' };
  if (sumOf(there) !== sum) return { name, result: 'left' };
  await writeText(path, { read: there, text });
  return { name, result: 'written' };
}

async function writeOver(path: string, text: string): Promise<void> {
  const there = await readIfThere(path);
  if (there === undefined) await create(path, text);
  else if (!there.equals(Buffer.from(text))) await writeText(path, { read: there, text });
}

/** False where somebody else has made it meanwhile. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await createFile(path, Buffer.from(text), 0o644);
    return true;
  } catch (error) {
    if (codeOf(error) === 'changed') return false;
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): UserError {
  return new UserError('unwritable', t('{0} cannot be written: {1}', path, codeOf(error)), {
    nextStep: t('check the path'),
    cause: error,
  });
}
