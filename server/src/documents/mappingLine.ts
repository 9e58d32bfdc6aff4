import {
  exactReference,
  type ImageReference,
  type ParsedReference,
  repositoryOf,
  type Span,
  type UsualName,
} from './imageReference.ts';
import { namedAfter } from './layoutReference.ts';
import { foreignTransportOf, isInRegistry, keepsReferences } from './transport.ts';

/** One line, parsed alone: nothing in it depends on its number or its neighbours, so edits elsewhere keep it. */
export interface MappingLine {
  readonly text: string;
  readonly pairs: readonly MappingPair[];
  /** What `oc image mirror -f` would refuse, in the order of the text. */
  readonly problems: readonly SyntaxProblem[];
  /** True where a template stands in it: what the line will say is not known, so that it says nothing. */
  readonly isTemplate: boolean;
  /**
   * The ends of its only pair where the line is in the usual form; undefined where `pairs` alone tell. For who goes through all
   * lines of a workspace to find a few: `pairs` are made when they are first asked for, and kept.
   */
  readonly usual: UsualEnds | undefined;
}

/** Where the pair of a line in the usual form leads from and to. */
export interface UsualEnds {
  readonly from: UsualName;
  readonly to: UsualName;
  readonly isByDigest: boolean;
  /** Of the source; undefined where it is by tag. */
  readonly digest: string | undefined;
  /** Of the destination, which always has one. */
  readonly tag: string;
  /** The destination as it is written, which is how `oc` compares it. */
  readonly target: string;
}

export interface MappingPair {
  readonly source: MappingArgument;
  readonly destination: MappingArgument;
}

export interface MappingArgument {
  readonly text: string;
  readonly span: Span;
  readonly parsed: ParsedReference;
  /**
   * The glob of a source that stands for several tags: `v4.*`, or `*` for a source with neither tag nor digest,
   * which means all tags. Undefined for everything else.
   */
  readonly tagPattern: string | undefined;
}

export interface SyntaxProblem {
  readonly message: string;
  readonly span: Span;
  /** True for what `oc image mirror` refuses and `operator-mirror copy` copies. */
  readonly isOfOcAlone?: boolean;
  /** The repair, where it is obvious: `span` is replaced by `newText`. */
  readonly repair?: {
    readonly title: string;
    readonly span: Span;
    readonly newText: string;
    readonly certain: boolean;
  };
}

/** What oc-mirror writes before an image in a registry. */
export const dockerPrefix = 'docker://';

/** What all pairs of a line give together. Nearly all lines have one pair, for which nothing is put together. */
export function ofPairs<Result>(
  { pairs }: MappingLine,
  of: (pair: MappingPair) => readonly Result[],
): readonly Result[] {
  const [first] = pairs;
  return pairs.length === 1 && first !== undefined ? of(first) : pairs.flatMap((pair) => of(pair));
}

/**
 * What `oc` compares to find two sources in one destination: a destination without a tag takes the source's.
 * Undefined when a reference is not valid or the source stands for several tags.
 */
export function destinationKey(pair: MappingPair): string | undefined {
  const destination = destinationOf(pair);
  if (destination === undefined) return undefined;
  // Nothing but the repository and the tag: then that is how it is written, and nothing has to be put together.
  const { text } = pair.destination;
  const { tag, digest } = destination;
  const isAsWritten =
    tag !== undefined &&
    digest === undefined &&
    text.length === repositoryOf(destination).length + 1 + tag.length;
  return isAsWritten ? text : exactReference(destination);
}

/** The destination with the tag, or the name in a layout, that it inherits from the source where it has none. */
export function destinationOf(pair: MappingPair): ImageReference | undefined {
  const { source, destination } = pair;
  if (!source.parsed.ok || !destination.parsed.ok || source.tagPattern !== undefined) return undefined;
  return namedAfter(source.parsed.reference, destination.parsed.reference);
}

/**
 * The image that is at the destination once the line has been copied: by the tag that it is given or inherits, or
 * by its digest where it has none. Undefined where that is not one image.
 */
export function arrivalOf(pair: MappingPair): ImageReference | undefined {
  const destination = destinationOf(pair);
  if (destination === undefined || destination.tag !== undefined || !pair.source.parsed.ok)
    return destination;
  return { ...destination, digest: pair.source.parsed.reference.digest };
}

/** True for a source that is not named by digest: by tag, by a pattern of tags, or by neither (all tags). */
export function isByTag({ parsed }: MappingArgument): boolean {
  // A name in a layout is no tag that anybody pulls by.
  return parsed.ok && parsed.reference.digest === undefined && !keepsReferences(parsed.reference);
}

/**
 * True for a pair as the `mapping.txt` of oc-mirror's dry run has it (`docker://SOURCE=docker://DESTINATION`, and
 * `oci://` for a catalog on the disk), which `oc image mirror` does not read.
 * https://github.com/openshift/oc-mirror/blob/main/v2/internal/pkg/cli/dryrun.go
 */
export function isDryRunPair({ source, destination }: MappingPair): boolean {
  return source.text.startsWith(dockerPrefix) || destination.text.startsWith(dockerPrefix);
}

/** True for a text that begins with a transport of containers/image, which `oc` does not know. */
export function hasForeignTransport(text: string): boolean {
  return foreignTransportOf(text) !== undefined;
}

/**
 * True for oc-mirror v2's own cache, which it serves while it runs: no registry that anybody else could ask.
 * https://github.com/openshift/oc-mirror/blob/main/v2/internal/pkg/cli/executor.go
 */
export function isOcMirrorCache(reference: ImageReference): boolean {
  return isInRegistry(reference) && reference.registry === 'localhost:55000';
}
