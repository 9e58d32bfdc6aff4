import { isResourceName, validResourceName } from '../../documents/naming.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { defineRule } from '../rule.ts';

/** Names that the API server refuses. */
export const mirrorSetName = defineRule({
  code: 'mirror-set/name',
  severity: 'error',
  unit: 'mirror-set',
  summary: 'A mirror set whose name is no valid resource name',
  documentation: `
\`metadata.name\` must be a DNS subdomain: lower-case letters, digits, \`-\` and \`.\`, beginning and ending with a letter or digit,
at most 253 characters. The fix turns runs of other characters into one \`-\`.`,
  check({ set }) {
    const { name } = set;
    if (name === undefined || name.type !== 'string' || isResourceName(name.value)) return [];
    return [
      {
        message: `"${name.value}" is no valid resource name: lower-case letters, digits, "-" and "."`,
        range: name.range,
      },
    ];
  },
  fixes(_finding, { set }) {
    const { name } = set;
    if (name === undefined) return [];
    const valid = validResourceName(name.value, 253);
    if (valid === '') return [];
    return [
      {
        id: 'rename',
        title: `Rename it to ${valid}`,
        preferred: true,
        edits: () => [replaceScalar(name, valid)],
      },
    ];
  },
});
