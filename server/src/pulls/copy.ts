import type { ImageReference } from '../documents/imageReference.ts';

/** Where a mapping.txt of the workspace brings an image. */
export interface Copy {
  /** The path of the mapping.txt that brings it to a registry. */
  readonly path: string;
  /** Zero-based. */
  readonly line: number;
  /** In the registry that it ends in. */
  readonly destination: ImageReference;
  /** True when the lines are for this very tag or digest, false for another of the same repository. */
  readonly exact: boolean;
  /** False where no mapping.txt of a first hop is at hand, so that the registry is not proven: its path fits. */
  readonly certain: boolean;
}
