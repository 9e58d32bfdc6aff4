import { mirrorProblem } from '../../documents/mirrorScope.ts';
import { defineRule } from '../rule.ts';
import { scopeFindings, scopeFixes } from './scope.ts';

/** Mirrors that the API server or the machine-config-operator refuses. */
export const mirrorSetInvalidMirror = defineRule({
  code: 'mirror-set/invalid-mirror',
  severity: 'error',
  unit: 'mirror-entry',
  summary: 'A mirror that the API server or the machine-config-operator refuses',
  documentation: `
A mirror is \`HOST[:PORT][/NAMESPACE[/NAME]]\`: no tag, no digest, no \`https://\`, no wildcard, no slash at the end, and a path in
lower case. What follows the source in a pull spec is appended to it.

The API server checks ImageDigestMirrorSet and ImageTagMirrorSet when they are created. ImageContentSourcePolicy is checked
only by the machine-config-operator, which then stops updating the nodes for **all** mirror sets.`,
  check: ({ entry }) => entry.mirrors.flatMap((mirror) => scopeFindings(mirror, 'mirror', mirrorProblem)),
  fixes: scopeFixes,
});
