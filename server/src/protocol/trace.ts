import type { ImageQuestion, NamedFile } from './files.ts';

/** The image at a place of a document, or the one that a text names: a reference, or an event that somebody pasted. */
export interface TraceQuestion extends ImageQuestion {
  /** True to ask the places whether they have the image, where the network may be used. */
  readonly ask?: boolean;
}

/** What a page about a trace shows. Null stands for a place or a text without an image of a registry. */
export interface TraceAnswer {
  readonly image: string;
  readonly verdict: 'mirror' | 'source' | 'blocked' | 'unreachable';
  /** The answer in a few words. */
  readonly headline: string;
  /** Why, in whole sentences. */
  readonly sentences: readonly string[];
  /** In the order in which a node asks them. */
  readonly places: readonly TracedPlace[];
  readonly rules: readonly TracedRuleAnswer[];
  /** How many rules are for other images. */
  readonly unrelated: number;
  readonly manifest?: SuggestedManifest;
  /** False where nobody may be asked: in an untrusted workspace, and while the network is off. */
  readonly mayAsk: boolean;
  readonly files: readonly NamedFile[];
}

/** A place that a node asks for an image, with what it answered to us, if it was asked. */
export interface TracedPlace {
  readonly image: string;
  readonly from: 'mirror' | 'source';
  readonly result: 'untested' | 'found' | 'missing' | 'unreachable' | 'unauthorized' | 'blocked';
  /** Why it is not known although the place was asked. */
  readonly reason?: string;
  /** True where nodes may use plain HTTP and check no certificate. */
  readonly insecure?: true;
}

/** A rule that decides, or that could have been meant for the image. */
export interface TracedRuleAnswer {
  /** As in `files`. */
  readonly path: string;
  /** One-based. */
  readonly line?: number;
  readonly kind: string;
  readonly source: string;
  readonly matched: boolean;
  readonly reason: string;
}

/** A file for `oc apply` that would help. */
export interface SuggestedManifest {
  readonly kind: string;
  /** How to call it. */
  readonly fileName: string;
  readonly mirrors: readonly string[];
  readonly text: string;
}
