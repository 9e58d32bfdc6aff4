import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import { type Catalog, type CatalogBundle, packageOf } from '../catalog/model.ts';
import { type PackageSelection, type Selection, selectFrom } from '../catalog/selection.ts';
import type { ChosenProblem, ChosenSum } from '../protocol/choice.ts';
import type { Facts } from '../workspace/facts.ts';
import { sizesOf, sizeWords } from './imageSizes.ts';

/** A choice from a catalog that is open. */
export interface OpenChoice {
  /** What the view calls the catalog. */
  readonly id: string;
  readonly catalog: Catalog;
  readonly packages: readonly PackageSelection[];
}

/** What oc-mirror v2 selects for a choice. */
export function selectionOfChoice({ catalog, packages }: OpenChoice): Selection {
  return selectFrom(catalog, { full: false, packages });
}

/** The bundles of selections. */
export function bundlesOfSelections(selections: readonly Selection[]): CatalogBundle[] {
  return selections.flatMap(({ catalog }) => catalog.packages.flatMap(({ bundles }) => bundles));
}

/** Bundles, images, bytes as far as they are known, and what is wrong. */
export function chosenSum(
  choices: readonly { readonly choice: OpenChoice; readonly selection: Selection }[],
  facts: Facts,
): Omit<ChosenSum, 'nameless'> {
  const bundles = bundlesOfSelections(choices.map(({ selection }) => selection));
  const sizes = sizesOf(choices, () => bundles, facts, '');
  const counted = bundles.length === 1 ? t('1 bundle') : t('{0} bundles', bundles.length);
  return {
    // What cannot be opened now is not nothing.
    words: choices.length === 0 ? '' : inRow([counted, sizeWords(sizes)]),
    unknownSizes: sizes.images - sizes.known,
    problems: choices.flatMap(problemsOf),
  };
}

function problemsOf({
  choice: { id, catalog },
  selection,
}: {
  readonly choice: OpenChoice;
  readonly selection: Selection;
}): ChosenProblem[] {
  return selection.problems.map(({ message, severity, suggestions, code, package: owner, bundle }) => {
    const add =
      code === 'missing-dependency'
        ? suggestions.filter((name) => packageOf(catalog, name) !== undefined)
        : [];
    const [first] = add;
    return {
      catalog: id,
      message:
        first !== undefined && bundle !== undefined ? t('Add {0} (needed by {1})', first, bundle) : message,
      severity,
      ...(owner === undefined ? {} : { package: owner }),
      add,
    };
  });
}
