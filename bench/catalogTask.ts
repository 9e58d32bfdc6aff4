// What `bench/catalogs.ts` has done in a process of its own: one thing with a catalog, once. Prints as JSON what it cost.
// `open CATALOG FOLDER_OF_THE_DATABASE`, `read CATALOG FOLDER_OF_THE_DATABASE`, `search CATALOG FOLDER_OF_THE_DATABASE`, `parse FOLDER`, `select INDEX_DB`, `unpack LAYER FILE`
import { createReadStream, createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { loadAll } from 'js-yaml';
import { environmentOf } from '../server/src/access/access.ts';
import { openCatalogs } from '../server/src/access/catalogs.ts';
import { keepFreedMemory } from '../server/src/access/freedMemory.ts';
import { keepYoungGenerationSmall } from '../server/src/access/youngGeneration.ts';
import { indexColumns } from '../server/src/catalog/indexTables.ts';
import type { Catalog } from '../server/src/catalog/model.ts';
import { catalogSearch } from '../server/src/catalog/search.ts';
import { loadSqlite } from '../server/src/database/sqlite.ts';
import { defaultSettings } from '../server/src/workspace/settings.ts';

/** What it cost to do something once. */
export interface Cost {
  /** Milliseconds by the clock. */
  readonly clock: number;
  /** Milliseconds of the processor, over all threads. */
  readonly processor: number;
  /** Megabytes that the process had in memory at most. */
  readonly peak: number;
}

/** What it cost to search: milliseconds by the clock. */
export interface SearchCost {
  /** To make the catalog ready, which is done once. */
  readonly ready: number;
  /** Of each search. */
  readonly finds: readonly number[];
}

const [what = '', first = '', second = ''] = process.argv.slice(2);

const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
  open: () => cost(() => open(first, second)),
  read: () => cost(async () => read(await open(first, second))),
  search: async () => search(await open(first, second)),
  parse: () => cost(async () => parse(first)),
  select: () => cost(() => select(first)),
  unpack: () => cost(() => pipeline(createReadStream(first), createGunzip(), createWriteStream(second))),
};
// As the command line does it.
keepYoungGenerationSmall();
keepFreedMemory();
void tasks[what]?.().then((result) => console.log(JSON.stringify(result)));

async function cost(action: () => Promise<unknown>): Promise<Cost> {
  // What loading the program has left to do is not counted: garbage of that, and the clock, which is loaded when it is looked at first.
  await delay(50);
  performance.now();
  const before = process.cpuUsage();
  const start = performance.now();
  await action();
  const clock = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { clock, processor: (user + system) / 1000, peak: peakMemory() };
}

/** What the kernel counts for a whole process begins with the memory of the one that started it; this begins with the program. */
function peakMemory(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

async function open(text: string, folder: string): Promise<Catalog> {
  const { registries } = defaultSettings;
  const access = { registries, logins: [], trusted: true, environment: environmentOf('/', {}) };
  const catalogs = await openCatalogs(access, true, folder);
  const { catalog } = await catalogs.open({ text, storeFolder: '', signal: new AbortController().signal });
  return catalog;
}

/** Looks at all that the catalog has, as a plan or a comparison does. */
function read({ packages }: Catalog): number {
  return packages.reduce((sum, { bundles, channels }) => sum + bundles.length + channels.length, 0);
}

/** Somebody types words, and looks at what is found after each letter. */
function search(catalog: Catalog): SearchCost {
  const before = performance.now();
  const ready = catalogSearch(catalog);
  const finds: number[] = [];
  const start = performance.now();
  for (const text of [
    'operator',
    'database backup',
    'red hat',
    'nothing that is there',
    'v1alpha1 certificate',
  ]) {
    for (let length = 1; length <= text.length; length++) {
      const now = performance.now();
      ready.find(text.slice(0, length));
      finds.push(performance.now() - now);
    }
  }
  return { ready: start - before, finds };
}

/** The floor: all documents, one after the other, with nothing done with them. */
function parse(folder: string): number {
  let documents = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(?:json|ya?ml)$/.test(name)) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    if (name.endsWith('.json')) {
      for (let at = text.indexOf('{'); at !== -1; documents++) {
        const end = text.indexOf('\n}', at) + 2;
        JSON.parse(text.slice(at, end));
        at = text.indexOf('{', end);
      }
    } else documents += loadAll(text).length;
  }
  return documents;
}

/** The floor: the rows and columns that the catalog is made of, and the manifests that speak for packages. */
async function select(file: string): Promise<number> {
  const loaded = await loadSqlite();
  if (!('sqlite' in loaded)) throw new Error(loaded.problem);
  const sqlite = new loaded.sqlite(file, { readonly: true });
  let rows = 0;
  for (const table of neededTables) {
    const there = sqlite.prepare('SELECT name FROM pragma_table_info(?)').all(table) as Named[];
    const wanted = indexColumns[table].filter((column) => there.some(({ name }) => name === column));
    if (wanted.length === 0) continue;
    for (const _ of sqlite.prepare(`SELECT ${wanted.join()} FROM ${table}`).iterate()) rows++;
  }
  let letters = 0;
  for (const { csv } of sqlite.prepare(heads).iterate() as Iterable<Headed>) {
    rows++;
    // Some versions of opm wrote manifests as bytes; it is the text that somebody asks for.
    letters += String(csv).length;
  }
  return rows + letters;
}

interface Headed {
  readonly csv: Uint8Array | string | null;
}

interface Named {
  readonly name: string;
}

/** `api_provider` and `api_requirer` say nothing that `properties` does not. */
const neededTables = [
  ...(['package', 'channel', 'channel_entry', 'operatorbundle'] as const),
  ...(['related_image', 'properties', 'dependencies', 'deprecated'] as const),
];

const heads = `SELECT csv FROM package
  JOIN channel ON channel.package_name = package.name AND channel.name = package.default_channel
  JOIN operatorbundle ON operatorbundle.name = channel.head_operatorbundle_name`;
