import { t } from '../../base/sentences.ts';
import { packageOf } from '../../catalog/model.ts';
import { channelsOf } from '../../catalog/selectionOfImageSet.ts';
import { makeProblem } from '../../catalog/selectionProblem.ts';
import type { ImageSet } from '../../documents/imageSet.ts';
import { defineRule, type Finding, type RuleContext } from '../rule.ts';
import { oneMoreChannel } from './channelFixes.ts';
import { problemPlace } from './problemPlace.ts';
import {
  openOperator,
  openOperators,
  type SelectionFinding,
  selectionFindings,
} from './selectionFindings.ts';
import { fieldEdit } from './writing.ts';

/** A package whose default channel is not among those that are selected. */
export const imageSetDefaultChannel = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/default-channel',
  severity: 'error',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'The default channel of a package is filtered away',
  documentation: `
A package needs its default channel: without it \`opm\` refuses the catalog, and oc-mirror v2 refuses the selection, with
\`the default channel "stable" was filtered out\`. Name a channel that is selected:

\`\`\`yaml
packages:
- name: cluster-logging
  defaultChannel: stable-5.9
  channels:
  - name: stable-5.9
\`\`\`

oc-mirror v1 ends with an error as well, unless the catalog says by priorities which channel comes next; newer releases of it know
\`defaultChannel\`. Or select the default channel too, where it is a sound one. A range that finds nothing in the channel that \`defaultChannel\` names takes it away as well: that oc-mirror does not notice.`,
  check: ({ set }, context) =>
    set.generation === 1
      ? withoutDefault(set, context)
      : selectionFindings(set, context, ['default-channel'], 'error'),
  fixes({ data }, { set }, context) {
    const { lines } = context;
    const owner = data?.place.package;
    const open = data && openOperator(set, context, data.place.operator);
    if (data === undefined || owner === undefined || open === undefined) return [];
    const others = data.problem.suggestions.map((wanted) => ({
      id: wanted,
      title: t('Set defaultChannel to {0}', wanted),
      preferred: false,
      edits: () => fieldEdit(lines, owner, 'defaultChannel', owner.defaultChannel, wanted),
    }));
    return [...others, ...oneMoreChannel(data, open, data.problem.channel ?? '', lines)];
  },
});

/** The same for oc-mirror v1, as far as it is certain: channels are named, and neither the default one nor another for it. */
function withoutDefault(set: ImageSet, context: RuleContext): Finding<SelectionFinding>[] {
  return openOperators(set, context).flatMap(({ operator, catalog }) =>
    (operator.full || set.isIncomplete ? [] : operator.packages).flatMap((wanted) => {
      const name = wanted.name?.value ?? '';
      const channel = packageOf(catalog, name)?.defaultChannel ?? '';
      const named = wanted.channels.map((one) => one.name?.value ?? '');
      if (channel === '' || named.length === 0 || wanted.defaultChannel !== undefined) return [];
      if (named.includes('') || named.includes(channel)) return [];
      const suggestions = channelsOf(wanted, catalog);
      if (suggestions.length === 0) return [];
      const message = t(
        'The default channel of {0}, {1}, is not selected: oc-mirror v1 ends with an error unless the catalog has priorities',
        name,
        channel,
      );
      const problem = makeProblem('default-channel', message, { package: name, channel }, { suggestions });
      const place = problemPlace(operator, problem);
      return [{ message, range: place.range, severity: 'warning', data: { problem, place } } as const];
    }),
  );
}
