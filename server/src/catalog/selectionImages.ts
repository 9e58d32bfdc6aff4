import { t } from '../base/sentences.ts';
import { parseOcMirrorReference } from '../documents/ocMirrorReference.ts';
import type { Catalog, CatalogBundle } from './model.ts';
import { makeProblem, type SelectionProblem } from './selectionProblem.ts';

/** Bundles with an image that oc-mirror v2 cannot take apart: it says that it skips them, and ends with an error. */
export function imageProblems({ packages }: Catalog): SelectionProblem[] {
  return packages.flatMap(({ bundles }) =>
    bundles.flatMap((bundle) => {
      const cause = causeOf(bundle);
      if (cause === undefined) return [];
      const message = t(
        'Bundle {0} has an image that oc-mirror v2 refuses, and all of the catalog with it: {1}',
        bundle.name,
        cause,
      );
      const place = { package: bundle.package, bundle: bundle.name };
      return [makeProblem('catalog', message, place, { refused: true })];
    }),
  );
}

function causeOf({ relatedImages }: CatalogBundle): string | undefined {
  for (const { name, image } of relatedImages) {
    if (image.includes('oci://')) return t('{0} is not in a registry', image);
    if (image === '') {
      return name === '' ? t('one of its images is empty') : t('the image {0} is empty', name);
    }
    const parsed = parseOcMirrorReference(image);
    if (!parsed.ok) return parsed.problem;
  }
  return undefined;
}
