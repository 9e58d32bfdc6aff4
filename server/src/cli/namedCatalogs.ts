import type { Access } from '../access/access.ts';
import { catalogImages } from '../catalog/catalogImages.ts';
import { parseReference } from '../documents/imageReference.ts';
import { isImageSet } from '../documents/imageSet.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { Unanswered } from '../lookup/unanswered.ts';
import type { Fact, Facts } from '../workspace/facts.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { isLocal, openedCatalogs, wantedCatalogs } from '../workspace/wantedCatalogs.ts';

/** Catalogs that files name, opened for one command. */
export interface NamedCatalogs {
  /** Those of ImageSetConfigurations. */
  readonly catalog: Facts['catalog'];
  /** The files, with the catalogs that tell where their images come from. */
  readonly snapshot: Snapshot;
  /** What could not be opened. */
  readonly unknown: readonly Unanswered[];
}

export interface NamedCatalogsOptions {
  /** The files whose ImageSetConfigurations are asked about. */
  readonly paths: readonly string[];
  /** How registries are reached; asked where there is something to open. */
  readonly access: () => Promise<Access>;
  /** False where no registry may be asked: what is on the disk is all there is. */
  readonly online: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens the catalogs that files name, one after the other: those of ImageSetConfigurations in registries, and those that tell
 * where images come from where nothing else does (`wantedCatalogs`). Most files need none, and nothing is loaded then.
 * @throws the signal's reason once that fires
 */
export async function openNamedCatalogs(
  snapshot: Snapshot,
  { paths, access, online, signal }: NamedCatalogsOptions,
): Promise<NamedCatalogs> {
  const named = !online ? [] : catalogsOfImageSets(snapshot, paths);
  const wanted = wantedCatalogs(snapshot).map(({ root, places }) => ({
    root,
    places: places.filter((place) => online || isLocal(place)),
  }));
  const isNeeded = named.length > 0 || wanted.some(({ places }) => places.length > 0);
  if (!isNeeded) return { catalog: () => pending, snapshot, unknown: [] };
  const { CatalogOpener } = await import('./catalogOpener.ts');
  const opener = new CatalogOpener(access, online, signal);
  const catalogs = new Answers<'catalog'>();
  const images = new Answers<'catalogImages'>();
  const unknown: Unanswered[] = [];
  try {
    for (const { image, from } of named) {
      const opened = await opener.open(image, from);
      if (opened === undefined) continue;
      if ('catalog' in opened) catalogs.put(image, from, known(opened.catalog));
      else unknown.push({ place: hostOf(image), images: 1, reason: opened.reason });
    }
    for (const { places } of wanted) {
      const failed: Unanswered[] = [];
      for (const place of places) {
        const { image, from } = place;
        const opened = await opener.open(image, from);
        if (opened !== undefined && 'catalog' in opened) {
          images.put(image, from, known(catalogImages(opened.catalog)));
          failed.length = 0;
          break;
        }
        const reason = opened?.reason ?? '';
        images.put(image, from, { state: 'failed', reason });
        // Few have the folder beside their files in which the images were carried, and what a registry lacks a rule says.
        if (!isLocal(place) && opened?.isMissing === false)
          failed.push({ place: hostOf(image), images: 1, reason });
      }
      unknown.push(...failed.slice(0, 1));
    }
  } finally {
    await opener.close();
  }
  const opened = openedCatalogs(wanted, { catalogImages: images.get });
  return { catalog: catalogs.get, snapshot: snapshot.withCatalogs(snapshot.catalogs.with(opened)), unknown };
}

const pending = { state: 'pending' } as const;

function known<Value>(value: Value): Fact<Value> {
  return { state: 'known', value, at: Date.now() };
}

/** Facts by the name in a file. */
class Answers<Question extends 'catalog' | 'catalogImages'> {
  readonly #facts = new Map<string, ReturnType<Facts[Question]>>();

  put(image: string, from: string, fact: ReturnType<Facts[Question]>): void {
    this.#facts.set(`${image} ${from}`, fact);
  }

  readonly get = (image: string, from = ''): ReturnType<Facts[Question]> =>
    this.#facts.get(`${image} ${from}`) ?? (pending as ReturnType<Facts[Question]>);
}

function catalogsOfImageSets(
  { files }: Snapshot,
  paths: readonly string[],
): { image: string; from: string }[] {
  return paths.flatMap((from) => {
    const content = files.get(from)?.content;
    if (content?.type !== 'yaml') return [];
    return content.yaml.resources.flatMap((resource) =>
      isImageSet(resource)
        ? resource.operators.flatMap(({ catalog }) => (catalog ? [{ image: catalog.value, from }] : []))
        : [],
    );
  });
}

/** Who was asked; of a layout on the disk its own name. */
function hostOf(name: string): string {
  const parsed = parseReference(name.replace(/^docker:\/\//, ''));
  return parsed.ok && isInRegistry(parsed.reference) ? parsed.reference.registry : name;
}
