import { channelsOf } from '../../catalog/selectionOfImageSet.ts';
import { defineRule } from '../rule.ts';
import { onlyChannels } from './channelFixes.ts';
import { openOperator, type SelectionFinding, selectionFindings } from './selectionFindings.ts';

/** What is selected is broken in the catalog itself. */
export const imageSetBrokenCatalog = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/broken-catalog',
  severity: 'error',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'What is selected is broken in the catalog, so that oc-mirror or opm refuses it',
  documentation: `
The mistake is in the catalog, and whoever selects from it meets it. oc-mirror v2 mirrors nothing at all, of no catalog, where

- a channel of a selected package has several heads, none, a circle or an entry twice: \`multiple channel heads found\`,
- a bundle of a selected package has no version by semver, also one that no range finds,
- a selected bundle has an image that is empty or cannot be pulled: oc-mirror says that it skips the bundle, and ends with an error.

Where a selected entry has no bundle, oc-mirror v2 mirrors, and \`opm\` refuses what it made: the pod of the catalog does not start. With
\`full: true\` oc-mirror looks at no channel at all, and \`opm\` refuses all of the above.

Packages that are not named do no harm. Without \`packages\` all are looked at. The fix names the channels of the package that are sound, where the default channel is one of them. Else tell
whoever makes the catalog, or do without the package.`,
  check: ({ set }, context) => selectionFindings(set, context, ['graph', 'catalog'], 'error'),
  fixes(finding, { set }, context) {
    const { data } = finding;
    const open = data && openOperator(set, context, data.place.operator);
    if (data?.place.package === undefined || open === undefined || data.problem.code !== 'graph') return [];
    const owner = data.problem.package;
    const faulty = new Set(
      open.selection.problems.flatMap((one) =>
        one.code === 'graph' && one.package === owner ? one.channel : [],
      ),
    );
    const names = channelsOf(data.place.package, open.catalog).filter((name) => !faulty.has(name));
    return onlyChannels(data, open, names, context.lines);
  },
});
