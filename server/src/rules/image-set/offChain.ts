import { defineRule } from '../rule.ts';
import { type SelectionFinding, selectionFindings } from './selectionFindings.ts';

/** Versions in a range that get lost. */
export const imageSetOffChain = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/off-chain',
  severity: 'warning',
  unit: 'image-set',
  summary: 'Versions in a range that the selection loses',
  documentation: `
oc-mirror v2 goes from the head of a channel down the chain of \`replaces\`, and keeps what is on it, with those entries that one on it
\`skips\`. A version that is in the range and not on the chain is lost without a word: \`skipRange\` leads nowhere.

Whoever wants to install such a version, or to go over it, does not find it in the mirrored catalog. Mirror the package with \`full: true\`
in an entry to keep all that its channels have, or do with the versions on the chain.`,
  check: ({ set }, context) => selectionFindings(set, context, ['off-chain'], 'warning'),
});
