/**
 * What a selection loses, or why oc-mirror v2 refuses it. The codes are the causes: findings of an ImageSetConfiguration and
 * their fixes are made of them.
 */
export interface SelectionProblem {
  readonly code: SelectionProblemCode;
  /** `error`: something that was asked for is not there, or oc-mirror v2 or `opm` refuses it; `warning`: it is lost, or will be needed. */
  readonly severity: 'error' | 'warning';
  /** True where oc-mirror v2 ends with an error and mirrors nothing. It says nothing of the others. */
  readonly refused: boolean;
  readonly message: string;
  readonly package?: string | undefined;
  readonly channel?: string | undefined;
  readonly bundle?: string | undefined;
  /** The bound of a range that it is about. */
  readonly bound?: 'minVersion' | 'maxVersion' | undefined;
  /** What could stand instead: names of packages or channels, versions; the likeliest first. What it is for says the code. */
  readonly suggestions: readonly string[];
}

export type SelectionProblemCode =
  /** The configuration contradicts itself: the same name twice, two ranges, a range with `full`. */
  | 'configuration'
  /** `minVersion` or `maxVersion` is no version. */
  | 'version'
  /** Suggests the nearest name. */
  | 'unknown-package'
  | 'unknown-channel'
  | 'unknown-bundle'
  /** Suggests the channels that are left. */
  | 'default-channel'
  /** A range that finds nothing. Suggests a `minVersion` that finds something. */
  | 'empty-range'
  /** Entries in the range that the head does not lead to. */
  | 'off-chain'
  /** The upgrade graph of a channel is broken. */
  | 'graph'
  /** A bundle of the catalog is broken or not there. */
  | 'catalog'
  | 'deprecation'
  /** Suggests packages that provide it. */
  | 'missing-dependency'
  /** Nothing is left. */
  | 'nothing';

/** Where a problem is. */
export type SelectionPlace = Pick<SelectionProblem, 'package' | 'channel' | 'bundle' | 'bound'>;

/** Makes a problem: an error where it is refused and where nothing else is said. */
export function makeProblem(
  code: SelectionProblemCode,
  message: string,
  place: SelectionPlace,
  more: Partial<Pick<SelectionProblem, 'severity' | 'refused' | 'suggestions'>> = {},
): SelectionProblem {
  return { code, severity: 'error', refused: false, message, suggestions: [], ...place, ...more };
}
