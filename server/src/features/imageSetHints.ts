import { type Range, touches } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { type CatalogBundle, packageOf } from '../catalog/model.ts';
import { isImageSet } from '../documents/imageSet.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import { selectionOn } from '../workspace/catalogSelections.ts';
import type { Facts } from '../workspace/facts.ts';
import { imagesOf } from './catalogWords.ts';
import type { InlayHint } from './inlayHint.ts';

/** Versions that a tooltip names. */
const mostNamed = 20;

/** What each entry of an ImageSetConfiguration comes to: bundles and images, behind the package; behind the catalog, of all its packages. */
export function imageSetHints({ path, content }: WorkspaceFile, facts: Facts, range: Range): InlayHint[] {
  if (content.type !== 'yaml') return [];
  return content.yaml.resources.filter(isImageSet).flatMap(({ operators, generation }) =>
    // oc-mirror v1 selects otherwise.
    (generation === 1 ? [] : operators).flatMap((operator) => {
      const { catalog, packages } = operator;
      const shown = packages.filter(({ name }) => name !== undefined && touches(range, name.range.end));
      const isShown = catalog !== undefined && touches(range, catalog.range.end);
      if (catalog === undefined || (shown.length === 0 && !isShown)) return [];
      const fact = facts.catalog(catalog.value, path);
      if (fact.state !== 'known') return [];
      const { catalog: left } = selectionOn(fact.value, operator);
      const all = isShown
        ? [
            hint(
              catalog,
              left.packages.flatMap(({ bundles }) => bundles),
            ),
          ]
        : [];
      return [
        ...all,
        ...shown.flatMap(({ name }) =>
          name === undefined ? [] : [hint(name, packageOf(left, name.value)?.bundles ?? [])],
        ),
      ];
    }),
  );
}

function hint({ range }: YamlScalar, bundles: readonly CatalogBundle[]): InlayHint {
  const images = imagesOf(bundles);
  const label = [
    bundles.length === 1 ? t('1 bundle') : t('{0} bundles', bundles.length),
    images === 1 ? t('1 image') : t('{0} images', images),
  ].join(', ');
  const names = bundles.slice(0, mostNamed).map(({ name }) => name);
  const tooltip =
    bundles.length === 0
      ? t('Nothing of the catalog is selected here')
      : bundles.length > mostNamed
        ? t('{0} and {1} more', names.join(', '), bundles.length - mostNamed)
        : names.join(', ');
  return { position: range.end, label, tooltip };
}
