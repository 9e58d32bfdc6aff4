/** Two catalogs, as those of `OperatorQuestion`. */
export interface ComparisonQuestion {
  readonly before: string;
  readonly after: string;
}

/** What a page about two catalogs shows. Names are whatever the catalogs say. */
export interface CatalogComparison extends ComparisonQuestion {
  /** The answer, in a sentence. */
  readonly headline: string;
  readonly added: readonly ComparedPackage[];
  readonly removed: readonly ComparedPackage[];
  readonly changed: readonly ChangedPackage[];
  /** How many packages are the same in both. */
  readonly same: number;
}

export interface ComparedPackage {
  readonly name: string;
  readonly displayName: string;
  /** Of the head of the default channel. */
  readonly version: string;
}

export interface ChangedPackage extends ComparedPackage {
  /** The version before, where it was another one. */
  readonly versionBefore?: string;
  /** The default channels before and after, where it moved. */
  readonly defaultChannel?: readonly [string, string];
  /** What is deprecated now and was not. */
  readonly deprecated: readonly string[];
  /** All that is another one, a line for each. */
  readonly lines: readonly string[];
}
