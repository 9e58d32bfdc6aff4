import type { ClusterServiceVersion } from './about.ts';
import { dependencyOf, kindOf, requirementOf, sharedProperty } from './bundleProperties.ts';
import type { EntryRow } from './entriesOfRows.ts';
import type { IndexRow, IndexTable } from './indexTables.ts';
import type { GroupVersionKind, Property, RelatedImage, Requirement } from './model.ts';
import type { Sharing } from './sharing.ts';
import { fieldsOf, parsedJson, textOf } from './values.ts';

/** The tables whose rows are taken in one by one. */
export type TableOfRows = Exclude<IndexTable, 'package'>;

/** What the rows of an index say, brought together by what they are about. */
export interface IndexContent {
  readonly sharing: Sharing;
  readonly packages: readonly PackageRow[];
  /** By package, in their order. */
  readonly channels: Map<string, ChannelRows[]>;
  readonly channelsByName: Map<string, ChannelRows>;
  /** By `entry_id`, for generations that name bundles so. */
  bundleOfEntry: Map<number, BundleRows> | undefined;
  /** By name, those that are only named among them: each text is looked up once, as that is most of the work. */
  readonly bundles: Map<string, BundleRows>;
  /** Those that have a row of their own, in their order. */
  readonly listed: ListedBundle[];
  /** By the JSON of `olm.gvk`. */
  readonly kinds: Map<string, GroupVersionKind>;
  hasProperties: boolean;
  /** What the row before was about: most often the next one is about it, too. */
  lastChannel: ChannelRows | undefined;
  lastBundle: BundleRows | undefined;
}

/** A row of `package`. */
export interface PackageRow {
  readonly name: string;
  readonly defaultChannel: string;
}

/** What the rows of `channel` and `channel_entry` say of a channel. */
export interface ChannelRows {
  readonly owner: string;
  readonly name: string;
  head: string;
  readonly entries: EntryRow[];
}

/** What all tables say of a bundle. */
export interface BundleRows {
  readonly name: string;
  /** The package of the first entry that names it. */
  owner: string | undefined;
  row: BundleRow | undefined;
  manifest: ClusterServiceVersion | undefined;
  isDeprecated: boolean;
  readonly images: RelatedImage[];
  readonly provides: GroupVersionKind[];
  readonly requires: Requirement[];
  readonly properties: Property[];
  /** Its property `olm.package`, as JSON. */
  package: string;
}

/** A bundle that has a row of its own. */
export type ListedBundle = BundleRows & { row: BundleRow };

/** A row of `operatorbundle`. */
export interface BundleRow {
  readonly image: string;
  readonly version: string;
  readonly skips: readonly string[];
  readonly skipRange: string;
  /** The generation has no columns for its version and edges. */
  readonly isBare: boolean;
}

/** An index of which nothing but its packages was read. What is equal in it is shared by `sharing`. */
export function emptyIndex(sharing: Sharing, packages: readonly PackageRow[]): IndexContent {
  return {
    sharing,
    packages,
    channels: new Map(),
    channelsByName: new Map(),
    bundleOfEntry: undefined,
    bundles: new Map(),
    listed: [],
    kinds: new Map(),
    hasProperties: false,
    lastChannel: undefined,
    lastBundle: undefined,
  };
}

/** Takes a row of a table in. The rows of `channel_entry` have to be there before those that may name a bundle by its entry. */
export const readRow: Readonly<Record<TableOfRows, (row: IndexRow, index: IndexContent) => void>> = {
  channel([name, owner, head], index) {
    channelRows(textOf(owner), textOf(name), index).head = index.sharing.text(textOf(head));
  },
  channel_entry([entryId, channelName, owner, bundleName, replaces, depth], index) {
    const bundle = bundleRows(bundleName, index);
    const id = numberOf(entryId) ?? -1;
    const channel = channelRows(textOf(owner), textOf(channelName), index);
    channel.entries.push({ id, bundle, replaces: numberOf(replaces), depth: numberOf(depth) ?? 0 });
    bundle.owner ??= channel.owner;
  },
  operatorbundle([name, image, skipRange, version, skipped], index) {
    const { sharing, listed } = index;
    const bundle = bundleRows(name, index);
    const skips = textOf(skipped);
    const row = {
      image: textOf(image),
      version: textOf(version),
      skips: skips === '' ? [] : sharing.list(skips.split(',').map((skip) => sharing.text(skip.trim()))),
      skipRange: sharing.text(textOf(skipRange)),
      isBare: version === undefined || skipped === undefined,
    };
    if (bundle.row === undefined) listed.push(Object.assign(bundle, { row }));
    else bundle.row = row;
  },
  related_image([image, bundle], index) {
    bundleRows(bundle, index).images.push(index.sharing.image('', textOf(image)));
  },
  properties([type, value, bundle], index) {
    index.hasProperties = true;
    readProperty(textOf(type), textOf(value), bundleRows(bundle, index), index);
  },
  dependencies([type, value, bundle], index) {
    const requirement = dependencyOf(textOf(type), parsedJson(textOf(value)), index.sharing);
    if (requirement !== undefined) bundleRows(bundle, index).requires.push(requirement);
  },
  api_provider([group, version, kind, bundle, entry], index) {
    ownRows(bundle, entry, index).provides.push(kindOfRow(group, version, kind, index.sharing));
  },
  api_requirer([group, version, kind, bundle, entry], index) {
    const { sharing } = index;
    const requirement = requirementOf('olm.gvk.required', kindOfRow(group, version, kind, sharing), sharing);
    if (requirement !== undefined) ownRows(bundle, entry, index).requires.push(requirement);
  },
  deprecated([bundle], index) {
    bundleRows(bundle, index).isDeprecated = true;
  },
};

function readProperty(type: string, value: string, bundle: BundleRows, index: IndexContent): void {
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

function channelRows(owner: string, name: string, index: IndexContent): ChannelRows {
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
function ownRows(bundle: unknown, entry: unknown, index: IndexContent): BundleRows {
  index.bundleOfEntry ??= new Map(
    [...index.channelsByName.values()].flatMap(({ entries }) =>
      entries.map(({ id, bundle }) => [id, bundleRows(bundle.name, index)]),
    ),
  );
  const named = textOf(bundle) === '' ? index.bundleOfEntry.get(numberOf(entry) ?? -1) : undefined;
  return named ?? bundleRows(bundle, index);
}

function bundleRows(bundle: unknown, index: IndexContent): BundleRows {
  const { bundles, lastBundle } = index;
  const name = textOf(bundle);
  if (lastBundle?.name === name) return lastBundle;
  let known = bundles.get(name);
  if (known === undefined) {
    known = {
      name,
      owner: undefined,
      row: undefined,
      manifest: undefined,
      isDeprecated: false,
      images: [],
      provides: [],
      requires: [],
      properties: [],
      package: '',
    };
    bundles.set(name, known);
  }
  index.lastBundle = known;
  return known;
}

function kindOfRow(group: unknown, version: unknown, kind: unknown, sharing: Sharing): GroupVersionKind {
  return sharing.kind(textOf(group), textOf(version), textOf(kind));
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
