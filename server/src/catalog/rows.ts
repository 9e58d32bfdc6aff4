import { later } from '../base/sentences.ts';
import { type ClusterServiceVersion, clusterServiceVersion } from './about.ts';
import { dependencyOf, kindOf, requirementOf, sharedProperty } from './bundleProperties.ts';
import { type CatalogBuilder, makeCatalogBuilder } from './catalogBuilder.ts';
import { type EntryRow, entriesOfRows } from './entriesOfRows.ts';
import type { Catalog, GroupVersionKind, Property, RelatedImage, Requirement } from './model.ts';
import { makeSharing, type Sharing } from './sharing.ts';
import { type Fields, fieldsOf, parsedJson, textOf } from './values.ts';

/**
 * The tables of a SQLite index that a catalog is made of, with their columns. Older generations of the schema lack some
 * columns and tables (and have `channel_entry_id` where newer ones have `operatorbundle_name`): ask for what is there.
 * https://github.com/operator-framework/operator-registry/tree/master/pkg/sqlite/migrations
 */
export const indexColumns = {
  package: ['name', 'default_channel'],
  channel: ['name', 'package_name', 'head_operatorbundle_name'],
  channel_entry: ['entry_id', 'channel_name', 'package_name', 'operatorbundle_name', 'replaces', 'depth'],
  related_image: ['image', 'operatorbundle_name'],
  api_provider: ['group_name', 'version', 'kind', 'operatorbundle_name', 'channel_entry_id'],
  api_requirer: ['group_name', 'version', 'kind', 'operatorbundle_name', 'channel_entry_id'],
  dependencies: ['type', 'value', 'operatorbundle_name'],
  properties: ['type', 'value', 'operatorbundle_name'],
  deprecated: ['operatorbundle_name'],
  operatorbundle: ['name', 'bundlepath', 'skiprange', 'version', 'skips'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type IndexTable = keyof typeof indexColumns;

/** What a row has in the columns of its table, in their order; undefined where the generation has no such column. */
export type IndexRow = readonly unknown[];

/** An index as the reader asks it. */
export interface IndexTables {
  /** The rows of a table in any order, none where there is no such table. Each table is asked for once at most. */
  rows(table: IndexTable): Iterable<IndexRow>;
  /**
   * `operatorbundle.csv` of one bundle, text or bytes. It is asked for the heads of default channels, and where the generation
   * has neither versions nor related images for every bundle, because together these manifests are most of an index.
   */
  manifest(bundle: string): unknown;
}

/** Makes a catalog of the rows of an index. */
export interface IndexReader {
  /** Reads everything and yields now and then, the first time when packages and default channels are known. Never throws for a row. */
  read(): Generator<void, void>;
  /** The catalog as far as it was read. */
  catalog(): Catalog;
}

/** How many rows are read before somebody else may have a turn. */
const rowsAtOnce = 2_000;

export function indexReader(tables: IndexTables): IndexReader {
  const builder = makeCatalogBuilder();
  return {
    *read() {
      const packages: PackageRow[] = [];
      for (const [ownName, defaultChannel] of tables.rows('package')) {
        const name = textOf(ownName);
        const found = { name, defaultChannel: textOf(defaultChannel), description: '', icon: undefined };
        if (builder.addPackage(found)) packages.push(found);
        else {
          builder.addProblem({
            severity: 'error',
            message: later('Package {0} is there twice', name),
            package: name,
          });
        }
      }
      yield;
      const index = emptyIndex(makeSharing(), packages);
      for (const table of restOfTables) {
        if (table.startsWith('api_') && index.hasProperties) continue;
        let rows = 0;
        for (const row of tables.rows(table)) {
          readRow[table](row, index);
          if (++rows % rowsAtOnce === 0) yield;
        }
        yield;
      }
      for (const bundle of bundlesToRead(index)) {
        readManifest(bundle, tables.manifest(bundle), index);
        yield;
      }
      addAll(index, builder);
    },
    catalog: () => builder.catalog(),
  };
}

/** The whole catalog at once. */
export function indexCatalog(tables: IndexTables): Catalog {
  const reader = indexReader(tables);
  for (const _ of reader.read()) {
    // All of it is wanted.
  }
  return reader.catalog();
}

/** Entries come before what may name a bundle by its entry. Newer generations say all that `api_…` does in `properties`. */
const restOfTables = [
  ...(['channel', 'channel_entry', 'operatorbundle', 'related_image', 'properties', 'dependencies'] as const),
  ...(['api_provider', 'api_requirer', 'deprecated'] as const),
];
type RestOfTables = (typeof restOfTables)[number];

interface PackageRow {
  readonly name: string;
  readonly defaultChannel: string;
}

interface Index {
  readonly sharing: Sharing;
  readonly packages: readonly PackageRow[];
  /** By package, in their order. */
  readonly channels: Map<string, ChannelRows[]>;
  readonly channelsByName: Map<string, ChannelRows>;
  /** By `entry_id`, for generations that name bundles so. */
  bundleOfEntry: Map<number, string> | undefined;
  readonly ownerOfBundle: Map<string, string>;
  readonly details: Map<string, BundleRows>;
  /** By the JSON of `olm.gvk`. */
  readonly kinds: Map<string, GroupVersionKind>;
  readonly deprecated: Set<string>;
  readonly bundles: Map<string, BundleRow>;
  readonly manifests: Map<string, ClusterServiceVersion>;
  hasProperties: boolean;
  /** What the row before was about: most often the next one is about it, too. */
  lastChannel: ChannelRows | undefined;
  lastDetails: BundleRows | undefined;
}

interface ChannelRows {
  readonly owner: string;
  readonly name: string;
  head: string;
  readonly entries: EntryRow[];
}

/** What other tables say of a bundle. */
interface BundleRows {
  readonly name: string;
  readonly images: RelatedImage[];
  readonly provides: GroupVersionKind[];
  readonly requires: Requirement[];
  readonly properties: Property[];
  /** Its property `olm.package`, as JSON. */
  package: string;
}

interface BundleRow {
  readonly name: string;
  readonly image: string;
  readonly version: string;
  readonly skips: readonly string[];
  readonly skipRange: string;
  /** The generation has no columns for its version and edges. */
  readonly isBare: boolean;
}

function emptyIndex(sharing: Sharing, packages: readonly PackageRow[]): Index {
  return {
    sharing,
    packages,
    channels: new Map(),
    channelsByName: new Map(),
    bundleOfEntry: undefined,
    ownerOfBundle: new Map(),
    details: new Map(),
    kinds: new Map(),
    deprecated: new Set(),
    bundles: new Map(),
    manifests: new Map(),
    hasProperties: false,
    lastChannel: undefined,
    lastDetails: undefined,
  };
}

const readRow: Readonly<Record<RestOfTables, (row: IndexRow, index: Index) => void>> = {
  channel([name, owner, head], index) {
    channelRows(textOf(owner), textOf(name), index).head = index.sharing.text(textOf(head));
  },
  channel_entry([entryId, channelName, owner, bundleName, replaces, depth], index) {
    const { sharing, ownerOfBundle } = index;
    const bundle = sharing.text(textOf(bundleName));
    const id = numberOf(entryId) ?? -1;
    const channel = channelRows(textOf(owner), textOf(channelName), index);
    channel.entries.push({ id, bundle, replaces: numberOf(replaces), depth: numberOf(depth) ?? 0 });
    if (!ownerOfBundle.has(bundle)) ownerOfBundle.set(bundle, channel.owner);
  },
  related_image([image, bundle], index) {
    bundleRows(bundle, index).images.push(index.sharing.image('', textOf(image)));
  },
  api_provider([group, version, kind, bundle, entry], index) {
    ownRows(bundle, entry, index).provides.push(kindOfRow(group, version, kind, index.sharing));
  },
  api_requirer([group, version, kind, bundle, entry], index) {
    const { sharing } = index;
    const requirement = requirementOf('olm.gvk.required', kindOfRow(group, version, kind, sharing), sharing);
    if (requirement !== undefined) ownRows(bundle, entry, index).requires.push(requirement);
  },
  dependencies([type, value, bundle], index) {
    const requirement = dependencyOf(textOf(type), parsedJson(textOf(value)), index.sharing);
    if (requirement !== undefined) bundleRows(bundle, index).requires.push(requirement);
  },
  properties([type, value, bundle], index) {
    index.hasProperties = true;
    readProperty(textOf(type), textOf(value), bundleRows(bundle, index), index);
  },
  deprecated([bundle], index) {
    index.deprecated.add(textOf(bundle));
  },
  operatorbundle([ownName, image, skipRange, version, skipped], index) {
    const { sharing, bundles } = index;
    const name = sharing.text(textOf(ownName));
    const skips = textOf(skipped);
    bundles.set(name, {
      name,
      image: sharing.text(textOf(image)),
      version: sharing.text(textOf(version)),
      skips: skips === '' ? [] : sharing.list(skips.split(',').map((skip) => sharing.text(skip.trim()))),
      skipRange: sharing.text(textOf(skipRange)),
      isBare: version === undefined || skipped === undefined,
    });
  },
};

/** The bundles whose manifests are worth their megabytes. */
function bundlesToRead({ bundles, channelsByName, packages }: Index): Set<string> {
  const heads = packages.flatMap(({ name, defaultChannel }) => {
    const head = channelsByName.get(`${name}\n${defaultChannel}`)?.head;
    return head !== undefined && bundles.has(head) ? [head] : [];
  });
  const bare = [...bundles.values()].flatMap(({ name, isBare }) => (isBare ? [name] : []));
  return new Set([...heads, ...bare]);
}

function readManifest(name: string, csv: unknown, { sharing, bundles, manifests }: Index): void {
  const manifest = clusterServiceVersion(typeof csv === 'string' ? csv : bytesAsText(csv), sharing);
  const bundle = bundles.get(name);
  if (manifest === undefined || bundle === undefined) return;
  manifests.set(name, manifest);
  if (!bundle.isBare) return;
  bundles.set(name, {
    ...bundle,
    version: bundle.version || manifest.version,
    skips: bundle.skips.length === 0 ? manifest.skips : bundle.skips,
    skipRange: bundle.skipRange || manifest.skipRange,
  });
}

function channelRows(owner: string, name: string, index: Index): ChannelRows {
  const { sharing, channels, channelsByName, lastChannel } = index;
  if (lastChannel?.name === name && lastChannel.owner === owner) return lastChannel;
  const key = `${owner}\n${name}`;
  let channel = channelsByName.get(key);
  if (channel === undefined) {
    channel = { owner: sharing.text(owner), name: sharing.text(name), head: '', entries: [] };
    channelsByName.set(key, channel);
    const siblings = channels.get(channel.owner);
    if (siblings === undefined) channels.set(channel.owner, [channel]);
    else siblings.push(channel);
  }
  index.lastChannel = channel;
  return channel;
}

/** The bundle that a row is about. The first generations name one of its entries. */
function ownRows(bundle: unknown, entry: unknown, index: Index): BundleRows {
  index.bundleOfEntry ??= new Map(
    [...index.channelsByName.values()].flatMap(({ entries }) =>
      entries.map(({ id, bundle }) => [id, bundle]),
    ),
  );
  return bundleRows(textOf(bundle) || index.bundleOfEntry.get(numberOf(entry) ?? -1), index);
}

function bundleRows(bundle: unknown, index: Index): BundleRows {
  const { details, lastDetails } = index;
  const name = textOf(bundle);
  if (lastDetails?.name === name) return lastDetails;
  let known = details.get(name);
  if (known === undefined) {
    known = {
      name,
      images: [],
      provides: [],
      requires: [],
      properties: [],
      package: '',
    };
    details.set(name, known);
  }
  index.lastDetails = known;
  return known;
}

function kindOfRow(group: unknown, version: unknown, kind: unknown, sharing: Sharing): GroupVersionKind {
  return sharing.kind(textOf(group), textOf(version), textOf(kind));
}

function readProperty(type: string, value: string, bundle: BundleRows, index: Index): void {
  const { sharing, kinds } = index;
  if (type === 'olm.gvk') {
    let kind = kinds.get(value);
    if (kind === undefined) {
      kind = kindOf(fieldsOf(parsedJson(value)) ?? {}, sharing);
      kinds.set(value, kind);
    }
    bundle.provides.push(kind);
  } else if (type === 'olm.package') bundle.package = value;
  else if (type !== 'olm.bundle.object' && type !== 'olm.csv.metadata') {
    const requirement = requirementOf(type, parsedJson(value), sharing);
    if (requirement !== undefined) bundle.requires.push(requirement);
    else bundle.properties.push(sharedProperty(type, value, sharing));
  }
}

function addAll(index: Index, builder: CatalogBuilder): void {
  const { sharing, channels, bundles, manifests, details, deprecated } = index;
  for (const [owner, ofPackage] of channels) {
    for (const { name, head, entries } of ofPackage) {
      builder.addChannel(owner, {
        name,
        entries: entriesOfRows(entries, (bundle) => bundles.get(bundle), sharing),
        statedHead: head === '' ? undefined : head,
      });
    }
  }
  const ownerOf = ownersOf(index);
  for (const bundle of bundles.values()) {
    const { name, image } = bundle;
    const manifest = manifests.get(name);
    const rows = details.get(name);
    const owner = ownerOf(bundle);
    builder.addBundle({
      name,
      package: owner,
      version: bundle.version || sharing.text(textOf(packageProperty(rows)?.version)),
      image,
      relatedImages: sharing.list(namedImages(rows?.images, manifest, sharing)),
      provides: sharing.list(distinct(rows?.provides)),
      requires: sharing.list(distinct(rows?.requires)),
      properties: sharing.list(distinct(rows?.properties)),
      about: manifest?.about,
    });
    if (deprecated.has(name)) builder.addDeprecations(owner, [{ schema: 'olm.bundle', name, message: '' }]);
  }
  for (const [owner, icon] of iconsOf(index)) builder.setIcon(owner, icon);
}

function distinct<T>(items: readonly T[] | undefined): readonly T[] {
  return items === undefined || items.length < 2 ? (items ?? []) : [...new Set(items)];
}

function packageProperty(rows: BundleRows | undefined): Fields | undefined {
  return rows === undefined || rows.package === '' ? undefined : fieldsOf(parsedJson(rows.package));
}

/**
 * Tells the package of a bundle. No table has it but that of the entries: for a bundle that no channel reaches any more it is
 * what its properties say, else the package whose bundles come from the same repository, else that of bundles named alike.
 */
function ownersOf({ sharing, bundles, details, ownerOfBundle }: Index): (bundle: BundleRow) => string {
  const byKin = new Map<string, string>();
  for (const bundle of bundles.values()) {
    const owner = ownerOfBundle.get(bundle.name);
    if (owner !== undefined) for (const kin of kinOf(bundle)) byKin.set(kin, owner);
  }
  return (bundle) =>
    ownerOfBundle.get(bundle.name) ??
    sharing.text(
      textOf(packageProperty(details.get(bundle.name))?.packageName) ||
        kinOf(bundle)
          .map((kin) => byKin.get(kin))
          .find((owner) => owner !== undefined) ||
        '',
    );
}

function kinOf({ name, image }: BundleRow): string[] {
  const at = image.indexOf('@');
  const slash = image.lastIndexOf('/');
  const colon = image.indexOf(':', slash);
  const repository = image.slice(0, at === -1 ? (colon === -1 ? image.length : colon) : at);
  return [...(repository === '' ? [] : [`image\n${repository}`]), `name\n${name.split('.', 1)[0]}`];
}

/** The rows of `related_image`, with the names that the manifest has for them; the manifest's own where there is no row. */
function namedImages(
  images: readonly RelatedImage[] | undefined,
  manifest: ClusterServiceVersion | undefined,
  sharing: Sharing,
): readonly RelatedImage[] {
  if (images === undefined || images.length === 0) return distinct(manifest?.images);
  if (manifest === undefined) return distinct(images);
  const named = new Map<string, string>();
  for (const { name, image } of manifest.images) if (!named.get(image)) named.set(image, name);
  return [...new Set(images.map(({ image }) => image))].map((image) =>
    sharing.image(named.get(image) ?? '', image),
  );
}

/** Icons are in manifests only: a package has that of the head of its default channel. */
function* iconsOf({ manifests, channelsByName, packages }: Index) {
  for (const { name, defaultChannel } of packages) {
    const head = channelsByName.get(`${name}\n${defaultChannel}`)?.head;
    const icon = head === undefined ? undefined : manifests.get(head)?.icon;
    if (icon !== undefined) yield [name, icon] as const;
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

/** Some versions of opm wrote manifests as bytes. */
function bytesAsText(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
}
