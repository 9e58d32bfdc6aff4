import { t } from '../../base/sentences.ts';
import { isResourceName, validResourceName } from '../../documents/naming.ts';
import { type NameRule, renameFixes } from '../rename.ts';
import { defineRule } from '../rule.ts';

/** Names that the API server refuses. */
export const mirrorSetName = defineRule({
  code: 'mirror-set/name',
  severity: 'error',
  unit: 'mirror-set',
  summary: 'A mirror set whose name is no valid resource name',
  documentation: `
\`metadata.name\` must be a DNS subdomain: lower-case letters, digits, \`-\` and \`.\`, beginning and ending with a letter or digit,
at most 253 characters. The fix turns runs of other characters into one \`-\`. Where another mirror set of the kind has that
name already, a name with a number is offered.`,
  check({ set }) {
    const { name } = set;
    if (name === undefined || name.type !== 'string' || isResourceName(name.value)) return [];
    return [
      {
        message: t('"{0}" is no valid resource name: lower-case letters, digits, "-" and "."', name.value),
        range: name.range,
      },
    ];
  },
  fixes: (_finding, { set }, context) => renameFixes(set, names, context),
});

const longest = 253;
const names: NameRule = { longest, valid: (name) => validResourceName(name, longest) || undefined };
