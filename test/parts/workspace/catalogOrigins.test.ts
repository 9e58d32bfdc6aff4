import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imagesNamed } from '../../../server/src/catalog/catalogImages.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { openedCatalogs, wantedCatalogs } from '../../../server/src/workspace/wantedCatalogs.ts';
import {
  type FileHop,
  fileHops,
  filesOf,
  imagesOfCatalog,
  pairsOf,
  textOf,
} from '../../support/groundTruth.ts';

/*
 * The true sources behind every import of the ground truth, without the mapping.txt of its first hop: that one is hidden, and says what
 * is expected. It is read here with nothing but string functions.
 */

const fixtures = join(import.meta.dirname, '../../fixtures');

/** Path in the store → the repositories that the first hop brought there. */
function truthOf(hop: FileHop): Map<string, string[]> {
  return repositoriesByPath(textOf(hop.first, hop.mapping));
}

function repositoriesByPath(mapping: string): Map<string, string[]> {
  const truth = new Map<string, Set<string>>();
  for (const { source, destination } of pairsOf(mapping)) {
    const path = destination.replace(/^file:\/\//, '').replace(/:[^/:]*$/, '');
    const repository = source
      .replace(/@.*$/, '')
      .replace(/:[^/]*$/, '')
      .replace(/^index\./, '');
    truth.set(path, (truth.get(path) ?? new Set()).add(repository));
  }
  return new Map([...truth].map(([path, repositories]) => [path, [...repositories].sort()]));
}

/** The second hop's files alone; the mapping.txt files of first hops that lie among them are left out. */
function secondHop(
  { second }: FileHop,
  kinds = /\.(?:yaml|txt)$/,
  write: (text: string) => string = (text) => text,
): Snapshot {
  let snapshot = new Snapshot();
  for (const path of [...filesOf(second, '.yaml'), ...filesOf(second, 'mapping.txt')]) {
    const text = textOf(second, path);
    const isFirst =
      path.endsWith('.txt') && pairsOf(text).some((pair) => pair.destination.startsWith('file://'));
    if (!isFirst && kinds.test(path))
      snapshot = snapshot.with(path, parseText(write(text), path.endsWith('.txt') ? 'mapping' : 'yaml'));
  }
  return snapshot;
}

/** The snapshot once the catalog was found at the places that `has` holds for. */
function withCatalog(
  snapshot: Snapshot,
  hop: FileHop,
  has: (image: string) => boolean,
  change = (image: string) => image,
) {
  const images = imagesNamed(imagesOfCatalog(hop.prefix).map(change));
  const asked: string[] = [];
  const known = openedCatalogs(wantedCatalogs(snapshot), {
    catalogImages(image) {
      asked.push(image);
      return has(image) ? { state: 'known', value: images, at: 0 } : { state: 'failed', reason: 'not there' };
    },
  });
  return { snapshot: snapshot.withCatalogs(snapshot.catalogs.with(known)), asked };
}

function sourcesIn(hop: FileHop): string[] {
  return [...textOf(hop.second, hop.policy).matchAll(/source: (\S+)\n/g)].map(([, source = '']) => source);
}

const inStore = (image: string) => image.startsWith('file://');
const inRegistry = (image: string) => !inStore(image);

describe.each(fileHops)('$second after $first, which is hidden', (hop) => {
  const truth = truthOf(hop);
  const lines = filesOf(hop.second, 'mapping.txt')
    .flatMap((path) => pairsOf(textOf(hop.second, path)))
    .filter(({ source }) => source.startsWith(`file://${hop.prefix}/`));
  const paths = new Set([
    ...sourcesIn(hop),
    ...lines.map(({ source }) =>
      source
        .replace(/^file:\/\//, '')
        .replace(/@.*$/, '')
        .replace(/:[^/]*$/, ''),
    ),
  ]);

  it.each([
    ['the store', inStore],
    ['the registry', inRegistry],
  ])('with the catalog in %s: each path has its true sources', (_place, has) => {
    const { snapshot } = withCatalog(secondHop(hop), hop, has);
    for (const path of paths) {
      const { certainty, repositories } = snapshot.provenance.origin(path);
      expect({ path, certainty, repositories }).toEqual({
        path,
        certainty: 'certain',
        repositories: truth.get(path),
      });
    }
  });

  it('with tags that a person gave, which prove nothing by themselves', () => {
    const written = secondHop(hop, /\.txt$/, (text) => text.replace(/:[^:/\n]*$/gm, (tag) => `${tag}-copy`));
    for (const path of paths) expect(written.provenance.origin(path).certainty).toBe('unknown');
    const { snapshot } = withCatalog(written, hop, inStore);
    // A wrong folder has the mapping.txt of the run that worked elsewhere.
    for (const path of lines.length > 0 ? paths : []) {
      const { certainty, repositories } = snapshot.provenance.origin(path);
      expect({ path, certainty, repositories }).toEqual({
        path,
        certainty: 'certain',
        repositories: truth.get(path),
      });
    }
  });

  it('with another version of the catalog, nothing is certain but what tags prove', () => {
    const before = secondHop(hop, /\.txt$/);
    const other = (image: string) =>
      image.includes('@')
        ? image.replace(/@sha256:..../, '@sha256:0000')
        : `${image.replace(/:[^:/]*$/, '')}:next`;
    const { snapshot } = withCatalog(before, hop, inStore, other);
    for (const path of paths) {
      const origin = snapshot.provenance.origin(path);
      const { certainty, repositories } = before.provenance.origin(path);
      expect({ path, certainty: origin.certainty, repositories: origin.repositories }).toEqual({
        path,
        certainty,
        repositories,
      });
      if (certainty === 'unknown' && snapshot !== before) expect(origin.likely).toEqual(truth.get(path));
    }
  });

  it('with the mirror set and its CatalogSource alone: those that have one source', () => {
    const { snapshot } = withCatalog(secondHop(hop, /\.yaml$/), hop, inRegistry);
    for (const path of sourcesIn(hop)) {
      const origin = snapshot.provenance.origin(path);
      const sources = truth.get(path) ?? [];
      const expected =
        sources.length === 1
          ? { certainty: 'certain', repositories: sources }
          : { certainty: 'unknown', likely: sources };
      expect({ path, ...origin }).toMatchObject({ path, ...expected });
    }
  });

  it('where no catalog is found, what nothing told before stays unknown', () => {
    const before = secondHop(hop);
    const { snapshot, asked } = withCatalog(before, hop, () => false);
    expect(snapshot).toBe(before);
    for (const path of paths)
      expect(snapshot.provenance.origin(path)).toEqual(before.provenance.origin(path));
    const isSilent = [...paths].some((path) => before.provenance.origin(path).certainty === 'unknown');
    expect(asked.length > 0).toBe(isSilent || lines.some(isPinnedByHand));
  });
});

it('of the newest oc, with an ImageDigestMirrorSet beside the mapping.txt', () => {
  const folder = join(fixtures, 'ground-truth-newest/oc51-reg2file-file2reg');
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const run = 'from-files-oc/manifests-lab/second-index-1795889875';
  const truth = repositoriesByPath(read('to-files-oc/manifests-second-index/mapping.txt'));
  const catalog = readFileSync(join(fixtures, 'selection/catalogs/second-index.json'), 'utf8');
  const images = imagesNamed([...catalog.matchAll(/"image":"([^"]+)"/g)].map(([, image = '']) => image));
  for (const kinds of [
    ['imageDigestMirrorSet.yaml', 'catalogSource.yaml'],
    ['mapping.txt', 'imageContentSourcePolicy.yaml'],
  ]) {
    let snapshot = new Snapshot();
    for (const name of kinds) {
      // Without their hashes tags prove nothing.
      const text = read(`${run}/${name}`).replace(/^(file:.*):[^:/\n]*$/gm, '$1');
      snapshot = snapshot.with(name, parseText(text, name.endsWith('.txt') ? 'mapping' : 'yaml'));
    }
    const known = openedCatalogs(wantedCatalogs(snapshot), {
      catalogImages: () => ({ state: 'known', value: images, at: 0 }),
    });
    const { provenance } = snapshot.withCatalogs(snapshot.catalogs.with(known));
    const paths = [...read(`${run}/imageDigestMirrorSet.yaml`).matchAll(/source: (\S+)/g)].map(
      ([, path = '']) => path,
    );
    expect(paths).toHaveLength(5);
    for (const path of paths)
      expect(provenance.origin(path)).toMatchObject({ certainty: 'certain', repositories: truth.get(path) });
  }
});

it('of a mapping.txt in which somebody has pinned a line: its tag is still the catalog’s', () => {
  const hop = fileHops.find(({ second }) => second === 'seed1-file2reg-oc48') ?? expect.unreachable();
  const edited = textOf('seed1-edited-mapping-image-mirror-oc48', 'edited/mapping.txt');
  const { snapshot } = withCatalog(
    new Snapshot().with('mapping.txt', parseText(edited, 'mapping')),
    hop,
    inStore,
  );
  expect(snapshot.provenance.origin(`${hop.prefix}/keycloak/keycloak-operator`)).toMatchObject({
    certainty: 'certain',
    repositories: ['quay.io/keycloak/keycloak-operator'],
  });
});

/** A digest that is copied to a tag of a person. */
function isPinnedByHand({
  source,
  destination,
}: {
  readonly source: string;
  readonly destination: string;
}): boolean {
  return source.includes('@') && !/:[0-9a-f]{1,8}$/.test(destination);
}
