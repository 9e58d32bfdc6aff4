import type { KeptMessage } from '../base/sentences.ts';

/**
 * An operator catalog, whatever it was read from: file-based text (`fileBased.ts`), the rows of a SQLite index (`rows.ts`) or
 * what grpcurl printed (`grpcAnswers.ts`). It holds what the tree, the search, the selection and the page of an operator need,
 * and no text of a ClusterServiceVersion. Equal strings, images and lists are one object (`sharing.ts`), which is why a
 * catalog of 6,500 bundles takes some megabytes. Nothing in it changes once it was handed out.
 *
 * It says what the catalog says, also where that is wrong: channels and entries may come twice, a default channel need not
 * exist, and a replaced bundle need not be there. `validity.ts` finds all of that.
 */
export interface Catalog {
  /** Sorted by name, each name once. */
  readonly packages: readonly CatalogPackage[];
  /** Documents of schemas that are not the catalog's own; tools keep them, and so do we. */
  readonly others: readonly OtherDocument[];
  /** What was wrong with the text or the rows, in the order it was found. What the packages say together, `validity` judges. */
  readonly problems: readonly ReadProblem[];
}

/** A package (`olm.package`): what a Subscription names. */
export interface CatalogPackage {
  readonly name: string;
  /** False where channels or bundles name a package that nobody declares; all else of it is empty then. */
  readonly declared: boolean;
  /** Empty where none is set. It need not be one of `channels`. */
  readonly defaultChannel: string;
  readonly description: string;
  readonly icon: Icon | undefined;
  /** In the order of the source. */
  readonly channels: readonly CatalogChannel[];
  /** In the order of the source, those that no channel names included. */
  readonly bundles: readonly CatalogBundle[];
  readonly deprecations: readonly Deprecation[];
}

/** An icon as it stands in the catalog. Nobody has looked whether the data are what the media type says, or base64 at all. */
export interface Icon {
  readonly mediaType: string;
  readonly base64: string;
}

/** A channel (`olm.channel`) and its upgrade graph, which `graph.ts` reads. */
export interface CatalogChannel {
  readonly name: string;
  /** In the order of the source. */
  readonly entries: readonly CatalogEntry[];
  /** The head as a SQLite index or grpcurl names it; undefined in file-based catalogs, where only `headsOf` knows. */
  readonly statedHead: string | undefined;
}

/** A bundle's place in the upgrade graph of a channel. */
export interface CatalogEntry {
  /** Of the bundle, which need not be there. */
  readonly name: string;
  /** Empty where it replaces nothing. */
  readonly replaces: string;
  readonly skips: readonly string[];
  /** As blang's semver reads it, `>=1.0.0 <1.2.0`; empty where there is none. */
  readonly skipRange: string;
}

/** One version of an operator (`olm.bundle`). */
export interface CatalogBundle {
  readonly name: string;
  readonly package: string;
  /** Of its `olm.package` property; empty where it has none. Need not be semver. */
  readonly version: string;
  /** The bundle image; empty where the catalog holds the manifests themselves. */
  readonly image: string;
  /** Names of the channels of the package that have it as an entry, in their order. */
  readonly channels: readonly string[];
  /** As the catalog lists them: the bundle image is usually among them, and an image may be empty. */
  readonly relatedImages: readonly RelatedImage[];
  /** Kinds that it brings (`olm.gvk`). */
  readonly provides: readonly GroupVersionKind[];
  /** What must be there for it to be installed. */
  readonly requires: readonly Requirement[];
  /** Its other properties: neither kinds, requirements, the package itself, nor manifests. */
  readonly properties: readonly Property[];
  /** For people. Undefined where the catalog does not say: in SQLite only heads of channels have it. */
  readonly about: About | undefined;
}

export interface RelatedImage {
  /** Often empty; a SQLite index has no names. */
  readonly name: string;
  readonly image: string;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A dependency of a bundle, by the type of the property that states it. */
export type Requirement =
  | { readonly type: 'olm.package.required'; readonly packageName: string; readonly versionRange: string }
  | ({ readonly type: 'olm.gvk.required' } & GroupVersionKind)
  /** `value` is JSON. https://olm.operatorframework.io/docs/concepts/olm-architecture/dependency-resolution/#generic-constraint */
  | { readonly type: 'olm.constraint'; readonly value: string };

export interface Property {
  readonly type: string;
  /** JSON. */
  readonly value: string;
}

/** What an operator says of itself in its ClusterServiceVersion. Texts may be Markdown, and are anybody's words. */
export interface About {
  readonly displayName: string;
  readonly description: string;
  readonly provider: string;
  readonly maturity: string;
  readonly minKubeVersion: string;
  readonly keywords: readonly string[];
  readonly links: readonly { readonly name: string; readonly url: string }[];
  readonly maintainers: readonly { readonly name: string; readonly email: string }[];
  /** The supported ones, `OwnNamespace`, `AllNamespaces`, … */
  readonly installModes: readonly string[];
  /** The annotations that people ask for, by name: `categories`, `capabilities`, `createdAt`, `repository`, … */
  readonly annotations: ReadonlyMap<string, string>;
}

/** An entry of `olm.deprecations`. What it names need not be there. */
export interface Deprecation {
  /** `olm.package`, `olm.channel` or `olm.bundle`. */
  readonly schema: string;
  /** Of the channel or bundle; empty for the package. */
  readonly name: string;
  readonly message: string;
}

/** A document whose schema no reader of catalogs knows. `oc` mirrors its images all the same. */
export interface OtherDocument {
  readonly schema: string;
  readonly package: string;
  readonly name: string;
  readonly image: string;
  readonly relatedImages: readonly RelatedImage[];
  readonly place: Place | undefined;
}

/** Where a document begins. */
export interface Place {
  /** As the file was named to the reader. */
  readonly file: string;
  /** One-based. */
  readonly line: number;
}

/** Something that is wrong with a catalog, for a person. */
export interface CatalogProblem {
  /** `error`: `opm validate` refuses the catalog. `warning`: it does not, and somebody will be surprised all the same. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place?: Place | undefined;
  readonly package?: string | undefined;
  readonly channel?: string | undefined;
  readonly bundle?: string | undefined;
}

/** What its reader found wrong with a catalog: data, which is kept with it and said to whoever looks (`readProblem.ts`). */
export interface ReadProblem extends Omit<CatalogProblem, 'message'> {
  readonly message: KeptMessage;
  /** An image that nobody can pull. Why is one more place of the message, which is made when it is said. */
  readonly refusedImage?: string | undefined;
}

/** The package of this name; undefined where there is none. */
export function packageOf(catalog: Catalog, name: string): CatalogPackage | undefined {
  const { packages } = catalog;
  let low = 0;
  let high = packages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((packages[middle]?.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  const found = packages[low];
  return found?.name === name ? found : undefined;
}

/** The first channel of this name. */
export function channelOf(owner: CatalogPackage, name: string): CatalogChannel | undefined {
  return owner.channels.find((channel) => channel.name === name);
}

/** All bundles, package by package. */
export function bundlesOf(catalog: Catalog): CatalogBundle[] {
  return catalog.packages.flatMap(({ bundles }) => bundles);
}

/** The message with which a package, a channel or a bundle is deprecated; undefined where it is not. */
export function deprecationOf(
  owner: CatalogPackage,
  schema: 'olm.package' | 'olm.channel' | 'olm.bundle',
  name = '',
): string | undefined {
  return owner.deprecations.find(
    (one) => one.schema === schema && (schema === 'olm.package' || one.name === name),
  )?.message;
}
