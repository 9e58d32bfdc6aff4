import { t } from '../../base/sentences.ts';
import {
  formatReference,
  type ImageReference,
  repositoryOf,
  withDockerDefaults,
} from '../../documents/imageReference.ts';
import { namedAfter } from '../../documents/layoutReference.ts';
import type { MappingDocument } from '../../documents/mapping.ts';
import { destinationOf, type MappingPair } from '../../documents/mappingLine.ts';
import type { Fact } from '../../workspace/facts.ts';
import { matchesTag } from '../copy/tagPattern.ts';
import { collisionsOf } from './collisions.ts';
import type { MirrorImage } from './mirrorPlan.ts';
import type { MissingImage, PinnedPlan } from './pinned.ts';

/** What a mapping is planned with. */
export interface MappingRequest {
  /** Of the plan. */
  readonly name: string;
  /** The place that all destinations are at, as text; empty where nobody said. */
  readonly destination: string;
  /** The tags of a repository, for lines that stand for several. */
  readonly tagsOf: (reference: ImageReference) => Fact<readonly string[]>;
}

/**
 * The plan of a mapping in which nothing but destinations that are taken is refused (`mappingRefusals`): those are the collisions
 * of the plan. Lines that stand for several tags become the images that are there; whoever names a destination in full has it.
 */
export function planOfMapping(document: MappingDocument, request: MappingRequest): PinnedPlan {
  const pairs = document.lines.flatMap((line) => line.pairs);
  const missing: MissingImage[] = [];
  const images = new Map<string, MirrorImage>();
  const add = (source: ImageReference, destination: ImageReference) => {
    const [from, to] = [formatReference(withDockerDefaults(source)), formatReference(destination)];
    images.set(`${from} ${to}`, {
      source: from,
      digest: source.digest,
      destination: to,
      role: 'mapping',
      reason: ['mapping'],
    });
  };
  for (const pair of pairs) {
    const source = sourceOf(pair);
    const destination = destinationOf(pair);
    if (source !== undefined && destination !== undefined) add(source, destination);
  }
  const taken = new Set([...images.values()].map(({ destination }) => destination));
  for (const { source: argument, destination } of pairs) {
    const { parsed, tagPattern } = argument;
    if (tagPattern === undefined || !parsed.ok || !destination.parsed.ok) continue;
    const name = `${repositoryOf(withDockerDefaults(parsed.reference))}:${tagPattern}`;
    const fact = request.tagsOf(parsed.reference);
    const tags = fact.state === 'known' ? fact.value.filter((tag) => matchesTag(tagPattern, tag)) : [];
    if (tags.length === 0) missing.push(withoutTags(name, fact));
    for (const tag of tags) {
      const from = { ...parsed.reference, tag };
      const to = namedAfter(from, destination.parsed.reference);
      if (!taken.has(formatReference(to))) add(from, to);
    }
  }
  const sorted = [...images].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
  const { name, destination } = request;
  const plan = { version: 1, name, destination, catalogs: [], images: sorted, refused: [] } as const;
  return { plan: { ...plan, collisions: collisionsOf(sorted) }, missing };
}

/** The sources of a mapping that stand for several tags, each once by its repository. */
export function listedSources(document: MappingDocument): ImageReference[] {
  const found = new Map<string, ImageReference>();
  for (const { source } of document.lines.flatMap((line) => line.pairs)) {
    if (source.tagPattern !== undefined && source.parsed.ok)
      found.set(repositoryOf(source.parsed.reference), source.parsed.reference);
  }
  return [...found.values()];
}

function sourceOf({ source }: MappingPair): ImageReference | undefined {
  return source.parsed.ok && source.tagPattern === undefined ? source.parsed.reference : undefined;
}

function withoutTags(source: string, fact: Fact<readonly string[]>): MissingImage {
  switch (fact.state) {
    case 'known':
      return { source, state: 'missing', reason: t('no tag is like that') };
    case 'pending':
      return { source, state: 'failed', reason: t('which tags there are, only the registry knows') };
    default:
      return { source, state: fact.state, reason: fact.reason };
  }
}
