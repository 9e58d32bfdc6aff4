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
  if (!isAtHop(reference)) return formatReference(reference);
  const repository = withoutTransport(reference);
  const version = formatReference(reference).slice(repositoryOf(reference).length);
  const { certainty, repositories } = snapshot.provenance.origin(repository);
  const [origin, ...others] = repositories;
  if (certainty === 'certain' && origin !== undefined && others.length === 0) return `${origin}${version}`;
  const index = indexRepository(snapshot, path);
  if (index === undefined || !repository.startsWith(`${index}/`)) return formatReference(reference);
  return `${repository.slice(index.length + 1)}${version}`;
}
