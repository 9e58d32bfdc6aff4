import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { dump, loadAll } from 'js-yaml';
import { testImage } from '../test/support/images.ts';
import { configsImage, databaseLabel } from '../test/support/indexImages.ts';
import { writeLayout } from '../test/support/ociLayout.ts';

/**
 * A catalog of the size and shape of the community's with all its versions, made the same way every time: 351 packages, 258 of
 * them in indented JSON and the others in YAML, 775 channels, 6,474 bundles, 139 MB.
 */
export const communityPackages = 351;
const jsonShare = 258 / 351;

/** Bundles of the packages, from the largest to the smallest share of them, as they are in the real one. */
const bundleCounts: readonly (readonly [share: number, bundles: number])[] = [
  ...([
    [0.01, 115],
    [0.05, 77],
    [0.1, 54],
    [0.25, 35],
    [0.5, 17],
    [0.75, 6],
    [0.9, 2],
    [1, 1],
  ] as const),
];

/** Writes the files of a catalog of so many packages below a folder: `PACKAGE/catalog.json` or `.yaml`. */
export function writeCatalogFiles(folder: string, packages: number): void {
  for (let number = 0; number < packages; number++) {
    const name = `${words(number, 2).join('-')}-operator-${number}`;
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    const isJson = ((number * 97) % packages) / packages < jsonShare;
    const documents = packageDocuments(name, number, bundlesOf(number, packages), isJson);
    if (isJson) {
      const text = documents.map((document) => `${JSON.stringify(document, null, 4)}\n`).join('');
      writeFileSync(join(own, 'catalog.json'), text);
    } else {
      const text = documents.map((document) => `---\n${dump(document, { lineWidth: -1 })}`).join('');
      writeFileSync(join(own, 'catalog.yaml'), text);
    }
  }
}

/** Packages of all sizes are mixed. */
function bundlesOf(number: number, packages: number): number {
  const place = ((number * 131) % packages) / packages;
  return Math.max(1, Math.floor(bundleCounts.find(([share]) => place < share)?.[1] ?? 1));
}

type Document = Readonly<Record<string, unknown>>;

function packageDocuments(name: string, number: number, bundles: number, isJson: boolean): Document[] {
  const versions = Array.from({ length: bundles }, (_, at) => `${1 + Math.floor(at / 20)}.${at % 20}.0`);
  const channels = ['stable', 'alpha', 'candidate'].slice(
    0,
    1 + (number % 10 < 7 ? 1 : 0) + (number % 10 < 5 ? 1 : 0),
  );
  const description = sentences(number, 26);
  const kinds = Array.from({ length: 1 + (number % 8) }, (_, at) => `${capital(words(number + at, 2))}${at}`);
  const icon = { base64data: noise(`icon ${number}`, 24_000), mediatype: 'image/png' };
  return [
    { schema: 'olm.package', name, defaultChannel: 'stable', icon },
    ...channels.map((channel, at) => ({
      schema: 'olm.channel',
      package: name,
      name: channel,
      entries: versions.slice(0, versions.length - at || 1).map((version, place, all) => ({
        name: `${name}.v${version}`,
        ...(place === 0 ? {} : { replaces: `${name}.v${all[place - 1]}` }),
        ...(place % 6 === 5 ? { skipRange: `>=1.0.0 <${version}` } : {}),
      })),
    })),
    ...versions.map((version) => bundleDocument({ name, number, version, description, kinds, isJson })),
  ];
}

interface BundleShape {
  readonly name: string;
  readonly number: number;
  readonly version: string;
  readonly description: string;
  readonly kinds: readonly string[];
  readonly isJson: boolean;
}

function bundleDocument(shape: BundleShape): Document {
  const { name, number, version, kinds, isJson } = shape;
  const group = `${name}.example.com`;
  const digest = (what: string) => `sha256:${noise(`${name} ${version} ${what}`, 64, hexadecimal)}`;
  // Of the YAML, a quarter has the older form, with the manifests in base64.
  const isOlder = !isJson && number % 4 === 0;
  return {
    schema: 'olm.bundle',
    name: `${name}.v${version}`,
    package: name,
    image: isJson ? `quay.io/pipeline/${name}:${version}` : `quay.io/pipeline/${name}@${digest('bundle')}`,
    properties: [
      ...kinds.map((kind) => ({ type: 'olm.gvk', value: { group, kind, version: 'v1alpha1' } })),
      { type: 'olm.package', value: { packageName: name, version } },
      ...(isOlder
        ? [clusterServiceVersion(shape), ...kinds.map((kind) => definition(kind, group))].map((manifest) => ({
            type: 'olm.bundle.object',
            value: { data: Buffer.from(JSON.stringify(manifest)).toString('base64') },
          }))
        : [{ type: 'olm.csv.metadata', value: metadata(shape) }]),
    ],
    relatedImages: [
      { name: '', image: `quay.io/pipeline/${name}:${version}` },
      ...['operator', 'proxy', 'agent', 'console', 'init'].map((image) => ({
        name: image,
        image: `quay.io/${name}/${image}@${digest(image)}`,
      })),
    ],
  };
}

