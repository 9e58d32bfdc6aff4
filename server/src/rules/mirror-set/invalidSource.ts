import { sourceProblem } from '../../documents/mirrorScope.ts';
import { defineRule } from '../rule.ts';
import { scopeFindings, scopeFixes } from './scope.ts';

/** Sources that the API server or the machine-config-operator refuses. */
export const mirrorSetInvalidSource = defineRule({
  code: 'mirror-set/invalid-source',
  severity: 'error',
  unit: 'mirror-entry',
  summary: 'A source that the API server or the machine-config-operator refuses',
  documentation: `
A source is \`HOST[:PORT][/NAMESPACE[/NAME]]\`, or \`*.DOMAIN\` for all hosts below a domain. It stands for everything below it,
so it has no tag and no digest, and no \`https://\`.

The API server checks ImageDigestMirrorSet and ImageTagMirrorSet when they are created. It does not check
ImageContentSourcePolicy, but the machine-config-operator does, later and out of sight: it then stops updating the nodes
for **all** mirror sets, and says so only in its log (\`could not update registries config with new changes\`).`,
  check: ({ entry }) =>
    entry.source === undefined ? [] : scopeFindings(entry.source, 'source', sourceProblem),
  fixes: scopeFixes,
});
