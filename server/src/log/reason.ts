/**
 * Why a registry, a file store or a node did not do what it was asked: the last clauses of the messages of `oc`,
 * `oc-mirror`, podman, skopeo and the kubelet, which all come from the same few libraries. `{place}` in the sentences
 * stands for the registry (or the file store) on the failing side, `{host}` for its name in a command, `{key}` for its
 * name as a key of a ConfigMap.
 */
export interface Reason {
  /** The second half of a code: `oc/CODE`, `pull/CODE`. Several reasons may share one. */
  readonly code: string;
  /** Tried on the reason's text; linear. */
  readonly says: RegExp;
  /** What it must say besides. */
  readonly and?: RegExp;
  /** Set where it needs a repository of more than two path components. */
  readonly ofNested?: true;
  /** Set where only the file store says so. */
  readonly ofFiles?: true;
  /** Set where only this registry means it so. */
  readonly ofPlace?: RegExp;
  readonly side?: 'source' | 'destination';
  readonly cause: string;
  readonly fix: string;
  /** Another cure where it is the destination that fails. */
  readonly fixDestination?: string;
  /**
   * Another cure where a node or a pod of the cluster asked: nobody logs in there, its trust comes from the cluster's
   * configuration, and no command is run again.
   */
  readonly fixNode?: string;
  /** What a headline says of a pull that failed so. */
  readonly pull?: PullCause;
}

/** The causes for which pulls fail, as headlines tell them apart. */
export type PullCause =
  | 'not-redirected'
  | 'missing'
  | 'login'
  | 'name'
  | 'certificate'
  | 'tls'
  | 'blocked'
  | 'signature'
  | 'network'
  | 'rate-limit'
  | 'other';

/**
 * Who asks for an image: a `node` (or a pod of the cluster, as catalogd does), or the `bastion`, a machine on which
 * somebody runs a tool. It decides which advice helps.
 */
export type Requester = 'node' | 'bastion';

/** A failure as a line tells it. */
export interface Failure {
  /**
   * The side whose words these are. `unnamed-source` and `unnamed-destination`: the line names the image of the other
   * side.
   */
  readonly side: 'source' | 'destination' | 'unnamed-source' | 'unnamed-destination';
  /** The image as the line names it. */
  readonly image: string;
  readonly reason: string;
  /** The registry that failed, where it is known. */
  readonly place?: string;
}
