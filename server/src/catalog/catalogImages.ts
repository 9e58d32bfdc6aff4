import { memo } from '../base/memo.ts';
import { parseReference } from '../documents/imageReference.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { Catalog, RelatedImage } from './model.ts';

/**
 * The images that a catalog names, by repository: what a mirror run copies, and what pods pull. Plain data, small beside the
 * catalog itself, which has to be unpacked for it: so this is made where nobody waits, and handed over.
 */
export interface CatalogImages {
  /** Sorted by name, each once. */
  readonly repositories: readonly NamedRepository[];
}

/** A repository, and how a catalog names its images. */
export interface NamedRepository {
  /** `HOST/PATH`, as pods know it: Docker's defaults filled in. */
  readonly repository: string;
  /**
   * `@sha256:…` for each digest, and `:v1` for each tag by which an image is pulled, with blanks between them. An image with a
   * tag and a digest is pulled by its digest. One text costs next to nothing to hand over from a thread to another.
   */
  readonly versions: string;
}

/** What a catalog names. Bundles that no channel names any more are in it: tools mirror them, too. */
export function catalogImages({ packages, others }: Catalog): CatalogImages {
  const texts = new Set<string>();
  const add = (image: string, related: readonly RelatedImage[]) => {
    texts.add(image);
    for (const one of related) texts.add(one.image);
  };
  for (const { bundles } of packages)
    for (const { image, relatedImages } of bundles) add(image, relatedImages);
  for (const { image, relatedImages } of others) add(image, relatedImages);
  return imagesNamed(texts);
}

/** The same of their names alone, each as a catalog has it. What is no image of a registry is left out, as tools leave it out. */
export function imagesNamed(texts: Iterable<string>): CatalogImages {
  const found = new Map<string, Set<string>>();
  for (const text of texts) {
    const parsed = parseReference(text);
    if (!parsed.ok || !isInRegistry(parsed.reference)) continue;
    const { tag = 'latest', digest } = parsed.reference;
    const repository = canonicalRepository(parsed.reference);
    const versions = found.get(repository) ?? new Set();
    found.set(repository, versions.add(digest === undefined ? `:${tag}` : `@${digest}`));
  }
  const repositories = [...found].map(([repository, versions]) => ({
    repository,
    versions: [...versions].sort().join(' '),
  }));
  return { repositories: repositories.sort((a, b) => (a.repository < b.repository ? -1 : 1)) };
}

/** True where the catalog names this very image by its digest, or else by its tag. */
export function namesVersion(
  named: NamedRepository,
  { tag = 'latest', digest }: { readonly tag?: string | undefined; readonly digest?: string | undefined },
): boolean {
  return versionsOf(named).has(digest === undefined ? `:${tag}` : `@${digest}`);
}

const versionsOf = memo(({ versions }: NamedRepository): ReadonlySet<string> => new Set(versions.split(' ')));

const byPath = memo(({ repositories }: CatalogImages): ReadonlyMap<string, readonly NamedRepository[]> => {
  const found = new Map<string, NamedRepository[]>();
  for (const named of repositories) {
    const path = named.repository.slice(named.repository.indexOf('/') + 1);
    const others = found.get(path);
    if (others === undefined) found.set(path, [named]);
    else others.push(named);
  }
  return found;
});

/** The repositories of a path without its registry, which is what is left of them in a file store. */
export function repositoriesAt(images: CatalogImages, path: string): readonly NamedRepository[] {
  return byPath(images).get(path) ?? [];
}

/** A repository by its name, `HOST/PATH`; undefined where the catalog names none of its images. */
export function repositoryNamed(images: CatalogImages, repository: string): NamedRepository | undefined {
  const path = repository.slice(repository.indexOf('/') + 1);
  return repositoriesAt(images, path).find((named) => named.repository === repository);
}
