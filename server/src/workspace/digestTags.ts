import { type ImageReference, parseReference, repositoryOf } from '../documents/imageReference.ts';
import { destinationOf } from '../documents/mappingLine.ts';
import { digestTag, looksLikeDigestTag } from '../documents/naming.ts';
import { knownRegistries } from './knownRegistries.ts';
import type { Snapshot } from './snapshot.ts';

/** What a tag like `fe037cb` stands for. */
export interface DigestTagMeaning {
  readonly digest: string;
  /**
   * The reference in the catalog, `HOST/REPOSITORY@DIGEST`, of which the tag is the hash. Undefined where it was not
   * found: the digest is right all the same.
   */
  readonly pullSpec: string | undefined;
}

/**
 * Explains the tag that `oc adm catalog mirror` gave an image which the catalog names by digest. `known` is the digest
 * where something else says it, such as the log of the run; otherwise the workspace's mapping.txt files are asked.
 * Undefined for every other tag, and where the digest is not known.
 */
function explainDigestTag(
  reference: ImageReference,
  snapshot: Snapshot,
  known?: string,
): DigestTagMeaning | undefined {
  const { tag } = reference;
  if (tag === undefined || reference.digest !== undefined || !looksLikeDigestTag(tag)) return undefined;
  const sources = sourcesOf(reference, snapshot);
  const digest = known ?? sources.find((source) => source.digest !== undefined)?.digest;
  if (digest === undefined) return undefined;
  const paths = [...sources, reference].map(({ repository }) => repository);
  const registries = [...sources.map(({ registry }) => registry), ...knownRegistries].filter(
    (registry) => registry !== '',
  );
  return { digest, pullSpec: pullSpecOf(tag, digest, paths, registries) };
}

/** The reference with this digest whose hash the tag is: it proves where an image came from. */
function pullSpecOf(
  tag: string,
  digest: string,
  paths: readonly string[],
  registries: readonly string[],
): string | undefined {
  for (const repository of new Set(paths.flatMap(originalPaths))) {
    for (const registry of new Set(registries)) {
      const pullSpec = `${registry}/${repository}@${digest}`;
      if (digestTag(pullSpec) === tag) return pullSpec;
    }
  }
  return undefined;
}

/** Longer paths and names are nobody’s, and would only cost time. */
const mostParts = 12;

/**
 * The paths that a repository may have had before: without what a hop over files put in front of it, and with one
 * slash again where flattening wrote a dash.
 */
function originalPaths(path: string): string[] {
  const parts = path.split('/').slice(-mostParts);
  const whole = parts.map((_, index) => parts.slice(index).join('/'));
  const last = parts.at(-1) ?? '';
  const words = last.split('-').slice(-mostParts);
  const unflattened = words.flatMap((_, from) =>
    words.slice(from + 1).map((_, split) => {
      const before = words.slice(from, from + 1 + split).join('-');
      return `${before}/${words.slice(from + 1 + split).join('-')}`;
    }),
  );
  return [...whole, ...unflattened];
}

/** The sources of the mapping lines that write this image. */
function sourcesOf(reference: ImageReference, snapshot: Snapshot): ImageReference[] {
  const repository = repositoryOf(reference);
  return snapshot.mappingIndexes.flatMap((index) =>
    index.byDestinationRepository.get(repository).flatMap(({ pairs }) =>
      pairs.flatMap((pair) => {
        const { parsed } = pair.source;
        const destination = destinationOf(pair);
        const same =
          destination !== undefined &&
          destination.tag === reference.tag &&
          repositoryOf(destination) === repository;
        return same && parsed.ok ? [parsed.reference] : [];
      }),
    ),
  );
}

/** `explainDigestTag` for a reference as a text has it. */
export function explainTagOf(
  image: string,
  snapshot: Snapshot,
  known?: string,
): DigestTagMeaning | undefined {
  const parsed = parseReference(image);
  return parsed.ok ? explainDigestTag(parsed.reference, snapshot, known) : undefined;
}
