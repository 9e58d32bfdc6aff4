import { type ImageReference, repositoryOf } from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mapping.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import { type Origin, type Origins, unknownOrigin } from '../pulls/origins.ts';
import { fileDestination, type MappingIndex } from './mappingIndex.ts';

/** More hops than anybody makes. */
const mostHops = 8;
/** How many sources one question follows behind the first hop; more are no work of people. */
const mostSources = 200;

const watcher = 'provenance';

/** The places that images come from, with the name that pods know a registry's by. */
type Sources = ReadonlyMap<string, string | undefined>;

/** What has been worked out, with the versions of the lines that it depends on. */
interface Known {
  readonly key: object;
  readonly versions: readonly unknown[];
  readonly origins: Map<string, Origin>;
  readonly sources: Map<string, readonly Sources[]>;
}

/** What one question has been through: the places between it and where it is now, and how much it may still ask. */
interface Trail {
  readonly places: readonly string[];
  readonly budget: { left: number };
}

/**
 * The true sources behind `file://` hops. `oc adm catalog mirror` drops the source registry from the path, so
 * nothing but the mapping.txt of the hop before (or the catalog itself) says where an image came from. A source
 * that was itself brought there by a mapping.txt, from a registry or a file store, is followed to where that began.
 */
export class Provenance implements Origins {
  readonly #indexes: readonly MappingIndex[];
  /** What is known so far. It belongs to the newest provenance that it is true of. */
  #known: Known;

  constructor(indexes: readonly MappingIndex[], known: Known = unknownYet(indexes)) {
    this.#indexes = indexes;
    this.#known = known;
  }

  /**
   * The provenance of other mapping.txt files, or of later versions of these. It takes over what this one knows, and its
   * `key`, where no line has changed that an origin depends on; this one still answers for its own files, but has to
   * look again.
   */
  after(indexes: readonly MappingIndex[]): Provenance {
    if (isSame(indexes, this.#indexes)) return this;
    if (!isSame(versionsOf(indexes), this.#known.versions)) return new Provenance(indexes);
    const next = new Provenance(indexes, this.#known);
    this.#known = unknownYet(this.#indexes);
    return next;
  }

  /** The same object while every origin is, so that it can stand for all of them in what a rule reads. */
  get key(): object {
    return this.#known.key;
  }

  /** `path` is a repository in a file store without `file://`, as a mirror set's `source` has it after a hop. */
  origin(path: string): Origin {
    return this.#origin(`file://${path}`);
  }

  /** What pods call the images of a repository: itself where no mapping.txt brings images to it. */
  trueSources(reference: ImageReference): readonly string[] {
    if (!hasOrigin(reference)) return [];
    const { certainty, repositories } = this.#origin(repositoryOf(reference));
    if (certainty !== 'unknown' || isAtHop(reference)) return repositories;
    return [canonicalRepository(reference)];
  }

  #origin(place: string): Origin {
    let origin = this.#known.origins.get(place);
    if (origin === undefined) {
      origin = this.#trace(place, { places: [], budget: { left: mostSources } });
      this.#known.origins.set(place, origin);
    }
    return origin;
  }

  /** What brought images to a place: each mapping.txt has an opinion, or none. */
  #trace(place: string, trail: Trail): Origin {
    if (trail.places.length >= mostHops) return unknownOrigin;
    const behind = { ...trail, places: [...trail.places, place] };
    const opinions = new Map<string, Origin>();
    for (const sources of this.#sourcesOf(place)) {
      const opinion = this.#opinion(sources, behind);
      if (opinion.certainty !== 'unknown') opinions.set(opinion.repositories.join(' '), opinion);
    }
    if (opinions.size === 0 && place.startsWith('file://')) return this.#provenByTags(place);
    return agreed(opinions);
  }

  /** Certain where tags tell it of every image by digest, in each mapping.txt that has any of the place. */
  #provenByTags(place: string): Origin {
    const opinions = new Map<string, Origin>();
    for (const index of this.#indexes) {
      const { repositories, refuted, silent } = index.tagOrigins.get(place.slice('file://'.length));
      if (refuted + silent > 0) return unknownOrigin;
      if (repositories.length > 0)
        opinions.set(repositories.join(' '), { certainty: 'certain', byTags: true, repositories });
    }
    return agreed(opinions);
  }

  /** By each mapping.txt that brings images to a place. */
  #sourcesOf(place: string): readonly Sources[] {
    let sources = this.#known.sources.get(place);
    if (sources === undefined) {
      sources = this.#indexes
        .map((index) => sourcesOf(linesTo(index, place), place))
        .filter(({ size }) => size > 0);
      this.#known.sources.set(place, sources);
    }
    return sources;
  }

  /** Unknown where one of the sources is: half of what met in a place is not where its images came from. */
  #opinion(sources: Sources, trail: Trail): Origin {
    const origins: Origin[] = [];
    // What went round in a circle adds nothing.
    for (const [place, repository] of sources) {
      const turnsBack = trail.places.includes(place);
      if (turnsBack && repository === undefined) continue;
      const before = turnsBack ? unknownOrigin : this.#follow(place, trail);
      if (before.certainty !== 'unknown') origins.push(before);
      else if (repository === undefined) return unknownOrigin;
      else origins.push({ certainty: 'certain', repositories: [repository] });
    }
    return union(origins, 'certain');
  }

