import type { NamedFile } from './files.ts';

/** A catalog that is meant, as a `CatalogRow` calls it. */
export interface CatalogQuestion {
  readonly catalog: string;
}

/** A catalog of the view. */
export interface CatalogRow {
  /** What opens it: `docker://IMAGE`, `oci://DIR`, `file://…`, a folder or a file. */
  readonly catalog: string;
  /** Its last part, with the tag. */
  readonly label: string;
  /** Where it is: a registry and a namespace, or a folder. */
  readonly where: string;
  /** Files that name it, with the line, zero-based. */
  readonly namedIn: readonly (NamedFile & { readonly line: number })[];
  /** As somebody has added it; left out where only files name it. */
  readonly added?: string;
  readonly state: CatalogContent['state'] | 'closed';
}

/** What is known of the content of a catalog now. */
export type CatalogContent =
  | {
      readonly state: 'opening';
      /** Bytes of the image, as far as they are known. */
      readonly progress?: { readonly read: number; readonly of: number };
      /** Those that are seen so far: of these only the name is known. */
      readonly packages: readonly PackageRow[];
    }
  | {
      readonly state: 'open';
      readonly packages: readonly PackageRow[];
      /** Why it could not be looked at again, in a sentence: what is shown was read before. */
      readonly notice?: string;
    }
  | {
      readonly state: 'failed';
      readonly reason: string;
      /** What would help: to trust the workspace, to turn the network on, to log in, or to ask again. */
      readonly help: 'trust' | 'network' | 'login' | 'again';
    };

export interface PackageRow {
  readonly name: string;
  /** For people; empty where it has none. */
  readonly title: string;
  /** Of the head of the default channel. */
  readonly version: string;
  /** A few words each: by tag, deprecated, needs others. */
  readonly badges: readonly string[];
  /** A `data:` address of a picture that was looked at. Show it as a picture and nothing else. */
  readonly icon?: string;
}

export interface ChannelRow {
  readonly name: string;
  readonly isDefault: boolean;
  /** The version of its head; empty where it has none. */
  readonly head: string;
  readonly badges: readonly string[];
  readonly isChosen: boolean;
  /** The newest first. */
  readonly versions: readonly VersionRow[];
}

export interface VersionRow {
  /** Its name. */
  readonly bundle: string;
  /** Empty where the bundle has none, so that it cannot be chosen by itself. */
  readonly version: string;
  readonly isHead: boolean;
  readonly badges: readonly string[];
  readonly isChosen: boolean;
}

export interface ImageRow {
  readonly reference: string;
  /** What the bundle calls it; empty where it has no name. */
  readonly name: string;
  readonly isByTag: boolean;
}

/** A part of a catalog, by names; `image` alone is any image. */
export interface CatalogPlace {
  readonly package?: string;
  readonly channel?: string;
  readonly bundle?: string;
  readonly image?: string;
}

/** A package without its picture, which its row in `CatalogContent` has. */
export interface FoundPackage extends Omit<PackageRow, 'icon'> {
  readonly catalog: string;
}
