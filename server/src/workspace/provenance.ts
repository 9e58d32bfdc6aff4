import { ChangeLog, type LogMark } from '../base/changeLog.ts';
import {
  type ImageReference,
  isDockerHub,
  repositoryOf,
  type UsualName,
} from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mappingLine.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import { type Origin, type Origins, unknownOrigin } from '../pulls/origins.ts';
import { KnownCatalogs } from './knownCatalogs.ts';
import { fileDestination, type Groups, type MappingIndex } from './mappingIndex.ts';
import { linesTo, PlaceDirectory } from './placeDirectory.ts';

/** More hops than anybody makes. */
const mostHops = 8;
/** How many sources one question follows behind the first hop; more are no work of people. */
const mostSources = 200;

/** So many answers may be kept beyond twice those that are asked for at once: each keystroke in a path makes another one. */
const mostStrays = 2_000;

/** The places that images come from, with the name that pods know a registry's by. */
type Sources = ReadonlyMap<string, string | undefined>;

/** What has been worked out. */
interface Known {
  readonly key: object;
  /** The places of which another origin is known than before. */
  readonly changes: ChangeLog;
  /** Until where the changes of each mapping.txt are reckoned with. */
  readonly marks: readonly Mark[];
  readonly directory: PlaceDirectory;
  readonly origins: Map<string, Origin>;
  readonly sources: Map<string, readonly Sources[]>;
  /** Places behind others: by each, the places whose origin was looked for through it, nearly always one. */
  readonly behind: Map<string, string | Set<string>>;
  /** With more origins than that, most are of paths that somebody typed over; undefined until it is known how many are asked for. */
  limit: number | undefined;
}

interface Mark {
  readonly groups: Groups;
  readonly destinations: number;
  readonly fromFiles: number;
  readonly tags: number;
}

/** What one question has been through: the places between it and where it is now, and how much it may still ask. */
interface Trail {
  readonly places: readonly string[];
  readonly budget: { left: number };
}

/**
 * The true sources behind `file://` hops. `oc adm catalog mirror` drops the source registry from the path, so
 * nothing but the mapping.txt of the hop before, the tags of images or the catalog itself says where an image came from. A
 * source that was itself brought there by a mapping.txt, from a registry or a file store, is followed to where that began.
 */
export class Provenance implements Origins {
  readonly #indexes: readonly MappingIndex[];
  readonly #catalogs: KnownCatalogs;
  /** What is known so far. It belongs to the newest provenance that it is true of. */
  #known: Known | undefined;

  constructor(indexes: readonly MappingIndex[], catalogs = KnownCatalogs.none, known?: Known) {
    this.#indexes = indexes;
    this.#catalogs = catalogs;
    this.#known = known;
  }

