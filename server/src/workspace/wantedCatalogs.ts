import type { Chunk } from '../base/chunked.ts';
import { memo, memoWhileSame } from '../base/memo.ts';
import { folderOf } from '../base/paths.ts';
import {
  exactReference,
  formatReference,
  type ImageReference,
  parseReference,
  repositoryOf,
  withoutTransport,
} from '../documents/imageReference.ts';
import { isImageSet } from '../documents/imageSet.ts';
import { destinationOf, type MappingLine, type MappingPair } from '../documents/mappingLine.ts';
import { isMirrorSet, type MirrorEntry, type MirrorSet, mirrorSetTypes } from '../documents/mirrorSet.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { isLocalPath, repositoryBehindHop } from '../pulls/hop.ts';
import type { Facts } from './facts.ts';
import { givenTag } from './givenTag.ts';
import type { KnownCatalog } from './knownCatalogs.ts';
import { type MappingIndex, mappingIndex } from './mappingIndex.ts';
import type { Provenance } from './provenance.ts';
import type { Snapshot } from './snapshot.ts';

/** A catalog that would tell what files do not, and the places where it may be. */
export interface WantedCatalog {
  /** Its own repository in the file store, as `KnownCatalog` has it. */
  readonly root: string | undefined;
  /** Where it may be, what costs least first: the next one is asked where one has nothing. */
  readonly places: readonly CatalogQuestion[];
}

/** A place where a catalog may be. */
export interface CatalogQuestion {
  /** As `Facts.catalogImages` takes it. */
  readonly image: string;
  /** The file beside which `file://` is meant. */
  readonly from: string;
  /** As `KnownCatalog` has it. */
  readonly belongs: boolean;
}

/** More catalogs than anybody mirrors: what is beyond stays unknown. */
const mostWanted = 30;

/**
 * The catalogs to open for a workspace: those that may tell where images of a file store came from which neither a mapping.txt
 * nor tags tell it of, and those that tell whether pods pull by the tags that people gave to pinned lines. None where all of that
 * is known otherwise. It goes through all files, and keeps what it learnt of entries and lines: ask it when nobody waits.
 */
export function wantedCatalogs(snapshot: Snapshot): WantedCatalog[] {
  const wanted = new Map<string, { root: string | undefined; places: Map<string, CatalogQuestion> }>();
  for (const file of snapshot.files.values()) {
    for (const { root, places } of file.content.type === 'mapping'
      ? ofMapping(file, snapshot)
      : ofSets(file, snapshot)) {
      if (places.length === 0) continue;
      const version = places.map(versionOf).find((tag) => tag !== undefined);
      const key = `${root ?? places[0]?.image ?? ''} ${version ?? ''}`;
      const known = wanted.get(key) ?? { root, places: new Map() };
      wanted.set(key, known);
      for (const place of places) {
        const name = `${place.image} ${isLocal(place) ? folderOf(place.from) : ''}`;
        const before = known.places.get(name);
        if (before === undefined || (place.belongs && !before.belongs)) known.places.set(name, place);
      }
    }
  }
  return [...wanted.values()].slice(0, mostWanted).map(({ root, places }) => ({
    root,
    places: [...places.values()].sort((a, b) => Number(isLocal(b)) - Number(isLocal(a))),
  }));
}

/** What is known of wanted catalogs by now. Of each the first place that has it counts; one that may have it still is waited for. */
export function openedCatalogs(
  wanted: readonly WantedCatalog[],
  facts: Pick<Facts, 'catalogImages'>,
): KnownCatalog[] {
  return wanted.flatMap(({ root, places }) => {
    for (const { image, from, belongs } of places) {
      const fact = facts.catalogImages(image, from);
      if (fact.state === 'pending') return [];
      if (fact.state === 'known') return [{ name: image, root, belongs, images: fact.value }];
    }
    return [];
  });
}

/** True for a catalog on this machine's disk. */
export function isLocal({ image }: Pick<CatalogQuestion, 'image'>): boolean {
  return /^(?:file|oci):\/\//.test(image);
}

