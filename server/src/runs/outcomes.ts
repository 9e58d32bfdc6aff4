/** Why something was not done, in the parts of a `UserError`. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly side?: 'source' | 'destination' | undefined;
  readonly nextStep?: string | undefined;
}

/** A bundle that a catalog does not offer. */
export interface DroppedBundle {
  readonly package: string;
  readonly name: string;
  /**
   * The images that are missing, as sources of the plan; sorted. Empty for a bundle to which nothing leads but what is left out:
   * its channel would have several heads with it.
   */
  readonly missing: readonly string[];
}

/** How many images of a run came to what. */
export interface ImageCounts {
  readonly copied: number;
  /** That were there before. */
  readonly skipped: number;
  readonly failed: number;
  /** That the run did not get to. */
  readonly stopped: number;
}
