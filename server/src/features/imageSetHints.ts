import { type Range, touches } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { Facts } from '../workspace/facts.ts';
import { imageSetParts, type SelectedPart, selectedBy } from './imageSetParts.ts';
import { sizeWords } from './imageSizes.ts';
import type { InlayHint } from './inlayHint.ts';

/** Versions that a tooltip names. */
const mostNamed = 20;

/**
 * What each entry of an ImageSetConfiguration comes to: bundles, images and as many bytes as somebody has asked for, behind the
 * package; behind the catalog, of all its packages.
 */
export function imageSetHints(file: WorkspaceFile, facts: Facts, range: Range): InlayHint[] {
  return imageSetParts(file).flatMap((part): InlayHint[] => {
    const { end } = part.name.range;
    if (!touches(range, end)) return [];
    const selected = selectedBy(part, facts, file.path);
    return selected.state === 'known' ? [{ position: end, ...hint(selected) }] : [];
  });
}

function hint({ bundles, sizes }: SelectedPart): Pick<InlayHint, 'label' | 'tooltip'> {
  const label = inRow([
    bundles.length === 1 ? t('1 bundle') : t('{0} bundles', bundles.length),
    sizeWords(sizes),
  ]);
  const names = bundles.slice(0, mostNamed).map(({ name }) => name);
  const tooltip =
    bundles.length === 0
      ? t('Nothing of the catalog is selected here')
      : bundles.length > mostNamed
        ? t('{0} and {1} more', inRow(names), bundles.length - mostNamed)
        : inRow(names);
  return { label, tooltip };
}
