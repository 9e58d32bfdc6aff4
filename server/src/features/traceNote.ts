import { code, prose } from '../base/markdown.ts';
import { shortPath } from '../base/paths.ts';
import { sentence, t } from '../base/sentences.ts';
import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { trace } from '../workspace/trace.ts';

/**
 * Where nodes pull an image from under the mirror sets of the workspace, as Markdown; empty while there are none,
 * because then there is nothing to say that everybody does not know.
 */
export function traceNote(
  reference: ImageReference,
  { snapshot, settings }: { readonly snapshot: Snapshot; readonly settings: Pick<Settings, 'cluster'> },
): string {
  if (!isInRegistry(reference) || snapshot.mirrorSets.groups.size === 0) return '';
  const { endpoints, explanation } = trace({ snapshot, settings, show: shortPath }, reference);
  const places = endpoints.map(
    ({ reference: place, from, result }, index) =>
      `${index + 1}. ${t(placeWords[result === 'blocked' ? 'blocked' : 'open'][from], code(formatReference(place)))}`,
  );
  const order = places.length > 1 ? [t('Asked in this order:'), places.join('\n')] : [];
  return [explanation.map((said) => `- ${prose(said)}`).join('\n'), ...order].join('\n\n');
}

/** A place that is asked, by whether a node may ask it, and whose it is. */
const placeWords = {
  open: { mirror: sentence('mirror {0}'), source: sentence('source {0}') },
  blocked: { mirror: sentence('mirror {0} (blocked)'), source: sentence('source {0} (blocked)') },
} as const;