function metadata({ name, number, version, description, kinds }: BundleShape): Document {
  return {
    annotations: {
      'alm-examples': JSON.stringify(
        kinds.map((kind) => ({
          kind,
          apiVersion: `${name}/v1alpha1`,
          metadata: { name: kind },
          spec: settings(number, 6),
        })),
        null,
        2,
      ),
      capabilities: 'Seamless Upgrades',
      categories: 'Application Runtime, Database',
      containerImage: `quay.io/${name}/operator:${version}`,
      createdAt: '2026-01-01T00:00:00Z',
      description: sentences(number + 7, 1),
      repository: `https://github.com/example/${name}`,
      support: capital(words(number, 2)),
    },
    apiServiceDefinitions: {},
    crdDescriptions: {
      owned: kinds.map((kind, at) => ({
        name: `${kind.toLowerCase()}s.${name}.example.com`,
        version: 'v1alpha1',
        kind,
        displayName: kind,
        description: sentences(number + at, 2),
        specDescriptors: Array.from({ length: 2 }, (_, place) => ({
          description: sentences(number + at + place, 1),
          displayName: words(number + place, 2).join(' '),
          path: words(number + place, 2).join('.'),
          'x-descriptors': ['urn:alm:descriptor:com.tectonic.ui:text'],
        })),
      })),
    },
    description: `${description}\n\n## Version ${Number.parseInt(version, 10)}\n`,
    displayName: capital(words(number, 2)),
    installModes: ['OwnNamespace', 'SingleNamespace', 'MultiNamespace', 'AllNamespaces'].map((type, at) => ({
      type,
      supported: at !== 2,
    })),
    keywords: words(number + 3, 4),
    links: [{ name: 'Documentation', url: `https://docs.example.com/${name}` }],
    maintainers: [{ name: capital(words(number, 1)), email: `${name}@example.com` }],
    maturity: 'stable',
    minKubeVersion: '1.21.0',
    provider: { name: capital(words(number + 1, 1)) },
  };
}

function clusterServiceVersion(shape: BundleShape): Document {
  const { annotations, crdDescriptions, ...spec } = metadata(shape);
  return {
    apiVersion: 'operators.coreos.com/v1alpha1',
    kind: 'ClusterServiceVersion',
    metadata: { name: `${shape.name}.v${shape.version}`, annotations },
    spec: {
      ...spec,
      version: shape.version,
      icon: [{ base64data: noise(`icon ${shape.number}`, 24_000), mediatype: 'image/png' }],
      customresourcedefinitions: crdDescriptions,
      install: {
        spec: {
          deployments: [{ name: shape.name, spec: { template: { spec: settings(shape.number, 30) } } }],
        },
      },
    },
  };
}

