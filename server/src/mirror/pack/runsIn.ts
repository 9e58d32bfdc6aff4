import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAbsent } from '../../disk/diskError.ts';
import { readFileWithin } from '../../disk/readFile.ts';
import { planName, runsFolder } from '../../runs/runFiles.ts';
import { reading } from '../../stores/storeErrors.ts';
import { readPlan } from '../plan/planFile.ts';
import { isStatePath, runFiles } from './packPath.ts';

/** Bytes of the longest plan or result: 200,000 images with a kilobyte each. */
const longest = 256 * 1024 * 1024;

/**
 * What the runs into a place planned and proved, by the paths in it: who unpacks it can mirror from there as the first side would have.
 */
export async function runsIn(folder: string): Promise<[path: string, content: Buffer][]> {
  const found: [string, Buffer][] = [];
  for (const run of (await namesIn(join(folder, runsFolder))).sort()) {
    for (const name of runFiles) {
      const path = `${runsFolder}/${run}/${name}`;
      const file = join(folder, path);
      if (!isStatePath(path)) continue;
      const content = await reading(file, () =>
        readFileWithin(file, { most: longest, inside: [folder] }).catch(undefinedWhenAbsent),
      );
      if (content !== undefined) found.push([path, content]);
    }
  }
  return found;
}

/**
 * The bytes of a volume that the plans of the runs into a place ask for: the fewest, which fit every medium that somebody thought of.
 * @returns undefined where no plan says any
 */
export async function plannedVolumeSize(folder: string): Promise<number | undefined> {
  const sizes = (await runsIn(folder)).flatMap(([path, content]) => {
    if (basename(path) !== planName) return [];
    const read = readPlan(content.toString('utf8'));
    return read.ok && read.plan.archiveSize !== undefined ? [read.plan.archiveSize] : [];
  });
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

async function namesIn(folder: string): Promise<string[]> {
  return reading(folder, async () => (await readdir(folder).catch(undefinedWhenAbsent)) ?? []);
}

function undefinedWhenAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}
