import { t } from '../../base/sentences.ts';
import { nearestOf } from '../../base/words.ts';
import { packageOf } from '../../catalog/model.ts';
import { configurationProblems } from '../../catalog/selection.ts';
import { selectionOf } from '../../catalog/selectionOfImageSet.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { defineRule, type Finding } from '../rule.ts';
import { problemPlace } from './problemPlace.ts';
import { openOperators, type SelectionFinding } from './selectionFindings.ts';

/** A bound of a range that is no version. */
export const imageSetVersion = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/version',
  severity: 'error',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: '`minVersion` or `maxVersion` is no version',
  documentation: `
oc-mirror v2 refuses the whole configuration where a bound of a range is no version. One number or two will do: as \`minVersion\`,
\`1.1\` is 1.1.0, as \`maxVersion\` it is every 1.1.x. A \`v\` before it is allowed, the name of a bundle (\`my-operator.v1.1.0\`) is not.

The fix takes the nearest version that the package has, where the catalog is known.`,
  check({ set }) {
    if (set.generation === 1) return [];
    return set.operators.flatMap((operator) =>
      configurationProblems(selectionOf(operator)).flatMap((problem): Finding<SelectionFinding>[] => {
        if (problem.code !== 'version') return [];
        const place = problemPlace(operator, problem);
        return [{ message: problem.message, range: place.range, data: { problem, place } }];
      }),
    );
  },
  fixes({ data }, { set }, context) {
    const { problem, place } = data ?? {};
    const scalar = problem?.bound && (place?.channel ?? place?.package)?.[problem.bound];
    const open = openOperators(set, context).find(({ operator }) => operator === place?.operator);
    const owner = open && packageOf(open.catalog, problem?.package ?? '');
    if (scalar === undefined || owner === undefined) return [];
    const bundles = new Map(owner.bundles.map(({ name, version }) => [name, version]));
    // Whoever writes the name of a bundle means its version.
    const wanted = bundles.get(scalar.value) ?? nearestOf(scalar.value, [...new Set(bundles.values())]);
    if (wanted === undefined || wanted === '') return [];
    return [
      {
        id: wanted,
        title: t('Change it to {0}', wanted),
        preferred: false,
        edits: () => [replaceScalar(scalar, wanted)],
      },
    ];
  },
});