  /**
   * The provenance of other mapping.txt files, or of later versions of these. It takes over what this one knows, and looks
   * again only for origins that depend on a line which has changed; its `key` is the same while they all are. This one still
   * answers for its own files, but has to look again. Where other catalogs are open than before, all is looked at again.
   */
  after(indexes: readonly MappingIndex[], catalogs = this.#catalogs): Provenance {
    if (catalogs !== this.#catalogs) return new Provenance(indexes, catalogs);
    const anew = () => new Provenance(indexes, catalogs);
    const known = this.#known;
    if (known === undefined) return isSame(indexes, this.#indexes) ? this : anew();
    known.limit ??= 2 * known.origins.size + mostStrays;
    if (known.origins.size > known.limit) return anew();
    if (isSame(indexes, this.#indexes)) return this;
    const changed = changesSince(known.marks, indexes, catalogs.all.length > 0);
    if (changed === undefined) return anew();
    this.#known = undefined;
    const next = new Provenance(indexes, catalogs, { ...known, marks: marksOf(indexes) });
    next.#lookAgain(changed);
    return next;
  }

  /** The same object while every origin is, so that it can stand for all of them in what a rule reads. */
  get key(): object {
    return this.#own.key;
  }

  /** The places whose origin becomes another one, as `repositoryOf` has them; for what a rule follows. */
  get changes(): LogMark {
    return this.#own.changes.mark;
  }

  get #own(): Known {
    this.#known ??= unknownYet(this.#indexes);
    return this.#known;
  }

  #lookAgain(changed: ReadonlySet<string>): void {
    const { directory, origins, sources, behind, changes } = this.#own;
    for (const place of changed) directory.changed(place, this.#indexes);
    const affected = new Map<string, Origin>();
    for (const place of changed) {
      sources.delete(place);
      for (const root of [place, ...rootsOf(behind.get(place))]) {
        const origin = origins.get(root);
        if (origin !== undefined) affected.set(root, origin);
      }
      behind.delete(place);
    }
    if (affected.size === 0) return;
    for (const root of affected.keys()) origins.delete(root);
    const now = [...affected].map(([root, before]) => ({ root, before, origin: this.#origin(root) }));
    const others = now.filter(({ before, origin }) => !isSameOrigin(before, origin));
    for (const { root } of others) changes.add(root);
    if (others.length > 0) this.#known = { ...this.#own, key: {} };
  }

  /** `path` is a repository in a file store without `file://`, as a mirror set's `source` has it after a hop. */
  origin(path: string): Origin {
    return this.#origin(`file://${path}`);
  }

  /** The same of a reference to a path in a file store. */
  originOf(reference: ImageReference): Origin {
    return this.#origin(repositoryOf(reference));
  }

  /** What pods call the images of a repository: itself where no mapping.txt brings images to it. */
  trueSources(reference: ImageReference): readonly string[] {
    if (!hasOrigin(reference)) return [];
    const { certainty, repositories } = this.#origin(repositoryOf(reference));
    if (certainty !== 'unknown' || isAtHop(reference)) return repositories;
    return [canonicalRepository(reference)];
  }

  /** The mapping.txt files in which to look for lines that bring images to a repository, as `repositoryOf` has it. */
  indexesTo(place: string): readonly MappingIndex[] {
    return this.#own.directory.holdersOf(place, this.#indexes);
  }

  #origin(place: string): Origin {
    let origin = this.#own.origins.get(place);
    if (origin === undefined) {
      origin = this.#trace(place, { places: [], budget: { left: mostSources } });
      this.#own.origins.set(place, origin);
    }
    return origin;
  }

  /** What brought images to a place: each mapping.txt has an opinion, or none. */
  #trace(place: string, trail: Trail): Origin {
    if (trail.places.length >= mostHops) return unknownOrigin;
    const [root] = trail.places;
    if (root !== undefined) this.#remember(place, root);
    const all = this.#sourcesOf(place);
    if (all.length === 0) return place.startsWith(file) ? this.#withoutFirstHop(place) : unknownOrigin;
    const behind = { ...trail, places: [...trail.places, place] };
    const opinions: Origin[] = [];
    for (const sources of all) {
      const opinion = this.#opinion(sources, behind);
      if (opinion.certainty !== 'unknown') opinions.push(opinion);
    }
    if (opinions.length === 0 && place.startsWith(file)) return this.#withoutFirstHop(place);
    return agreed(opinions);
  }

  /** The origin of `root` was looked for through a place. */
  #remember(place: string, root: string): void {
    const { behind } = this.#own;
    const roots = behind.get(place);
    if (roots === root) return;
    if (roots === undefined) behind.set(place, root);
    else if (typeof roots === 'string') behind.set(place, new Set([roots, root]));
    else roots.add(root);
  }

  /** By tags, or else by the catalog. */
  #withoutFirstHop(place: string): Origin {
    const byTags = this.#provenByTags(place);
    if (this.#catalogs.all.length === 0 || byTags.certainty === 'disputed') return byTags;
    const byCatalog = this.#catalogs.origin(place.slice(file.length), this.#pairsFrom(place));
    if (byTags.certainty === 'unknown') return byCatalog;
    // Tags prove nothing of what is pulled by tag; a catalog that says the same does.
    const agrees = byCatalog.repositories.join(' ') === byTags.repositories.join(' ');
    return agrees && byCatalog.byCatalogs ? { ...byTags, byCatalogs: byCatalog.byCatalogs } : byTags;
  }

  /** The mappings that take images from a place. */
  #pairsFrom(place: string): MappingPair[] {
    return this.#indexes.flatMap(({ bySource }) =>
      bySource
        .get(place)
        .flatMap(({ pairs }) =>
          pairs.filter(({ source: { parsed } }) => parsed.ok && repositoryOf(parsed.reference) === place),
        ),
    );
  }

  /** Certain where tags tell it of every image by digest, in each mapping.txt that has any of the place. */
  #provenByTags(place: string): Origin {
    const opinions: Origin[] = [];
    for (const index of this.#indexes) {
      const { repositories, refuted, silent } = index.tagOrigins.get(place.slice(file.length));
      if (refuted + silent > 0) return unknownOrigin;
      if (repositories.length > 0) opinions.push({ certainty: 'certain', byTags: true, repositories });
    }
    return agreed(opinions);
  }

