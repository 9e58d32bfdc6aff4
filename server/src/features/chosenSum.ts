import { t } from '../base/sentences.ts';
import { type Catalog, packageOf } from '../catalog/model.ts';
import { type PackageSelection, type Selection, selectFrom } from '../catalog/selection.ts';
import { parseReference } from '../documents/imageReference.ts';
import type { ChosenProblem, ChosenSum } from '../protocol.ts';
import type { Facts } from '../workspace/facts.ts';
import { bytes } from './markdown.ts';

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

/** The images of selections, each once, in their order. */
export function imagesOfSelections(selections: readonly Selection[]): string[] {
  const images = new Set<string>();
  for (const { catalog } of selections) {
    for (const { bundles } of catalog.packages) {
      for (const { image, relatedImages } of bundles) {
        if (image !== '') images.add(image);
        for (const related of relatedImages) if (related.image !== '') images.add(related.image);
      }
    }
  }
  return [...images];
}

/** Bundles, images, bytes as far as they are known, and what is wrong. */
export function chosenSum(
  choices: readonly { readonly choice: OpenChoice; readonly selection: Selection }[],
  facts: Pick<Facts, 'peek'>,
): Omit<ChosenSum, 'nameless'> {
  const selections = choices.map(({ selection }) => selection);
  const images = imagesOfSelections(selections);
  const sizes = images.flatMap((image) => sizeOf(image, facts) ?? []);
  const unknownSizes = images.length - sizes.length;
  const bundles = selections.reduce(
    (sum, { catalog }) => sum + catalog.packages.reduce((count, one) => count + one.bundles.length, 0),
    0,
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const size =
    sizes.length === 0
      ? []
      : [
          unknownSizes === 0
            ? t('at most {0}', bytes(total))
            : t('{0} in {1} of them', bytes(total), sizes.length),
        ];
  return {
    // What cannot be opened now is not nothing.
    words:
      choices.length === 0
        ? ''
        : [
            bundles === 1 ? t('1 bundle') : t('{0} bundles', bundles),
            images.length === 1 ? t('1 image') : t('{0} images', images.length),
            ...size,
          ].join(', '),
    unknownSizes,
    problems: choices.flatMap(problemsOf),
  };
}

function sizeOf(image: string, facts: Pick<Facts, 'peek'>): number | undefined {
  const parsed = parseReference(image);
  const fact = parsed.ok ? facts.peek(parsed.reference) : undefined;
  return fact?.state === 'known' ? fact.value.size : undefined;
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
