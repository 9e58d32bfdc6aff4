import { t } from '../../base/sentences.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { defineRule } from '../rule.ts';
import { type SelectionFinding, selectionFindings } from './selectionFindings.ts';

/** A channel that the package does not have. */
export const imageSetUnknownChannel = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/unknown-channel',
  severity: 'error',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'A channel that the package does not have',
  documentation: `
oc-mirror v2 drops an unknown channel without a word. Where it was the only one it says that the default channel was filtered out,
which does not tell that a name is wrong.

The channels of a package differ from catalog to catalog: those of \`v4.12\` are seldom those of \`v4.18\`. The fixes take the nearest
name, or offer those that there are.`,
  check: ({ set }, context) => selectionFindings(set, context, ['unknown-channel'], 'error'),
  fixes: ({ data }) => {
    const name = data?.place.channel?.name;
    return (data?.problem.suggestions ?? []).flatMap((wanted) =>
      name === undefined
        ? []
        : {
            id: wanted,
            title: t('Change it to {0}', wanted),
            preferred: false,
            edits: () => [replaceScalar(name, wanted)],
          },
    );
  },
});
