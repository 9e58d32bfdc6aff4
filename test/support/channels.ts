import { fileBasedCatalog } from '../../server/src/catalog/fileBased.ts';
import type { Catalog, CatalogPackage } from '../../server/src/catalog/model.ts';
import { packageOf } from '../../server/src/catalog/model.ts';

/** A bundle, and what a channel or a page needs to know of it. */
export interface BundleSpec {
  readonly version: string;
  readonly replaces?: string;
  readonly skips?: readonly string[];
  readonly skipRange?: string;
  readonly properties?: readonly { readonly type: string; readonly value: unknown }[];
  readonly relatedImages?: readonly { readonly name: string; readonly image: string }[];
}

const bundleName = (owner: string, version: string) => `${owner}.v${version}`;

/** The documents of a package `name` with one channel, whose entries name each other by their versions. */
export function packageDocuments(
  name: string,
  bundles: readonly BundleSpec[],
  channel = 'stable',
): Record<string, unknown>[] {
  return [
    { schema: 'olm.package', name, defaultChannel: channel },
    {
      schema: 'olm.channel',
      package: name,
      name: channel,
      entries: bundles.map(({ version, replaces, skips, skipRange }) => ({
        name: bundleName(name, version),
        ...(replaces === undefined ? {} : { replaces: bundleName(name, replaces) }),
        ...(skips === undefined ? {} : { skips: skips.map((one) => bundleName(name, one)) }),
        ...(skipRange === undefined ? {} : { skipRange }),
      })),
    },
    ...bundles.map(({ version, properties = [], relatedImages = [] }) => ({
      schema: 'olm.bundle',
      name: bundleName(name, version),
      package: name,
      image: `quay.io/${name}/bundle@sha256:${'a'.repeat(64)}`,
      relatedImages,
      properties: [{ type: 'olm.package', value: { packageName: name, version } }, ...properties],
    })),
  ];
}

export function catalogOfDocuments(documents: readonly object[]): Catalog {
  const text = documents.map((document) => JSON.stringify(document)).join('\n');
  return fileBasedCatalog([{ path: 'catalog.json', text }]);
}

/** A package `p` with one channel of these bundles. */
export function packageOfBundles(bundles: readonly BundleSpec[]): CatalogPackage {
  const owner = packageOf(catalogOfDocuments(packageDocuments('p', bundles)), 'p');
  if (owner === undefined) throw new Error('it is there');
  return owner;
}
