import { headOf } from './graph.ts';
import type { Catalog, CatalogBundle, CatalogPackage, RelatedImage } from './model.ts';

/** A catalog as `catalog show --format json` gives it: users' scripts depend on every name here. */
export interface ShownCatalog {
  readonly packages: readonly ShownPackage[];
  /** Sorted by package, then by name. */
  readonly bundles: readonly ShownBundle[];
}

export interface ShownPackage {
  readonly name: string;
  readonly defaultChannel: string;
  readonly channels: readonly {
    readonly name: string;
    /** Null where the channel has none, or several. */
    readonly head: string | null;
    readonly entries: readonly {
      readonly name: string;
      readonly replaces: string | null;
      readonly skips: readonly string[];
      readonly skipRange: string | null;
    }[];
  }[];
}

export interface ShownBundle {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly image: string;
  readonly channels: readonly string[];
  readonly relatedImages: readonly RelatedImage[];
}

export function shownCatalog(catalog: Catalog): ShownCatalog {
  return {
    packages: catalog.packages.map(shownPackage),
    bundles: catalog.packages.flatMap(({ bundles }) => bundles.map(shownBundle).sort(byName)),
  };
}

function shownPackage({ name, defaultChannel, channels }: CatalogPackage): ShownPackage {
  return {
    name,
    defaultChannel,
    channels: channels.map((channel) => ({
      name: channel.name,
      head: headOf(channel) ?? null,
      entries: channel.entries.map(({ name: entry, replaces, skips, skipRange }) => ({
        name: entry,
        replaces: replaces === '' ? null : replaces,
        skips,
        skipRange: skipRange === '' ? null : skipRange,
      })),
    })),
  };
}

function shownBundle({
  name,
  package: owner,
  version,
  image,
  channels,
  relatedImages,
}: CatalogBundle): ShownBundle {
  return { name, package: owner, version, image, channels, relatedImages };
}

function byName(a: ShownBundle, b: ShownBundle): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
