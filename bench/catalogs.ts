import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import {
  communityPackages,
  writeCatalogFiles,
  writeDatabase,
  writeDatabaseLayout,
  writeFilesLayout,
} from './catalogInputs.ts';
import type { CatalogProgram } from './catalogProgram.ts';
import type { Cost, SearchCost } from './catalogTask.ts';
import { median } from './statistics.ts';

const rounds = 3;
/** What takes no time is done more often. */
const roundsAgain = 7;

/** The same catalog in all of its forms. */
export interface CatalogPlaces {
  /** Folder of a file-based catalog. */
  readonly files: string;
  /** The same files as an image in an OCI layout. */
  readonly filesLayout: string;
  /** The same as a SQLite index, and as an image that has it. */
  readonly database: string;
  readonly databaseLayout: string;
}

export interface CatalogTimes {
  /** Opening an image with files for the first time; the floor: reading its texts with JSON.parse and js-yaml. */
  readonly files: readonly Cost[];
  readonly parsing: readonly Cost[];
  /** The same image again. */
  readonly again: readonly Cost[];
  /** Opening a SQLite index; the floor: asking for the same rows. */
  readonly database: readonly Cost[];
  readonly selecting: readonly Cost[];
  /** The same in an image; what zlib takes to unpack its layer into a file. */
  readonly databaseImage: readonly Cost[];
  readonly unpacking: readonly Cost[];
  /** Searching in it, once it is open. */
  readonly search: readonly SearchCost[];
}

/** Opens the catalog in each of its forms, each time in a process of its own, round by round in turn with its floors. */
export async function measureCatalogs(
  places: CatalogPlaces,
  program: CatalogProgram,
  folder: string,
): Promise<CatalogTimes> {
  const task = tasksOf(program);
  const files: Cost[] = [];
  const parsing: Cost[] = [];
  const again: Cost[] = [];
  const database: Cost[] = [];
  const selecting: Cost[] = [];
  const databaseImage: Cost[] = [];
  const unpacking: Cost[] = [];
  const search: SearchCost[] = [];
  const kept = join(folder, 'kept');
  const fresh = () => rmSync(kept, { recursive: true, force: true });
  for (let round = 0; round < rounds; round++) {
    fresh();
    selecting.push(await task('select', places.database));
    database.push(await task('open', places.database, kept));
    fresh();
    unpacking.push(await task('unpack', largestBlob(places.databaseLayout), join(folder, 'unpacked.db')));
    databaseImage.push(await task('open', `oci://${places.databaseLayout}`, kept));
    fresh();
    parsing.push(await task('parse', places.files));
    files.push(await task('open', `oci://${places.filesLayout}`, kept));
  }
  for (let round = 0; round < roundsAgain; round++) {
    again.push(await task('open', `oci://${places.filesLayout}`, kept));
    search.push(await task('search', `oci://${places.filesLayout}`, kept));
  }
  return { files, parsing, again, database, selecting, databaseImage, unpacking, search };
}

export interface Growth {
  readonly once: readonly Cost[];
  readonly twice: readonly Cost[];
}

/** Opens a generated catalog, and one with twice as many packages, in turn. */
export async function measureGrowth(
  once: CatalogPlaces,
  program: CatalogProgram,
  folder: string,
): Promise<Growth> {
  const task = tasksOf(program);
  const files = join(folder, 'twice');
  const layout = join(folder, 'twice-layout');
  writeCatalogFiles(files, 2 * communityPackages);
  writeFilesLayout(layout, files);
  rmSync(files, { recursive: true });
  const kept = join(folder, 'kept');
  const growth: { once: Cost[]; twice: Cost[] } = { once: [], twice: [] };
  for (let round = 0; round < rounds; round++) {
    rmSync(kept, { recursive: true, force: true });
    growth.once.push(await task('open', `oci://${once.filesLayout}`, kept));
    growth.twice.push(await task('open', `oci://${layout}`, kept));
  }
  return growth;
}

/**
 * A catalog in all of its forms, below a folder.
 * @param given a folder that has a file-based catalog in `fbc.tar.zst` and the same in `index.db.zst`; one is generated when left out
 */
export function catalogPlaces(folder: string, given: string | undefined): CatalogPlaces {
  mkdirSync(folder, { recursive: true });
  const files = join(folder, 'fbc');
  const database = join(folder, 'index.db');
  if (given === undefined) {
    writeCatalogFiles(files, communityPackages);
    writeDatabase(database, files);
  } else {
    const unpacked = (name: string) => zstdDecompressSync(readFileSync(join(given, name)));
    execFileSync('tar', ['-x', '-C', folder], { input: unpacked('fbc.tar.zst') });
    writeFileSync(database, unpacked('index.db.zst'));
  }
  const places = {
    files,
    database,
    filesLayout: join(folder, 'files-layout'),
    databaseLayout: join(folder, 'database-layout'),
  };
  writeFilesLayout(places.filesLayout, files);
  writeDatabaseLayout(places.databaseLayout, database);
  return places;
}

/** Megabytes of the files below a folder. */
export function megabytesOf(folder: string): number {
  let bytes = 0;
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const info = statSync(join(folder, path));
    if (info.isFile()) bytes += info.size;
  }
  return bytes / 1e6;
}

/** The median of what was measured, of its clock, its processor or its memory. */
export function medianOf(costs: readonly Cost[], what: keyof Cost): number {
  return median(costs.map((cost) => cost[what]));
}

const run = promisify(execFile);

/** Has something done in a process of its own: nothing is compiled or remembered from before. */
function tasksOf({ command, options, env }: CatalogProgram) {
  return async <Result>(...what: readonly string[]): Promise<Result> => {
    const { stdout } = await run(command, [...options, ...what], { env });
    return JSON.parse(stdout);
  };
}

/** The layer of a layout that has one. */
function largestBlob(layout: string): string {
  const folder = join(layout, 'blobs/sha256');
  const sizes = readdirSync(folder).map((name) => ({ name, size: statSync(join(folder, name)).size }));
  const [largest] = sizes.sort((a, b) => b.size - a.size);
  return join(folder, largest?.name ?? '');
}
