import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { listed } from '../../base/words.ts';
import { missingDependencies } from '../../catalog/dependencies.ts';
import { selectByImageSet } from '../../catalog/imageSetSelection.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Selection } from '../../catalog/selection.ts';
import type { SelectionProblem } from '../../catalog/selectionProblem.ts';
import { parseImageSets } from '../../documents/imageSetFile.ts';
import { withoutMark } from '../../documents/lines.ts';
import { readInput } from '../../files/textFile.ts';
import { type Terminal, tell } from '../command.ts';

/**
 * What an ImageSetConfiguration leaves of a catalog, with what it loses and what it needs besides.
 * @param image the entry that is meant; undefined where the only one is
 * @throws UserError `unreadable` and the like, `noEntry`
 */
export async function readSelection(
  path: string,
  catalog: Catalog,
  image: string | undefined,
  signal: AbortSignal,
): Promise<Selection> {
  const text = withoutMark((await readInput(path, signal)).toString('utf8'));
  const selected = selectByImageSet(catalog, parseImageSets(text), image);
  if (!selected.ok) throw noEntry(path, image, selected.catalogs);
  const { selection } = selected;
  return {
    ...selection,
    problems: [...selection.problems, ...missingDependencies(selection.catalog, catalog)],
  };
}

function noEntry(path: string, image: string | undefined, catalogs: readonly string[]): UserError {
  if (catalogs.length === 0) {
    return new UserError('noEntry', t('{0} selects from no catalog', path), {
      nextStep: t('it needs mirror.operators with the catalog and its packages'),
    });
  }
  return image === undefined
    ? new UserError('noEntry', t('{0} selects from several catalogs: {1}', path, listed(catalogs)), {
        nextStep: t('name the one that is meant with --as'),
      })
    : new UserError('noEntry', t('{0} does not select from {1}', path, image), {
        nextStep: t('name its entry with --as: it has {0}', listed(catalogs)),
      });
}

/** Each problem is a line; what oc-mirror refuses comes with that word. */
export function tellSelection({ problems }: Selection, terminal: Terminal): void {
  for (const { message, refused } of problems) {
    tell(terminal, 'catalog', refused ? t('oc-mirror refuses this selection: {0}', message) : message);
  }
}

/** A problem as `catalog show --select` gives it in JSON. */
export function selectionProblemJson({ message, package: name, channel }: SelectionProblem): object {
  return { message, package: name ?? null, channel: channel ?? null };
}