function versionOf({ image }: CatalogQuestion): string | undefined {
  const parsed = parseReference(image.replace(/^docker:\/\//, ''));
  return parsed.ok ? (parsed.reference.digest ?? parsed.reference.tag) : undefined;
}

/** Of a mapping.txt: the catalog that its index line names. */
function ofMapping(file: WorkspaceFile, snapshot: Snapshot): WantedCatalog[] {
  const { path, content } = file;
  if (content.type !== 'mapping') return [];
  const index = mappingIndex(content.mapping);
  // What oc-mirror writes names all sources, and pins what the catalog pins.
  if (index.isDryRunDialect) return [];
  if (!hasUnknownSource(index, snapshot) && !content.mapping.lines.chunks.some(hasPinnedTag)) return [];
  const root = index.indexRepository;
  const pairs = indexPairs(index, root, snapshot, folderOf(path));
  const references = pairs.flatMap((pair) => {
    const { parsed } = pair.source;
    const destination = destinationOf(pair);
    return [parsed.ok ? parsed.reference : undefined, destination].flatMap((one) => one ?? []);
  });
  const places = references
    .filter((reference) => isInRegistry(reference) || isAtHop(reference))
    .map((reference) => ({ image: formatReference(reference), from: path, belongs: true }));
  return [{ root, places: [...places, ...ofOciLayouts(snapshot, folderOf(path))] }];
}

/** The pairs that bring the catalog's own index image. */
function indexPairs(
  index: MappingIndex,
  root: string | undefined,
  snapshot: Snapshot,
  folder: string,
): MappingPair[] {
  const images = snapshot.catalogImages(folder);
  const lines = new Set<MappingLine>(
    root === undefined ? [] : [...index.bySource.get(`file://${root}`), ...index.byFileDestination.get(root)],
  );
  for (const image of images) {
    const parsed = parseReference(image);
    if (!parsed.ok) continue;
    for (const line of index.byDestinationRepository.get(repositoryOf(parsed.reference))) lines.add(line);
  }
  return [...lines]
    .flatMap(({ pairs }) => pairs)
    .filter((pair) => {
      const destination = destinationOf(pair);
      if (!pair.source.parsed.ok || destination === undefined) return false;
      const source = pair.source.parsed.reference;
      if (images.has(exactReference(destination))) return true;
      return [source, destination].some((end) => isAtHop(end) && withoutTransport(end) === root);
    });
}

/** True where nothing tells where the images of one of the paths come from that lines take images from. */
function hasUnknownSource({ bySource, indexRepository }: MappingIndex, { provenance }: Snapshot): boolean {
  for (const place of bySource.keys()) {
    if (!place.startsWith('file://')) continue;
    const path = place.slice('file://'.length);
    if (path === indexRepository) continue;
    const origin = provenance.origin(path);
    if (origin.certainty === 'unknown' || origin.byCatalogs !== undefined) return true;
  }
  return false;
}

/** True where a line is pinned to a digest, and its destination still has a tag that a person gave. */
const hasPinnedTag = memo(({ items }: Chunk<MappingLine>): boolean =>
  items.some(({ pairs }) => pairs.some((pair) => givenTag(pair) !== undefined)),
);

/** Of the mirror sets in a file: the catalog whose path in the file store their sources lie below. */
function ofSets(file: WorkspaceFile, snapshot: Snapshot): WantedCatalog[] {
  const { path, content } = file;
  if (content.type !== 'yaml') return [];
  const roots = new Set<string>();
  const { provenance, catalogRepositories: prefixes } = snapshot;
  const known = prefixes.join(' ');
  for (const set of content.yaml.resources) {
    if (!isMirrorSet(set)) continue;
    for (const chunk of set.entries.chunks) {
      const found = keptRoots(chunk, [provenance.key, known, set.name?.value], () =>
        unknownRoots(chunk, set, provenance, prefixes),
      );
      for (const root of found) roots.add(root);
    }
  }
  const folder = folderOf(path);
  return [...roots].map((root) => ({ root, places: placesBeside(root, path, folder, snapshot) }));
}

/** In the file store itself, and as CatalogSources beside the file name it. */
function placesBeside(root: string, path: string, folder: string, snapshot: Snapshot): CatalogQuestion[] {
  const places: CatalogQuestion[] = [];
  const named = [...snapshot.catalogImages(folder)].flatMap((image) => {
    const parsed = parseReference(image);
    return parsed.ok ? [parsed.reference] : [];
  });
  const own = named.filter((reference) => isNamedAfter(reference, root));
  for (const { tag } of own)
    if (tag !== undefined) places.push({ image: `file://${root}:${tag}`, from: path, belongs: true });
  places.push({ image: `file://${root}`, from: path, belongs: true });
  for (const reference of own.length > 0 ? own : named)
    places.push({ image: formatReference(reference), from: path, belongs: own.length > 0 });
  return [...places, ...ofOciLayouts(snapshot, folder)];
}

/** True for an index image under the name that `oc` gives to what it brings from a path of a file store. */
function isNamedAfter({ repository }: ImageReference, root: string): boolean {
  const name = repository.replaceAll('/', '-');
  const path = root.replaceAll('/', '-');
  return name === path || name.endsWith(`-${path}`);
}

/** OCI layouts that an ImageSetConfiguration beside a file takes its catalogs from. Nothing says that it is the same catalog. */
function ofOciLayouts(snapshot: Snapshot, folder: string): CatalogQuestion[] {
  return snapshot
    .filesIn(folder)
    .flatMap(({ path, content }) =>
      content.type !== 'yaml'
        ? []
        : content.yaml.resources.flatMap((resource) =>
            !isImageSet(resource)
              ? []
              : resource.operators.flatMap(({ catalog }) =>
                  catalog?.value.startsWith('oci://') === true
                    ? [{ image: catalog.value, from: path, belongs: false }]
                    : [],
                ),
          ),
    );
}

const keptRoots = memoWhileSame<Chunk<MirrorEntry>, readonly string[]>();

/** The catalogs' own paths in the file store, below which sources of some entries lie that nothing but a catalog tells of. */
function unknownRoots(
  { items }: Chunk<MirrorEntry>,
  { kind, name }: MirrorSet,
  provenance: Provenance,
  prefixes: readonly string[],
): readonly string[] {
  const byDigest = mirrorSetTypes[kind].pulls === 'digest';
  const roots: string[] = [];
  for (const { source, mirrors } of items) {
    const path = source?.value ?? '';
    if (path === '' || !isLocalPath(path) || roots.some((root) => path.startsWith(`${root}/`))) continue;
    const { certainty, byTags, byCatalogs } = provenance.origin(path);
    const isKnown = certainty !== 'unknown' && (byTags !== true || byDigest);
    if (isKnown && (byCatalogs === undefined || byTags === true)) continue;
    const places = mirrors.map(({ value }) => value);
    const rest = repositoryBehindHop(path, places, prefixes, name?.value);
    if (rest !== undefined) roots.push(path.slice(0, -rest.length - 1));
  }
  return roots;
}
