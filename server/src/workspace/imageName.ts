import {
  formatReference,
  type ImageReference,
  repositoryOf,
  withoutTransport,
} from '../documents/imageReference.ts';
import { isAtHop } from '../documents/transport.ts';
import { indexRepository } from './catalogIndex.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * An image of a mapping.txt by the name that people know it by. For a `file://` reference that is the repository
 * which it came from, where a mapping.txt of the first hop tells; else what is left of the path below the catalog's.
 */
export function imageName(reference: ImageReference, snapshot: Snapshot, path: string): string {
  return nameOf(namedImage(reference, snapshot, path));
}

/** All that its name is made of, without the snapshot: for who keeps it, and may never want the name. */
export interface NamedImage {
  readonly reference: ImageReference;
  /** What people know its repository by; undefined where that is the reference itself. */
  readonly repository: string | undefined;
}

/** What `imageName` makes a name of. */
export function namedImage(reference: ImageReference, snapshot: Snapshot, path: string): NamedImage {
  if (!isAtHop(reference)) return { reference, repository: undefined };
  const stored = withoutTransport(reference);
  const { certainty, repositories } = snapshot.provenance.origin(stored);
  if (certainty === 'certain' && repositories.length === 1) return { reference, repository: repositories[0] };
  const index = indexRepository(snapshot, path);
  const isBelow = index !== undefined && stored.startsWith(`${index}/`);
  return { reference, repository: isBelow ? stored.slice(index.length + 1) : undefined };
}

/** The name of an image. */
export function nameOf({ reference, repository }: NamedImage): string {
  const whole = formatReference(reference);
  return repository === undefined ? whole : `${repository}${whole.slice(repositoryOf(reference).length)}`;
}
