import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { entryLine, type MirrorSet } from '../../documents/mirrorSet.ts';
import { moved } from '../../documents/mirrorSetEdits.ts';
import { lineOf } from '../../pulls/mirrorSets.ts';
import { type NodeProblem, neverContactsSource, type PlacedEntry } from '../../pulls/nodeRegistries.ts';
import { defineRule, type Finding, type RuleContext } from '../rule.ts';

/** Sets that the machine-config-operator stops at, because of what they say of one source. */
export const mirrorSetPolicyConflict = defineRule({
  code: 'mirror-set/policy-conflict',
  severity: 'error',
  unit: 'mirror-set',
  summary: '`mirrorSourcePolicy` differs for one source, over all mirror sets',
  documentation: `
All entries for one source must have the same \`mirrorSourcePolicy\`: in one set, in several, and over all three kinds. Leaving it
out is the same as \`AllowContactingSource\`, and an ImageContentSourcePolicy has no such field, so it always allows.

\`\`\`yaml
kind: ImageDigestMirrorSet           kind: ImageTagMirrorSet
…                                    …
  - source: quay.io/edge               - source: quay.io/edge
    mirrorSourcePolicy: NeverContactSource     # left out here: AllowContactingSource
\`\`\`

The API server takes both. The machine-config-operator stops: \`conflicting mirrorSourcePolicy is set for the same source\` is in
its log, and from then on **no** change of any mirror set reaches the nodes. The same happens where \`NeverContactSource\` stands in
an entry that has its own source among the mirrors.

Decide which of the two is meant and write it in every entry. \`NeverContactSource\` blocks the source for pulls by tag and by
digest alike, whichever kind of set says it.`,
  check({ set }, context) {
    if (set.isIncomplete) return [];
    return context.snapshot.mirrorSets.problems.flatMap((problem) =>
      problem.kind === 'policy-conflict' || problem.kind === 'blocked-mirror'
        ? problem.entries.flatMap((placed) => findingOf(placed, problem, set, context))
        : [],
    );
  },
});

function findingOf(
  placed: PlacedEntry,
  { kind, entries }: NodeProblem,
  set: MirrorSet,
  context: RuleContext,
): Finding[] {
  const index = placed.path === context.path ? set.entries.indexOf(placed.entry) : -1;
  const scalar = placed.entry.policy ?? placed.entry.source;
  if (index === -1 || scalar === undefined) return [];
  const { range } = moved(scalar, entryLine(set, index) ?? 0);
  const name = shortName(placed.entry.source?.value ?? '');
  if (kind === 'blocked-mirror') {
    const message = t(
      '{0} is blocked by NeverContactSource, and is one of its own mirrors: the machine-config-operator stops, and no node gets any change',
      name,
    );
    return [{ message, range }];
  }
  const other = entries.find((candidate) => neverContactsSource(candidate) !== neverContactsSource(placed));
  if (other === undefined) return [];
  const message = t(
    '{0} has two policies, {1} here and {2} in {3}: the machine-config-operator stops, and no node gets any change',
    name,
    policyOf(placed),
    policyOf(other),
    otherEntryPlace(other, context),
  );
  return [{ message, range }];
}

function policyOf(placed: PlacedEntry): string {
  if (neverContactsSource(placed)) return 'NeverContactSource';
  return placed.entry.policy === undefined ? t('AllowContactingSource by default') : 'AllowContactingSource';
}

/** Where another entry stands, for a message. */
export function otherEntryPlace(placed: PlacedEntry, { snapshot, path }: RuleContext): string {
  const line = (lineOf(placed, snapshot) ?? 0) + 1;
  if (placed.path === path) return t('line {0}', line);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const name = placed.path.startsWith(folder)
    ? placed.path.slice(folder.length)
    : placed.path.split('/').slice(-2).join('/');
  return t('{0}, line {1}', name, line);
}
