import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { runsFolder } from '../runs/runFiles.ts';

/** Folders that are looked into below one of the workspace, and how deep. */
const mostFolders = 5_000;
const deepest = 6;
/** Runs that are listed of one place. */
const mostRuns = 200;
/** What holds images or programs and no runs. */
const passedOver = new Set(['node_modules', 'v2', 'blobs']);

/** False for a path in a folder that is not searched. */
export function mayHoldRuns(path: string): boolean {
  return !path.split(sep).some((name) => passedOver.has(name));
}

/** The folders below one of the workspace that hold `mirror-runs`, itself among them. Links are not followed. */
export async function basesBelow(folder: string): Promise<string[]> {
  const bases: string[] = [];
  let level = [folder];
  let seen = 0;
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const next: string[] = [];
    for (const path of level) {
      if (seen++ >= mostFolders) return bases;
      for (const name of await foldersIn(path)) {
        if (name === runsFolder) bases.push(path);
        else if (!name.startsWith('.') && !passedOver.has(name)) next.push(join(path, name));
      }
    }
    level = next;
  }
  return bases;
}

/** The folders of runs in a place, sorted. */
export async function runsIn(base: string): Promise<string[]> {
  const folder = join(base, runsFolder);
  const names = await foldersIn(folder);
  return names
    .sort()
    .slice(0, mostRuns)
    .map((name) => join(folder, name));
}

/** What cannot be read, has none. */
async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
