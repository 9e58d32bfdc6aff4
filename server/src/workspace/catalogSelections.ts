import { memo } from '../base/memo.ts';
import type { Catalog } from '../catalog/model.ts';
import { type Selection, selectFrom } from '../catalog/selection.ts';
import { selectionOf } from '../catalog/selectionOfImageSet.ts';
import type { ImageSetOperator } from '../documents/imageSet.ts';

/** As many selections of a catalog as are kept: one for each entry that is for it in the files that are looked at in turn. */
const mostKept = 32;

const kept = memo((_catalog: Catalog) => new Map<string, Selection>());

/**
 * What an entry of `operators` selects from its catalog. An edit that asks for the same costs nothing, whatever else it changes:
 * several rules, hints and hovers ask.
 */
export function selectionOn(catalog: Catalog, operator: ImageSetOperator): Selection {
  const wanted = selectionOf(operator);
  const key = JSON.stringify(wanted);
  const selections = kept(catalog);
  const known = selections.get(key);
  if (known !== undefined) return known;
  const [oldest] = selections.keys();
  if (selections.size >= mostKept && oldest !== undefined) selections.delete(oldest);
  const selection = selectFrom(catalog, wanted);
  selections.set(key, selection);
  return selection;
}
