/** A package of a catalog. */
export interface OperatorQuestion {
  /** An image, `oci://DIR`, or the absolute path of a folder or a file. */
  readonly catalog: string;
  readonly package: string;
  /** The version, or the name of its bundle; left out for the head of the default channel. */
  readonly version?: string;
  /** Whose upgrade graph; left out for the default channel, or one that has the version. */
  readonly channel?: string;
}

/** What a page about an operator shows. All texts are whatever its catalog says: anybody's words. */
export interface OperatorAnswer {
  readonly catalog: string;
  readonly package: string;
  readonly displayName: string;
  readonly provider: string;
  /** A `data:` address of a picture that was looked at. Show it as a picture and nothing else. */
  readonly icon?: string;
  /** One sentence. */
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  /** The version that is shown, and the name of its bundle; both empty where there is none. */
  readonly version: string;
  readonly bundle: string;
  /** All of them, the newest first. */
  readonly versions: readonly { readonly version: string; readonly bundle: string }[];
  /** What whoever installs it ought to know first, in whole sentences: deprecations, and what is wrong with the package. */
  readonly warnings: readonly string[];
  /** Which clusters it is for, in whole sentences. */
  readonly requirements: readonly string[];
  /** One to five of the Operator Framework's levels, with its name; left out where the catalog does not say. */
  readonly capability?: { readonly level: number; readonly name: string };
  readonly installModes: readonly string[];
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly links: readonly { readonly name: string; readonly url: string }[];
  readonly maintainers: readonly { readonly name: string; readonly email: string }[];
  readonly channels: readonly OperatorChannel[];
  /** Of one channel; left out where there is no channel. */
  readonly graph?: UpgradeGraphAnswer;
  readonly dependencies: readonly OperatorDependency[];
  readonly provides: readonly { readonly kind: string; readonly group: string; readonly version: string }[];
  readonly images: readonly OperatorImage[];
}

export interface OperatorChannel {
  readonly name: string;
  readonly isDefault: boolean;
  /** The version of its head, or its name; empty where it has none. */
  readonly head: string;
  readonly versions: number;
  /** Why it is deprecated; left out where it is not. */
  readonly deprecated?: string;
}

export interface OperatorDependency {
  /** What is needed, in words. */
  readonly needs: string;
  /** Who provides it, in a sentence. */
  readonly provided: string;
  /** Packages of the catalog; none where it has none. */
  readonly providers: readonly string[];
}

export interface OperatorImage {
  readonly image: string;
  /** What it is, in a word or two; empty where nothing says. */
  readonly name: string;
  readonly pinned: boolean;
}

/** The upgrade graph of a channel: a version in each row, what upgrades above what it upgrades. Rows are named by number. */
export interface UpgradeGraphAnswer {
  readonly channel: string;
  /** What it looks like, in whole sentences. */
  readonly sentences: readonly string[];
  readonly rows: readonly UpgradeGraphRow[];
}

export interface UpgradeGraphRow {
  /** Of the bundle. */
  readonly name: string;
  readonly label: string;
  /** `missing`: another version replaces or skips it, and the channel does not have it. */
  readonly state: 'head' | 'plain' | 'stranded' | 'missing';
  /** Why it is deprecated; left out where it is not. */
  readonly deprecated?: string;
  /** The row that it replaces; −1 for none. */
  readonly replaces: number;
  /** First and last of the rows that it skips. */
  readonly skips: readonly (readonly [number, number])[];
  readonly skipRange: string;
  /** First and last of the rows in its skipRange. */
  readonly inRange: readonly (readonly [number, number])[];
  /** All of this in words. */
  readonly spoken: string;
}

/** Two versions in a channel, by the names of their bundles, in either order. */
export interface UpgradePathQuestion {
  readonly catalog: string;
  readonly package: string;
  readonly channel: string;
  readonly versions: readonly [string, string];
}

export interface UpgradePathAnswer {
  /** From which bundle to which, and why; none where no path leads there in the channel. */
  readonly steps: readonly {
    readonly from: string;
    readonly to: string;
    readonly by: 'replaces' | 'skips' | 'skipRange';
  }[];
  /** The answer, in a sentence. */
  readonly headline: string;
  /** Each step, or what helps, in a sentence. */
  readonly sentences: readonly string[];
}
