import { t } from '../../base/sentences.ts';
import { defineRule } from '../rule.ts';
import { oneMoreChannel } from './channelFixes.ts';
import { openOperator, type SelectionFinding, selectionFindings } from './selectionFindings.ts';
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

Or select the default channel too, where it is a sound one. A range that finds nothing in the channel that \`defaultChannel\` names takes it away as well: that oc-mirror does not notice.`,
  check: ({ set }, context) => selectionFindings(set, context, ['default-channel'], 'error'),
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
