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
import { inTurn } from './inTurn.ts';

/** How often what takes seconds is done, and what takes less. */
const rounds = 3;
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

/**
 * Opens a catalog in each of its forms for the first time, each time in a process of its own, in turn with the floors: reading its
 * texts with JSON.parse and js-yaml, asking for the same rows, and unpacking the layer that has them.
 */
export function measureFirstOpenings(places: CatalogPlaces, program: CatalogProgram, folder: string) {
  const task = tasksOf(program);
  const kept = join(folder, 'kept');
  return inTurn(
    rounds,
    {
      parsing: () => task<Cost>('parse', places.files),
      files: () => task<Cost>('open', `oci://${places.filesLayout}`, kept),
      selecting: () => task<Cost>('select', places.database),
      database: () => task<Cost>('open', places.database, kept),
      unpacking: () => task<Cost>('unpack', largestBlob(places.databaseLayout), join(folder, 'unpacked.db')),
      databaseImage: () => task<Cost>('open', `oci://${places.databaseLayout}`, kept),
    },
    () => rmSync(kept, { recursive: true, force: true }),
  );
}

/** Opens a catalog again that was opened before, as an image and as a database, and with a look at all of its bundles. */
export async function measureSecondOpenings(places: CatalogPlaces, program: CatalogProgram, folder: string) {
  const task = tasksOf(program);
  const kept = join(folder, 'kept');
  const again = {
    files: () => task<Cost>('open', `oci://${places.filesLayout}`, kept),
    database: () => task<Cost>('open', places.database, kept),
    databaseImage: () => task<Cost>('open', `oci://${places.databaseLayout}`, kept),
    filesRead: () => task<Cost>('read', `oci://${places.filesLayout}`, kept),
    databaseRead: () => task<Cost>('read', places.database, kept),
  };
  await inTurn(1, again);
  return inTurn(roundsAgain, again);
}

/** Searches in a catalog that was opened before. */
export async function measureSearch(
  places: CatalogPlaces,
  program: CatalogProgram,
  folder: string,
): Promise<readonly SearchCost[]> {
  const task = tasksOf(program);
  const { search } = await inTurn(roundsAgain, {
    search: () => task<SearchCost>('search', `oci://${places.filesLayout}`, join(folder, 'kept')),
  });
  return search;
}

/** Opens a generated catalog, and one with twice as many packages, in turn. */
export function measureGrowth(program: CatalogProgram, folder: string) {
  const task = tasksOf(program);
  const kept = join(folder, 'kept');
  const layoutOf = (packages: number) => {
    const files = join(folder, `files-${packages}`);
    const layout = join(folder, `layout-${packages}`);
    writeCatalogFiles(files, packages);
    writeFilesLayout(layout, files);
    rmSync(files, { recursive: true });
    return layout;
  };
  const once = layoutOf(communityPackages);
  const twice = layoutOf(2 * communityPackages);
  return inTurn(
    rounds,
    {
      once: () => task<Cost>('open', `oci://${once}`, kept),
      twice: () => task<Cost>('open', `oci://${twice}`, kept),
    },
    () => rmSync(kept, { recursive: true, force: true }),
  );
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