function definition(kind: string, group: string): Document {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.toLowerCase()}s.${group}` },
    spec: { group, names: { kind }, versions: [{ name: 'v1alpha1', schema: settings(kind.length, 16) }] },
  };
}

/** An image with these files as its catalog. */
export function writeFilesLayout(folder: string, files: string): void {
  const layer = Object.fromEntries(
    readdirSync(files, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:json|ya?ml)$/.test(path))
      .sort()
      .map((path) => [`configs/${path}`, readFileSync(join(files, path))]),
  );
  writeLayout(folder, [{ name: 'v1', image: configsImage({ layers: [layer] }) }]);
}

/** The same image as older tools build it, with a database. */
export function writeDatabaseLayout(folder: string, file: string): void {
  const labels = { [databaseLabel]: '/database/index.db' };
  const layers = [{ 'database/index.db': readFileSync(file) }];
  writeLayout(folder, [{ name: 'v1', image: testImage({ labels, layers }) }]);
}

/**
 * What files say, as a SQLite index. As in real ones, heads of channels have their manifests in it, twice, and no other bundle has.
 */
export function writeDatabase(file: string, files: string): void {
  const sqlite = new Sqlite(file);
  sqlite.exec(`
    CREATE TABLE operatorbundle (name TEXT PRIMARY KEY, csv TEXT, bundle TEXT, bundlepath TEXT, skiprange TEXT,
      version TEXT, replaces TEXT, skips TEXT);
    CREATE TABLE package (name TEXT PRIMARY KEY, default_channel TEXT);
    CREATE TABLE channel (name TEXT, package_name TEXT, head_operatorbundle_name TEXT, PRIMARY KEY(name, package_name));
    CREATE TABLE channel_entry (entry_id INTEGER PRIMARY KEY, channel_name TEXT, package_name TEXT,
      operatorbundle_name TEXT, replaces INTEGER, depth INTEGER);
    CREATE TABLE related_image (image TEXT, operatorbundle_name TEXT);
    CREATE TABLE api_provider (group_name TEXT, version TEXT, kind TEXT, operatorbundle_name TEXT);
    CREATE TABLE api_requirer (group_name TEXT, version TEXT, kind TEXT, operatorbundle_name TEXT);
    CREATE TABLE dependencies (type TEXT, value TEXT, operatorbundle_name TEXT);
    CREATE TABLE properties (type TEXT, value TEXT, operatorbundle_name TEXT);
    BEGIN`);
  const insert = (table: string, ...values: unknown[]) =>
    sqlite.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values);
  let entryId = 0;
  for (const path of readdirSync(files, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(?:json|ya?ml)$/.test(path)) continue;
    const text = readFileSync(join(files, path), 'utf8');
    const documents = [...(path.endsWith('.json') ? jsonDocuments(text) : loadAll(text))] as FileDocument[];
    const channels = documents.filter(({ schema }) => schema === 'olm.channel');
    const heads = new Set(channels.map(({ entries }) => entries?.at(-1)?.name));
    for (const document of documents) {
      const { schema, name, package: owner, entries = [], properties = [], relatedImages = [] } = document;
      if (schema === 'olm.package') insert('package', name, document.defaultChannel);
      if (schema === 'olm.channel') {
        insert('channel', name, owner, entries.at(-1)?.name);
        for (const [at, entry] of entries.entries()) {
          const replaces = at === 0 ? null : entryId;
          insert('channel_entry', ++entryId, name, owner, entry.name, replaces, entries.length - 1 - at);
        }
      }
      if (schema !== 'olm.bundle') continue;
      const version = properties.find(({ type }) => type === 'olm.package')?.value.version;
      const csv = heads.has(name) ? Buffer.from(manifestOf(document)) : null;
      const bundle = csv === null ? null : Buffer.concat([csv, Buffer.from(noise(String(name), 250_000))]);
      insert('operatorbundle', name, csv, bundle, document.image, '', version, '', '');
      for (const { image } of relatedImages) insert('related_image', image, name);
      for (const { type, value } of properties) {
        if (type === 'olm.bundle.object' || type === 'olm.csv.metadata') continue;
        insert('properties', type, JSON.stringify(value), name);
        if (type === 'olm.gvk') insert('api_provider', value.group, value.version, value.kind, name);
      }
    }
  }
  sqlite.exec('COMMIT');
  sqlite.close();
}

interface FileDocument {
  readonly schema: string;
  readonly name: string;
  readonly package?: string;
  readonly defaultChannel?: string;
  readonly image?: string;
  readonly entries?: readonly { readonly name: string }[];
  readonly properties?: readonly {
    readonly type: string;
    readonly value: Readonly<Record<string, string>>;
  }[];
  readonly relatedImages?: readonly { readonly image: string }[];
}

function manifestOf({ name, properties = [] }: FileDocument): string {
  const older = properties.find(({ type }) => type === 'olm.bundle.object')?.value.data;
  if (older !== undefined) return Buffer.from(older, 'base64').toString();
  const { annotations, ...spec } = (properties.find(({ type }) => type === 'olm.csv.metadata')?.value ??
    {}) as Document;
  return JSON.stringify({ kind: 'ClusterServiceVersion', metadata: { name, annotations }, spec });
}

/** The documents of text as `opm` indents it. */
export function* jsonDocuments(text: string): Generator<unknown> {
  for (let at = text.indexOf('{'); at !== -1; ) {
    const end = text.indexOf('\n}', at) + 2;
    yield JSON.parse(text.slice(at, end));
    at = text.indexOf('{', end);
  }
}

const vocabulary =
  'operator cluster manages backup volume replica tenant gateway mesh metric alert policy secret certificate broker queue topic stream index search vector graph cache edge node pool quota ledger audit trace probe sensor render build deploy promote rollback'.split(
    ' ',
  );

function words(seed: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, at) => vocabulary[(seed * 7 + at * 11 + ((seed * (at + 3)) >> 2)) % vocabulary.length] ?? '',
  );
}

function sentences(seed: number, count: number): string {
  return Array.from({ length: count }, (_, at) => `${capital(words(seed + at * 13, 9))}.`).join(' ');
}

function capital(list: readonly string[]): string {
  const text = list.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function settings(seed: number, count: number): Document {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `${words(seed + at, 2).join('')}${at}`,
      { value: sentences(seed + at, 1), enabled: at % 2 === 0 },
    ]),
  );
}

const hexadecimal = '0123456789abcdef';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Characters that nothing packs well, the same ones for the same seed. */
function noise(seed: string, length: number, alphabet = base64): string {
  let state = 2_166_136_261;
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 16_777_619);
  let text = '';
  while (text.length < length) {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9;
    text += alphabet.charAt((state >>> 13) & (alphabet.length - 1));
  }
  return text;
}
