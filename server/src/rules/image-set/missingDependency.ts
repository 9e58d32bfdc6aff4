import { t } from '../../base/sentences.ts';
import { defineRule } from '../rule.ts';
import { type SelectionFinding, selectionFindings } from './selectionFindings.ts';
import { packageEdit } from './writing.ts';

/** A package that is needed and not selected. */
export const imageSetMissingDependency = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/missing-dependency',
  severity: 'warning',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'A package that selected ones need is not selected',
  documentation: `
An operator may need a package, or a kind that another operator brings. oc-mirror v2 does not follow dependencies (\`skipDependencies\` has no effect
any more), so that the operator is mirrored, and OLM cannot install it: \`constraints not satisfiable\`.

The fix adds the package, with the heads of all of its channels. Where several packages bring what is needed, choose.`,
  check: ({ set }, context) => selectionFindings(set, context, ['missing-dependency'], 'warning'),
  fixes: ({ data }, _unit, { lines }) =>
    (data?.problem.suggestions ?? []).map((wanted) => ({
      id: wanted,
      title: t('Add {0} (needed by {1})', wanted, data?.problem.package ?? ''),
      preferred: false,
      edits: () => (data === undefined ? [] : packageEdit(lines, data.place.operator, wanted)),
    })),
});
