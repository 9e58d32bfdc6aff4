import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { trace } from '../workspace/trace.ts';
import { code, plain } from './markdown.ts';

/** Enough of a path to know the file by. */
export function shortPath(path: string): string {
  const decoded = path.split('/').slice(-2).join('/');
  try {
    return decodeURIComponent(decoded);
  } catch {
    return decoded;
  }
}

/**
 * Where nodes pull an image from under the mirror sets of the workspace, as Markdown; empty while there are none,
 * because then there is nothing to say that everybody does not know.
 */
export function traceNote(
  reference: ImageReference,
  { snapshot, settings }: { readonly snapshot: Snapshot; readonly settings: Pick<Settings, 'cluster'> },
): string {
  if (reference.transport !== 'registry' || snapshot.mirrorSets.groups.size === 0) return '';
  const { endpoints, explanation } = trace({ snapshot, settings, show: shortPath }, reference);
  const places = endpoints.map(
    ({ reference: place, from, result }) =>
      `${from === 'mirror' ? 'mirror' : 'source'} ${code(formatReference(place))}${result === 'blocked' ? ' (blocked)' : ''}`,
  );
  const order = places.length > 1 ? `Asked in this order: ${places.join(', ')}.` : '';
  return [explanation.map(plain).join(' '), order].filter((part) => part !== '').join('\n\n');
}
