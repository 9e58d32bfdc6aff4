import { multiArchImage, pushImage, type TestImage, testImage } from './images.ts';
import { configsImage } from './indexImages.ts';

/** A catalog in a registry, with all images that its bundles need. */
export interface ServedCatalog {
  /** The index image, by its tag. */
  readonly index: string;
  readonly indexImage: TestImage;
  /** By repository, each under what the catalog calls it: a tag or its digest. */
  readonly images: ReadonlyMap<string, { readonly image: TestImage; readonly reference: string }>;
}

/** Puts an image into a registry; without a tag by its digest alone. */
export type Put = (repository: string, tag: string | undefined, image: TestImage) => Promise<void> | void;

/** What puts images into a registry by its requests. */
export function putInto({ url }: { readonly url: string }): Put {
  return (repository, tag, image) => pushImage(url, repository, tag, image);
}

/**
 * A catalog of two packages: `logging` in two versions, of which the second one needs an image for several platforms, and `search`,
 * whose images are named by tags.
 */
export async function serveCatalog(
  host: string,
  put: Put,
  without: readonly string[] = [],
): Promise<ServedCatalog> {
  const shared = { shared: 'a layer that all have' };
  const own = (name: string) => testImage({ layers: [shared, { [name]: name }] });
  const named: readonly (readonly [string, string | undefined, TestImage])[] = [
    ['logging/bundle-1', undefined, own('bundle 1')],
    ['logging/bundle-2', undefined, own('bundle 2')],
    ['logging/operator', undefined, own('operator')],
    ['logging/collector', undefined, multiArchImage({ seed: 'collector' })],
    ['search/bundle', 'v1', own('search bundle')],
    ['search/operator', 'v1', own('search operator')],
  ];
  const images = new Map<string, { image: TestImage; reference: string }>();
  for (const [repository, tag, image] of named) {
    const version = tag === undefined ? `@${image.manifest.digest}` : `:${tag}`;
    images.set(repository, { image, reference: `${host}/${repository}${version}` });
    if (!without.includes(repository)) await put(repository, tag, image);
  }
  const at = (repository: string) => images.get(repository)?.reference ?? '';
  const documents = [
    ...packageOf('logging', [
      { version: '1.0.0', image: at('logging/bundle-1'), related: [at('logging/operator')] },
      {
        version: '2.0.0',
        image: at('logging/bundle-2'),
        related: [at('logging/operator'), at('logging/collector')],
      },
    ]),
    ...packageOf('search', [
      { version: '1.0.0', image: at('search/bundle'), related: [at('search/operator')] },
    ]),
  ];
  const text = documents.map((document) => JSON.stringify(document)).join('\n');
  const indexImage = configsImage({ layers: [{ 'configs/catalog.json': text }] });
  await put('ns/index', 'v1', indexImage);
  return { index: `${host}/ns/index:v1`, indexImage, images };
}

interface Version {
  readonly version: string;
  readonly image: string;
  readonly related: readonly string[];
}

function packageOf(name: string, versions: readonly Version[]): object[] {
  return [
    { schema: 'olm.package', name, defaultChannel: 'stable' },
    {
      schema: 'olm.channel',
      package: name,
      name: 'stable',
      entries: versions.map(({ version }, at) => ({
        name: `${name}.v${version}`,
        ...(at > 0 && { replaces: `${name}.v${versions[at - 1]?.version}` }),
      })),
    },
    ...versions.map(({ version, image, related }) => ({
      schema: 'olm.bundle',
      name: `${name}.v${version}`,
      package: name,
      image,
      properties: [{ type: 'olm.package', value: { packageName: name, version } }],
      relatedImages: related.map((one, at) => ({ name: `image-${at}`, image: one })),
    })),
  ];
}