  /** By each mapping.txt that brings images to a place. */
  #sourcesOf(place: string): readonly Sources[] {
    let sources = this.#own.sources.get(place);
    if (sources === undefined) {
      const indexes = this.indexesTo(place);
      sources =
        indexes.length === 0
          ? noSources
          : indexes.map((index) => sourcesOf(linesTo(index, place), place)).filter(({ size }) => size > 0);
      this.#own.sources.set(place, sources);
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

const file = 'file://';
const noSources: readonly Sources[] = [];

function rootsOf(roots: string | Set<string> | undefined): Iterable<string> {
  return typeof roots === 'string' ? [roots] : (roots ?? []);
}

function unknownYet(indexes: readonly MappingIndex[]): Known {
  return {
    key: {},
    changes: new ChangeLog(),
    marks: marksOf(indexes),
    directory: new PlaceDirectory(),
    origins: new Map(),
    sources: new Map(),
    behind: new Map(),
    limit: undefined,
  };
}

function marksOf(indexes: readonly MappingIndex[]): Mark[] {
  return indexes.map(({ byDestinationRepository, bySource, tagOrigins }) => ({
    groups: byDestinationRepository,
    destinations: byDestinationRepository.changes.length,
    fromFiles: bySource.changes.length,
    tags: tagOrigins.changes.length,
  }));
}

/** The places that lines have changed about; undefined where these are other files, or too many lines. */
function changesSince(
  marks: readonly Mark[],
  indexes: readonly MappingIndex[],
  hasCatalogs: boolean,
): ReadonlySet<string> | undefined {
  if (marks.length !== indexes.length) return undefined;
  const changed = new Set<string>();
  for (const [at, { groups, destinations, fromFiles, tags }] of marks.entries()) {
    const { byDestinationRepository, bySource, tagOrigins } = indexes[at] as MappingIndex;
    if (groups !== byDestinationRepository) return undefined;
    const paths = tagOrigins.changes.since(tags);
    const repositories = byDestinationRepository.changes.since(destinations);
    // Catalogs are held to the lines that take images from a place.
    const sources = hasCatalogs ? bySource.changes.since(fromFiles) : [];
    if (repositories === undefined || sources === undefined || paths === undefined) return undefined;
    for (const path of paths) changed.add(`${file}${path}`);
    for (const repository of repositories) changed.add(repository);
    for (const source of sources) if (source.startsWith(file)) changed.add(source);
  }
  return changed;
}

function isSameOrigin(a: Origin, b: Origin): boolean {
  return (
    a.certainty === b.certainty &&
    a.byTags === b.byTags &&
    a.byCatalogs?.join(' ') === b.byCatalogs?.join(' ') &&
    a.likely?.join(' ') === b.likely?.join(' ') &&
    a.repositories.join(' ') === b.repositories.join(' ')
  );
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}

function sourcesOf(lines: readonly MappingLine[], place: string): Sources {
  const sources = new Map<string, string | undefined>();
  for (const line of lines) {
    const { usual } = line;
    if (usual !== undefined && isCanonical(usual.from)) {
      const { from, to } = usual;
      if (hasOrigin(from) && to.name === place)
        sources.set(from.name, isInRegistry(from) ? from.path : undefined);
      continue;
    }
    for (const pair of line.pairs) {
      const { parsed } = pair.source;
      if (!parsed.ok || !hasOrigin(parsed.reference) || arrivalPlace(pair) !== place) continue;
      const repository = isInRegistry(parsed.reference) ? canonicalRepository(parsed.reference) : undefined;
      sources.set(repositoryOf(parsed.reference), repository);
    }
  }
  return sources;
}

/** True for what is called by the same name wherever it is called, as all is but what Docker fills in. */
function isCanonical(name: UsualName): boolean {
  return !isInRegistry(name) || (name.registry !== '' && !isDockerHub(name.registry));
}

/** Where a pair brings an image, as the places of a trail are written. */
function arrivalPlace(pair: MappingPair): string | undefined {
  const path = fileDestination(pair);
  if (path !== undefined) return `file://${path}`;
  const { parsed } = pair.destination;
  return parsed.ok ? repositoryOf(parsed.reference) : undefined;
}

/** What those say together who have an opinion, each opinion once. */
function agreed(opinions: readonly Origin[]): Origin {
  if (opinions.length < 2) return opinions[0] ?? unknownOrigin;
  const all = new Map(opinions.map((opinion) => [opinion.repositories.join(' '), opinion]));
  const [first = unknownOrigin, ...others] = all.values();
  return others.length === 0 ? first : union([first, ...others], 'disputed');
}

/** All that any of them names; certain when all are and nothing speaks against it. */
function union(origins: readonly Origin[], otherwise: 'certain' | 'disputed'): Origin {
  const [first] = origins;
  if (first === undefined) return unknownOrigin;
  if (origins.length === 1) return first;
  const disputed = origins.some(({ certainty }) => certainty === 'disputed');
  const byCatalogs = new Set(origins.flatMap((origin) => origin.byCatalogs ?? []));
  return {
    certainty: disputed ? 'disputed' : otherwise,
    ...(origins.some(({ byTags }) => byTags) && { byTags: true }),
    ...(byCatalogs.size > 0 && { byCatalogs: [...byCatalogs] }),
    repositories: [...new Set(origins.flatMap(({ repositories }) => repositories))].sort(),
  };
}

/** False for a place of which nobody can tell where its images come from. */
function hasOrigin(reference: Pick<ImageReference, 'transport'>): boolean {
  return isInRegistry(reference) || isAtHop(reference);
}
