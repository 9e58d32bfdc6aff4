import {
  formatReference,
  type ImageReference,
  repositoryOf,
  withDockerDefaults,
} from '../documents/imageReference.ts';

/** One thing to ask a registry: what is under this tag or digest of this repository? */
export interface Question {
  /** Equal for references that mean the same image. */
  readonly key: string;
  readonly host: string;
  /** `HOST/NAMESPACE/NAME`. */
  readonly repository: string;
  /** A digest, or else a tag. */
  readonly version: string;
  readonly byDigest: boolean;
  /** The reference as somebody asked for it. */
  readonly reference: ImageReference;
}

/** The question that a reference stands for, or why no registry can be asked. */
export function questionOf(reference: ImageReference): Question | { readonly reason: string } {
  if (reference.transport !== 'registry') {
    return { reason: `${formatReference(reference)} is not in a registry, so nobody can be asked for it` };
  }
  const full = withDockerDefaults(reference);
  const version = full.digest ?? full.tag;
  // Docker's defaults give a tag to everything that has no digest.
  if (version === undefined) return { reason: `${formatReference(reference)} names no image` };
  const repository = repositoryOf(full);
  const byDigest = full.digest !== undefined;
  const key = `${repository}${byDigest ? '@' : ':'}${version}`;
  return { key, host: full.registry, repository, version, byDigest, reference };
}
