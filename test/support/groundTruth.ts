import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What real `oc` runs wrote, one folder a run. Read here with nothing but string functions. */
export const groundTruth = join(import.meta.dirname, '../fixtures/ground-truth');

export const scenarios: readonly string[] = readdirSync(groundTruth)
  .filter((name) => statSync(join(groundTruth, name)).isDirectory())
  .sort();

/** The files below a scenario's folder whose name ends so, as paths below it. */
export function filesOf(scenario: string, end: string): string[] {
  const folder = join(groundTruth, scenario);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

export function textOf(scenario: string, path: string): string {
  return readFileSync(join(groundTruth, scenario, path), 'utf8');
}

export interface MappingPair {
  readonly line: number;
  readonly source: string;
  readonly destination: string;
}

/** The lines of a mapping.txt that `oc` wrote: `SOURCE=DESTINATION` and nothing else. */
export function pairsOf(text: string): MappingPair[] {
  return text.split('\n').flatMap((content, line) => {
    const [source, destination] = content.split('=');
    return source === undefined || destination === undefined ? [] : [{ line, source, destination }];
  });
}

/** An import from files, and a run that filled the store which it read. */
export interface FileHop {
  readonly second: string;
  readonly first: string;
  /** Where the index image is in the store, as both runs name it. */
  readonly prefix: string;
  /** The first hop's mapping.txt and the second hop's files, below their scenarios. */
  readonly mapping: string;
  readonly policy: string;
  readonly catalogSource: string;
}

/** Every import, with every run that filled a store under the index's name: the mappings alone tell which belong. */
export const fileHops: readonly FileHop[] = filesOf('.', 'imageContentSourcePolicy.yaml').flatMap((path) => {
  const [second = ''] = path.split('/');
  const policy = path.slice(second.length + 1);
  const catalogSource = join(dirname(policy), 'catalogSource.yaml');
  const pairs = pairsOf(textOf(second, join(dirname(policy), 'mapping.txt')));
  const index = pairs.find(({ source }) => /^file:\/\/.*-index:[^/]*$/.test(source))?.source;
  if (index === undefined) return [];
  const prefix = index.slice('file://'.length, index.lastIndexOf(':'));
  return scenarios.flatMap((first) =>
    filesOf(first, 'mapping.txt')
      .filter((mapping) => pairsOf(textOf(first, mapping)).some(({ destination }) => destination === index))
      .map((mapping) => ({ second, first, prefix, mapping, policy, catalogSource })),
  );
});

/** All images of the catalog that is at this path in a store, as the catalog itself names them. */
export function imagesOfCatalog(prefix: string): string[] {
  return imagesOf(prefix.slice(prefix.lastIndexOf('/') + 1));
}

/** The catalog that a scenario mirrors, by the name of the index image in its first mapping.txt that has one. */
export function catalogOf(scenario: string): string | undefined {
  const sources = filesOf(scenario, 'mapping.txt').flatMap((path) =>
    pairsOf(textOf(scenario, path)).map(({ source }) => source),
  );
  return sources.flatMap((source) => /\/([a-z-]+-index):[^:/]*$/.exec(source)?.[1] ?? []).at(0);
}

/** All images of a catalog, as it names them. */
export function imagesOf(catalog: string): string[] {
  return readFileSync(join(groundTruth, `../ground-truth-catalogs/${catalog}.txt`), 'utf8')
    .trimEnd()
    .split('\n');
}