  #follow(place: string, trail: Trail): Origin {
    if (trail.places.length > 1 && trail.budget.left-- <= 0) return unknownOrigin;
    return this.#trace(place, trail);
  }
}

function unknownYet(indexes: readonly MappingIndex[]): Known {
  return { key: {}, versions: versionsOf(indexes), origins: new Map(), sources: new Map() };
}

function versionsOf(indexes: readonly MappingIndex[]): readonly unknown[] {
  return indexes.flatMap(({ byFileDestination, byDestinationRepository, tagOrigins }) => [
    byFileDestination,
    byFileDestination.version,
    byDestinationRepository.watchedVersion(watcher),
    tagOrigins.version,
  ]);
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}

function linesTo(index: MappingIndex, place: string): readonly MappingLine[] {
  return place.startsWith('file://')
    ? index.byFileDestination.get(place.slice('file://'.length))
    : index.byDestinationRepository.watch(place, watcher);
}

function sourcesOf(lines: readonly MappingLine[], place: string): Sources {
  const sources = new Map<string, string | undefined>();
  for (const line of lines) {
    for (const pair of line.pairs) {
      const { parsed } = pair.source;
      if (!parsed.ok || !hasOrigin(parsed.reference) || arrivalPlace(pair) !== place) continue;
      const repository = isInRegistry(parsed.reference) ? canonicalRepository(parsed.reference) : undefined;
      sources.set(repositoryOf(parsed.reference), repository);
    }
  }
  return sources;
}

/** Where a pair brings an image, as the places of a trail are written. */
function arrivalPlace(pair: MappingPair): string | undefined {
  const path = fileDestination(pair);
  if (path !== undefined) return `file://${path}`;
  const { parsed } = pair.destination;
  return parsed.ok ? repositoryOf(parsed.reference) : undefined;
}

/** What those say together who have an opinion, each opinion once. */
function agreed(opinions: ReadonlyMap<string, Origin>): Origin {
  const [first, ...others] = opinions.values();
  if (first === undefined) return unknownOrigin;
  return others.length === 0 ? first : union([first, ...others], 'disputed');
}

/** All that any of them names; certain when all are and nothing speaks against it. */
function union(origins: readonly Origin[], otherwise: 'certain' | 'disputed'): Origin {
  const [first] = origins;
  if (first === undefined) return unknownOrigin;
  if (origins.length === 1) return first;
  const disputed = origins.some(({ certainty }) => certainty === 'disputed');
  return {
    certainty: disputed ? 'disputed' : otherwise,
    ...(origins.some(({ byTags }) => byTags) && { byTags: true }),
    repositories: [...new Set(origins.flatMap(({ repositories }) => repositories))].sort(),
  };
}

/** False for a place of which nobody can tell where its images come from. */
function hasOrigin(reference: ImageReference): boolean {
  return isInRegistry(reference) || isAtHop(reference);
}
