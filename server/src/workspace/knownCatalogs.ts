import {
  type CatalogImages,
  type NamedRepository,
  namesVersion,
  repositoriesAt,
  repositoryNamed,
} from '../catalog/catalogImages.ts';
import { isByTag, type MappingPair } from '../documents/mappingLine.ts';
import { isDigestTagOf } from '../documents/naming.ts';
import { type Origin, unknownOrigin } from '../pulls/origins.ts';
import { givenTag } from './givenTag.ts';
import { isSurelyDigestTag } from './tagProof.ts';

/** A catalog that was opened because files of the workspace come from it. */
export interface KnownCatalog {
  /** As a person knows it: the reference under which it was found. */
  readonly name: string;
  /** Its own repository in the file store, without `file://`, below which its images lie; undefined where there is no hop. */
  readonly root: string | undefined;
  /**
   * True where something says that it is this catalog whose images lie there: it was itself read from there, a mapping.txt brings
   * it from there, or a CatalogSource names it as `oc` calls what it brings from there.
   */
  readonly belongs: boolean;
  readonly images: CatalogImages;
}

/** How pods pull the images of a repository, as catalogs name them. */
export interface CatalogPulls {
  /** The catalogs that name any. */
  readonly names: readonly string[];
  /** True where one of them names an image by this tag and no digest: pods pull it by the tag. */
  byTag(tag: string): boolean;
  /** True where one of them names an image by this digest. */
  byDigest(digest: string): boolean;
}

/** The catalogs of a workspace that are open. Immutable; the same object while they are the same. */
export class KnownCatalogs {
  static readonly none = new KnownCatalogs([]);

  readonly all: readonly KnownCatalog[];
  readonly #pulls = new Map<string, CatalogPulls | undefined>();

  constructor(all: readonly KnownCatalog[]) {
    this.all = all;
  }

  /** These, or this very object where they are the ones that it has. */
  with(all: readonly KnownCatalog[]): KnownCatalogs {
    const isSame =
      all.length === this.all.length &&
      all.every((one, at) => {
        const { name, root, belongs, images } = this.all[at] as KnownCatalog;
        return one.name === name && one.root === root && one.belongs === belongs && one.images === images;
      });
    return isSame ? this : new KnownCatalogs(all);
  }

  /**
   * Where the images at a path of a file store came from.
   *
   * `oc` lays the images of a catalog below the catalog's own path, each under its own path without the registry. So they can
   * only come from repositories of the catalog that have this path. That is proof
   * - where mapping.txt files bring images on from there: when each of these is an image of the catalog, by its digest or its tag,
   *   and no tag that `oc` made of a digest says otherwise. The repositories are those that lines bring images of. Where the
   *   catalog has all of them by digest, any catalog proves it, else the one that belongs to this place. A line that somebody
   *   pinned to a digest is known by the tag that it still has at its destination.
   * - where no line is known: when the catalog belongs to this place, and exactly one of its repositories has the path.
   *
   * Everything else is only `likely`.
   * @param pairs the mappings that take images from the path
   */
  origin(path: string, pairs: readonly MappingPair[]): Origin {
    const holders = this.all.flatMap((catalog) => {
      const { root, images } = catalog;
      if (root === undefined || !path.startsWith(`${root}/`)) return [];
      const repositories = repositoriesAt(images, path.slice(root.length + 1));
      return repositories.length === 0 ? [] : [{ catalog, repositories }];
    });
    if (holders.length === 0) return unknownOrigin;
    const own = holders.filter(({ catalog }) => catalog.belongs);
    for (const some of [own, holders]) {
      const repositories = provenBy(
        pairs,
        some.flatMap((holder) => holder.repositories),
        some === holders,
      );
      if (repositories !== undefined)
        return { certainty: 'certain', byCatalogs: namesOf(some), repositories };
    }
    const all = holders.flatMap(({ repositories }) => repositories.map(({ repository }) => repository));
    return { ...unknownOrigin, byCatalogs: namesOf(holders), likely: [...new Set(all)].sort() };
  }

  /** How pods pull images of `HOST/PATH`; undefined where no catalog names any. */
  pullsOf(repository: string): CatalogPulls | undefined {
    if (this.all.length === 0) return undefined;
    if (!this.#pulls.has(repository)) this.#pulls.set(repository, this.#findPulls(repository));
    return this.#pulls.get(repository);
  }

  #findPulls(repository: string): CatalogPulls | undefined {
    const holders = this.all.flatMap(({ name, images }) => {
      const named = repositoryNamed(images, repository);
      return named === undefined ? [] : [{ name, named }];
    });
    if (holders.length === 0) return undefined;
    return {
      names: [...new Set(holders.map(({ name }) => name))],
      byTag: (tag) => holders.some(({ named }) => namesVersion(named, { tag })),
      byDigest: (digest) => holders.some(({ named }) => namesVersion(named, { digest })),
    };
  }
}

function namesOf(holders: readonly { readonly catalog: KnownCatalog }[]): string[] {
  return [...new Set(holders.map(({ catalog }) => catalog.name))];
}

/**
 * The repositories that images are proven to come from, sorted; undefined where something is not proven.
 * @param byDigestOnly true where nothing but digests counts
 */
function provenBy(
  pairs: readonly MappingPair[],
  candidates: readonly NamedRepository[],
  byDigestOnly: boolean,
): readonly string[] | undefined {
  const proven = new Set<string>();
  let told = 0;
  for (const pair of pairs) {
    const { parsed, tagPattern } = pair.source;
    if (!parsed.ok || tagPattern !== undefined) continue;
    told++;
    if (byDigestOnly && isByTag(pair.source)) return undefined;
    const given = byDigestOnly ? undefined : givenTag(pair);
    const named = candidates.filter(
      (candidate) =>
        namesVersion(candidate, parsed.reference) ||
        (given !== undefined && namesVersion(candidate, { tag: given })),
    );
    if (named.length === 0 || isRefuted(pair, named)) return undefined;
    for (const { repository } of named) proven.add(repository);
  }
  if (told > 0) return [...proven].sort();
  if (byDigestOnly) return undefined;
  const all = new Set(candidates.map(({ repository }) => repository));
  return all.size === 1 ? [...all] : undefined;
}

/** True where the tag that `oc` made of the pull spec is that of none of the repositories. */
function isRefuted({ source, destination }: MappingPair, named: readonly NamedRepository[]): boolean {
  if (!source.parsed.ok || !destination.parsed.ok) return false;
  const { digest } = source.parsed.reference;
  const { tag } = destination.parsed.reference;
  if (digest === undefined || tag === undefined || !isSurelyDigestTag(tag)) return false;
  return !named.some(({ repository }) => isDigestTagOf(tag, repository, digest));
}
