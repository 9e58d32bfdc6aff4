import { headOf } from './graph.ts';
import type { Catalog, CatalogBundle, CatalogChannel, CatalogPackage } from './model.ts';

/**
 * What differs between two catalogs, as `catalog diff --format json` gives it: users' scripts depend on every name here. All
 * names are sorted.
 */
export interface CatalogDifference {
  readonly packages: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly PackageDifference[];
  };
}

export interface PackageDifference {
  readonly name: string;
  /** The old and the new one; left out where it is the same. */
  readonly defaultChannel?: readonly [string, string];
  /** `changed`: their entries or their edges are others. */
  readonly channels: NamesThatDiffer;
  /** `changed`: the bundle image, the related images or the version is another one under the same name. */
  readonly bundles: NamesThatDiffer;
  /** Channels whose head moved; null where there is none. */
  readonly heads: readonly {
    readonly channel: string;
    readonly head: readonly [string | null, string | null];
  }[];
  /** What is deprecated now and was not: the package's, channels' and bundles' names. */
  readonly deprecated: readonly string[];
}

export interface NamesThatDiffer {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export function catalogDifference(before: Catalog, after: Catalog): CatalogDifference {
  const { added, removed, both } = comparedPackages(before, after);
  const changed = both.flatMap(([old, now]) => packageDifference(old, now) ?? []);
  return { packages: { added, removed, changed } };
}

/** Which packages only one of two catalogs has, and those of both, before and after. */
export interface ComparedPackages {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly both: readonly (readonly [CatalogPackage, CatalogPackage])[];
}

/** Looks at no more of packages than their names. */
export function comparedPackages(before: Catalog, after: Catalog): ComparedPackages {
  const old = byName(before.packages);
  const now = byName(after.packages);
  return {
    added: [...now.keys()].filter((name) => !old.has(name)).sort(),
    removed: [...old.keys()].filter((name) => !now.has(name)).sort(),
    both: after.packages.flatMap((owner) => {
      const former = old.get(owner.name);
      return former === undefined ? [] : [[former, owner] as const];
    }),
  };
}

/** What differs between two states of one package; undefined where nothing does. */
export function packageDifference(
  before: CatalogPackage,
  after: CatalogPackage,
): PackageDifference | undefined {
  const moved = before.defaultChannel !== after.defaultChannel;
  const channels = namesThatDiffer(before.channels, after.channels, channelKey);
  const bundles = namesThatDiffer(before.bundles, after.bundles, bundleKey);
  const heads = headsThatMoved(before, after);
  const known = new Set(before.deprecations.map(deprecationKey));
  const deprecated = after.deprecations
    .filter((one) => !known.has(deprecationKey(one)))
    .map((one) => (one.schema === 'olm.package' ? after.name : one.name));
  const same = [channels, bundles].every(
    ({ added, removed, changed }) => added.length + removed.length + changed.length === 0,
  );
  if (same && !moved && heads.length === 0 && deprecated.length === 0) return undefined;
  return {
    name: after.name,
    ...(moved ? { defaultChannel: [before.defaultChannel, after.defaultChannel] as const } : {}),
    channels,
    bundles,
    heads,
    deprecated: [...new Set(deprecated)].sort(),
  };
}

function headsThatMoved(before: CatalogPackage, after: CatalogPackage) {
  const old = byName(before.channels);
  return [...byName(after.channels).values()].flatMap((channel) => {
    const former = old.get(channel.name);
    if (former === undefined) return [];
    const head = [headOf(former) ?? null, headOf(channel) ?? null] as const;
    return head[0] === head[1] ? [] : [{ channel: channel.name, head }];
  });
}

function namesThatDiffer<T extends { readonly name: string }>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): NamesThatDiffer {
  const old = byName(before);
  const now = byName(after);
  return {
    added: [...now.keys()].filter((name) => !old.has(name)).sort(),
    removed: [...old.keys()].filter((name) => !now.has(name)).sort(),
    changed: [...now]
      .flatMap(([name, item]) => {
        const former = old.get(name);
        return former !== undefined && former !== item && keyOf(former) !== keyOf(item) ? [name] : [];
      })
      .sort(),
  };
}

/** Of several with one name the first, as everywhere. */
function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const item of items) if (!found.has(item.name)) found.set(item.name, item);
  return found;
}

/** Entries have an order in a file and none in a graph. */
function channelKey({ entries }: CatalogChannel): string {
  return entries
    .map(({ name, replaces, skips, skipRange }) =>
      JSON.stringify([name, replaces, [...skips].sort(), skipRange]),
    )
    .sort()
    .join();
}

function bundleKey({ version, image, relatedImages }: CatalogBundle): string {
  return JSON.stringify([version, image, [...new Set(relatedImages.map((one) => one.image))].sort()]);
}

function deprecationKey({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${schema}\n${name}`;
}
