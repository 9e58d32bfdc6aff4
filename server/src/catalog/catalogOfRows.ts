import type { CatalogBuilder } from './catalogBuilder.ts';
import { entriesOfRows } from './entriesOfRows.ts';
import type { BundleRows, IndexContent, ListedBundle } from './indexRows.ts';
import type { RelatedImage } from './model.ts';
import type { Sharing } from './sharing.ts';
import { type Fields, fieldsOf, parsedJson, textOf } from './values.ts';

/** Adds what an index says to a catalog, in which its packages are already. */
export function addRows(index: IndexContent, builder: CatalogBuilder): void {
  const { sharing, channels, listed } = index;
  for (const [owner, ofPackage] of channels) {
    for (const { name, head, entries } of ofPackage) {
      builder.addChannel(owner, {
        name,
        entries: entriesOfRows(entries, sharing),
        statedHead: head === '' ? undefined : head,
      });
    }
  }
  const ownerOf = ownersOf(index);
  for (const bundle of listed) {
    const { name, row } = bundle;
    const owner = ownerOf(bundle);
    builder.addBundle({
      name,
      package: owner,
      version: row.version || textOf(packageProperty(bundle)?.version),
      image: row.image,
      relatedImages: sharing.list(namedImages(bundle, sharing)),
      provides: sharing.list(distinct(bundle.provides, itself)),
      requires: sharing.list(distinct(bundle.requires, itself)),
      properties: sharing.list(distinct(bundle.properties, itself)),
      about: bundle.manifest?.about,
    });
    if (bundle.isDeprecated) {
      builder.addDeprecations(owner, [{ schema: 'olm.bundle', name, message: '' }]);
    }
  }
  for (const [owner, icon] of iconsOf(index)) builder.setIcon(owner, icon);
}

/** The first of each, which are nearly always all: to compare the few that there are takes less time than to remember each. */
function distinct<T>(items: readonly T[], keyOf: (item: T) => unknown): readonly T[] {
  if (items.length <= few && areDistinct(items.map(keyOf))) return items;
  const known = new Map<unknown, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!known.has(key)) known.set(key, item);
  }
  return [...known.values()];
}

function areDistinct(keys: readonly unknown[]): boolean {
  return keys.every((key, at) => keys.indexOf(key) === at);
}

const few = 30;
const itself = (item: object): unknown => item;

function packageProperty(bundle: BundleRows): Fields | undefined {
  return bundle.package === '' ? undefined : fieldsOf(parsedJson(bundle.package));
}

/**
 * Tells the package of a bundle. No table has it but that of the entries: for a bundle that no channel reaches any more it is
 * what its properties say, else the package whose bundles come from the same repository, else that of bundles named alike.
 */
function ownersOf({ sharing, listed }: IndexContent): (bundle: ListedBundle) => string {
  let byKin: ReadonlyMap<string, string> | undefined;
  const ownerOfKin = (bundle: ListedBundle): string => {
    byKin ??= ownersByKin(listed);
    for (const kin of kinOf(bundle)) {
      const owner = byKin.get(kin);
      if (owner !== undefined) return owner;
    }
    return '';
  };
  return (bundle) =>
    bundle.owner ?? sharing.text(textOf(packageProperty(bundle)?.packageName) || ownerOfKin(bundle));
}

function ownersByKin(listed: readonly ListedBundle[]): Map<string, string> {
  const byKin = new Map<string, string>();
  for (const bundle of listed) {
    if (bundle.owner !== undefined) for (const kin of kinOf(bundle)) byKin.set(kin, bundle.owner);
  }
  return byKin;
}

function kinOf({ name, row: { image } }: ListedBundle): string[] {
  const at = image.indexOf('@');
  const slash = image.lastIndexOf('/');
  const colon = image.indexOf(':', slash);
  const repository = image.slice(0, at === -1 ? (colon === -1 ? image.length : colon) : at);
  return [...(repository === '' ? [] : [`image\n${repository}`]), `name\n${name.split('.', 1)[0]}`];
}

/** The rows of `related_image`, with the names that the manifest has for them; the manifest's own where there is no row. */
function namedImages({ images, manifest }: BundleRows, sharing: Sharing): readonly RelatedImage[] {
  const stated = manifest?.images ?? [];
  if (images.length === 0) return distinct(stated, ({ name, image }) => `${name}\n${image}`);
  const all = distinct(images, ({ image }) => image);
  if (stated.length === 0) return all;
  const named = new Map<string, string>();
  for (const { name, image } of stated) if (!named.get(image)) named.set(image, name);
  return all.map(({ image }) => sharing.image(named.get(image) ?? '', image));
}

/** Icons are in manifests only: a package has that of the head of its default channel. */
function* iconsOf({ bundles, channelsByName, packages }: IndexContent) {
  for (const { name, defaultChannel } of packages) {
    const head = channelsByName.get(`${name}\n${defaultChannel}`)?.head;
    const icon = head === undefined ? undefined : bundles.get(head)?.manifest?.icon;
    if (icon !== undefined) yield [name, icon] as const;
  }
}
