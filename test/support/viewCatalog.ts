import { fileBasedCatalog } from '../../server/src/catalog/fileBased.ts';
import { type Catalog, type CatalogPackage, packageOf } from '../../server/src/catalog/model.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

interface BundleOptions {
  readonly image?: string;
  readonly properties?: readonly unknown[];
  readonly relatedImages?: readonly { readonly name: string; readonly image: string }[];
}

function bundle(owner: string, version: string, options: BundleOptions = {}): unknown {
  const { image = `quay.io/${owner}/bundle@${digest('a')}`, properties = [], relatedImages = [] } = options;
  return {
    schema: 'olm.bundle',
    name: `${owner}.v${version}`,
    package: owner,
    image,
    properties: [{ type: 'olm.package', value: { packageName: owner, version } }, ...properties],
    relatedImages,
  };
}

function channel(owner: string, name: string, versions: readonly string[]): unknown {
  const entries = versions.map((version, place) => ({
    name: `${owner}.v${version}`,
    ...(place === 0 ? {} : { replaces: `${owner}.v${versions[place - 1]}` }),
  }));
  return { schema: 'olm.channel', package: owner, name, entries };
}

/** A small picture that is one. */
export const pngIcon =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/**
 * Three packages: `certs` in one channel, `keys` in three, of which the default one has five versions, and `needy`, which is by tag,
 * deprecated, and needs a kind that `certs` brings.
 */
const documents: readonly unknown[] = [
  { schema: 'olm.package', name: 'certs', defaultChannel: 'stable', description: 'Certificates' },
  channel('certs', 'stable', ['1.0.0']),
  bundle('certs', '1.0.0', {
    properties: [{ type: 'olm.gvk', value: { group: 'certs.io', version: 'v1', kind: 'Certificate' } }],
  }),
  {
    schema: 'olm.package',
    name: 'keys',
    defaultChannel: 'stable',
    icon: { base64data: pngIcon, mediatype: 'image/png' },
  },
  channel('keys', 'candidate', ['2.1.0']),
  channel('keys', 'stable', ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '2.0.0']),
  channel('keys', 'old', ['0.9.0']),
  ...['0.9.0', '1.0.0', '1.1.0', '1.2.0', '1.3.0', '2.0.0', '2.1.0'].map((version) =>
    bundle('keys', version),
  ),
  {
    schema: 'olm.deprecations',
    package: 'keys',
    entries: [
      { reference: { schema: 'olm.channel', name: 'old' }, message: 'Use stable.' },
      { reference: { schema: 'olm.bundle', name: 'keys.v1.0.0' }, message: 'It leaks.' },
    ],
  },
  { schema: 'olm.package', name: 'needy', defaultChannel: 'alpha' },
  channel('needy', 'alpha', ['0.1.0']),
  bundle('needy', '0.1.0', {
    image: 'quay.io/needy/bundle:v0.1.0',
    properties: [
      { type: 'olm.gvk.required', value: { group: 'certs.io', version: 'v1', kind: 'Certificate' } },
      {
        type: 'olm.csv.metadata',
        value: {
          displayName: 'Needy *Operator*',
          description: 'Asks <b>for</b> more.',
          provider: { name: 'ACME' },
        },
      },
    ],
    relatedImages: [
      { name: '', image: 'quay.io/needy/bundle:v0.1.0' },
      { name: 'operator', image: `quay.io/needy/operator@${digest('b')}` },
      { name: '', image: `quay.io/needy/operator@${digest('b')}` },
    ],
  }),
  {
    schema: 'olm.deprecations',
    package: 'needy',
    entries: [{ reference: { schema: 'olm.package' }, message: 'Nobody maintains it.' }],
  },
];

export const viewCatalogText = documents.map((one) => JSON.stringify(one)).join('\n');

export function viewCatalog(): Catalog {
  return fileBasedCatalog([{ path: 'catalog.json', text: viewCatalogText }]);
}

/** A package of it. */
export function viewPackage(name: string): CatalogPackage {
  const found = packageOf(viewCatalog(), name);
  if (found === undefined) throw new Error(`The catalog has no ${name}.`);
  return found;
}
