import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../../disk/diskError.ts';
import { readFileWithin } from '../../disk/readFile.ts';
import { reading } from '../../stores/storeErrors.ts';
import { isStatePath } from './packPath.ts';

/** Bytes of the longest plan: 200,000 images with a kilobyte each. */
const longestPlan = 256 * 1024 * 1024;

/** The plans of the runs into a place, by their paths in it: who unpacks it can mirror from there as the first side would have. */
export async function plansIn(folder: string): Promise<[path: string, content: Buffer][]> {
  const plans: [string, Buffer][] = [];
  for (const name of (await namesIn(join(folder, 'mirror-runs'))).sort()) {
    const path = `mirror-runs/${name}/plan.json`;
    const file = join(folder, path);
    if (!isStatePath(path)) continue;
    const content = await reading(file, () =>
      readFileWithin(file, { most: longestPlan, inside: [folder] }).catch(undefinedWhenAbsent),
    );
    if (content !== undefined) plans.push([path, content]);
  }
  return plans;
}

async function namesIn(folder: string): Promise<string[]> {
  return reading(folder, async () => (await readdir(folder).catch(undefinedWhenAbsent)) ?? []);
}

function undefinedWhenAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}
