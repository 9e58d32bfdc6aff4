import type { ImageReference } from '../documents/imageReference.ts';
import type { PullPlan } from '../documents/pullEndpoints.ts';
import type { NamedRegistriesConf } from '../documents/pullRules.ts';
import type { Copy } from './copy.ts';
import type { NodeRegistry } from './nodeRegistries.ts';
import type { PullFiles } from './pullFiles.ts';
import type { PolicyRefusal } from './registryScopes.ts';
import type { Remedy } from './remedy.ts';
import type { EntryReason, MirrorNamed, Pull } from './tracedRules.ts';
import type { Undecided } from './undecided.ts';

/** A rule that holds for an image, or could have been meant for it. */
export interface TracedRule {
  readonly file: string;
  /** One-based; undefined where the file is not at hand. */
  readonly line: number | undefined;
  /** The kind of the mirror set, or `registries.conf`. */
  readonly kind: string;
  readonly source: string;
  readonly matched: boolean;
  /** Why it redirects the pull, or why it does not. Without a final dot. */
  readonly reason: string;
}

export type EndpointResult = 'untested' | 'found' | 'missing' | 'unreachable' | 'unauthorized' | 'blocked';

/** A place that a node asks. */
export interface TracedEndpoint {
  readonly reference: ImageReference;
  readonly from: 'mirror' | 'source';
  readonly result: EndpointResult;
  readonly insecure: boolean;
  /** The image that is asked for there by another name; a short name stands for several. */
  readonly image: ImageReference;
}

/**
 * What comes of a pull:
 * - `mirror`: a mirror serves it, or while nobody was asked, one is on the way. Of a short name it may be the mirror
 *   of a later candidate: a node asks the earlier ones first. Also where the image itself names a place in a registry of
 *   mirrors: to a node that is a source, and a mirror serves it all the same
 * - `source`: it comes from where its name says, or where a table moves the name
 * - `blocked`: the source is blocked and no mirror serves it, or the policy of the nodes refuses the image by its name
 * - `unreachable`: all places were asked, and none has it
 */
export type Verdict = 'mirror' | 'source' | 'blocked' | 'unreachable';

/** Where nodes pull an image from, and why. */
export interface Trace {
  /** As nodes ask for it: with Docker's defaults, unless it is a short name. */
  readonly image: ImageReference;
  readonly rules: readonly TracedRule[];
  /** How many rules have nothing to do with it. */
  readonly unrelated: number;
  /** In the order in which a node tries them. */
  readonly endpoints: readonly TracedEndpoint[];
  /** Why the policy of the nodes refuses the image by its name, wherever it would come from. */
  readonly refusal: PolicyRefusal | undefined;
  /** Whether the image itself names a mirror, or the registry of the mirrors, so that nothing needs to redirect it. */
  readonly names: MirrorNamed | undefined;
  readonly verdict: Verdict;
  /** Whole sentences, the answer first. */
  readonly explanation: readonly string[];
  /** What would make nodes ask a mirror, where none is asked and one is known. */
  readonly remedy: Remedy | undefined;
  /**
   * What could hold for the image and is not known yet, such as a template; paths as they are shown. The sentences name
   * an entry with a known source as the reason where no mirror is asked, and else with all others of these.
   */
  readonly undecided: readonly Undecided[];
  /** What of it may yet send the pull to a mirror, so that nobody knows whether one serves it. */
  readonly open: Undecided | undefined;
}

/** What a trace goes through. */
export interface TraceWorld {
  readonly snapshot: PullFiles;
  /** The version of the cluster that a file is for, `MAJOR.MINOR`; undefined is taken for a current one. */
  readonly versionFor: (path: string) => string | undefined;
  /** Where mapping.txt files bring an image, those of the very image first. */
  readonly copiesOf: (image: ImageReference) => readonly Copy[];
  /** registries.conf files that nodes have besides what the mirror sets make, the later ones over the earlier. */
  readonly confs?: readonly NamedRegistriesConf[];
  /** How a path is shown to people. */
  readonly show?: (path: string) => string;
}

/** One image that a name stands for, with what becomes of its pull: the only one, but for short names. */
export interface Candidate {
  readonly pull: Pull;
  readonly plan: PullPlan;
  readonly endpoints: readonly TracedEndpoint[];
  readonly reasons: readonly EntryReason[];
  /** What the mirror sets make for it; undefined where another table decides, or none. */
  readonly registry: NodeRegistry | undefined;
  /** As in `Trace`. */
  readonly names: MirrorNamed | undefined;
  readonly open: Undecided | undefined;
}
