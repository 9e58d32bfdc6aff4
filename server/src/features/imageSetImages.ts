import { type ImageSet, isImageSet } from '../documents/imageSet.ts';
import { parseOcMirrorReference } from '../documents/ocMirrorReference.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { Facts } from '../workspace/facts.ts';
import { knownCatalogImages } from '../workspace/knownImages.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { imageSetParts, selectedBy } from './imageSetParts.ts';
import { imagesOf } from './imageSizes.ts';

// Names of images and places that may stand in an ImageSetConfiguration.

/** Those that CatalogSources and mappings name, and those of other configurations. */
export function* knownCatalogs(snapshot: Snapshot): Generator<string> {
  for (const { operators } of imageSets(snapshot)) {
    for (const { catalog } of operators) if (catalog !== undefined) yield catalog.value;
  }
  yield* knownCatalogImages(snapshot);
}

function imageSets(snapshot: Snapshot): ImageSet[] {
  return [...snapshot.files.values()].flatMap(({ content }) =>
    content.type === 'yaml' ? content.yaml.resources.filter(isImageSet) : [],
  );
}

/** Where a catalog may go in the mirror registry: its own path or tag first, then what other entries say. */
export function knownTargets(
  snapshot: Snapshot,
  field: 'targetCatalog' | 'targetTag',
  catalog: string,
): string[] {
  const parsed = parseOcMirrorReference(catalog);
  const own = parsed.ok && parsed.reference.scheme === '' ? parsed.reference : undefined;
  const others = imageSets(snapshot).flatMap(({ operators }) =>
    operators.flatMap((one) => one[field]?.value ?? []),
  );
  const first = (field === 'targetCatalog' ? own?.path : own?.tag) ?? '';
  return [first, ...others].filter((one) => one !== '');
}

/** Release channels of the versions of OpenShift that catalogs are for, by their tags. */
export function knownReleaseChannels(snapshot: Snapshot): string[] {
  const versions = new Set(
    [...knownCatalogs(snapshot)].flatMap((catalog) => /:v(\d+\.\d+)$/.exec(catalog)?.[1] ?? []),
  );
  return [...versions].flatMap((version) => [
    `stable-${version}`,
    // Every second release has extended support.
    ...(Number(version.split('.')[1]) % 2 === 0 ? [`eus-${version}`] : []),
    `fast-${version}`,
    `candidate-${version}`,
  ]);
}

/** Repositories of images that the configurations of a file take from their catalogs, and of those that they name. */
export function* selectedRepositories(file: WorkspaceFile | undefined, facts: Facts): Generator<string> {
  if (file?.content.type !== 'yaml') return;
  for (const set of file.content.yaml.resources) {
    if (isImageSet(set)) for (const { name } of set.additionalImages) yield repositoryOfText(name.value);
  }
  for (const part of imageSetParts(file)) {
    const selected = part.package === undefined ? selectedBy(part, facts, file.path) : undefined;
    if (selected?.state === 'known')
      for (const image of imagesOf(selected.bundles)) yield repositoryOfText(image);
  }
}

/** Without tag and digest. */
function repositoryOfText(image: string): string {
  const parsed = parseOcMirrorReference(image);
  return parsed.ok ? parsed.reference.scheme + parsed.reference.name : image;
}
