import { t } from '../base/sentences.ts';
import { rules } from './index.ts';
import type { Rule } from './rule.ts';

/**
 * The page of a rule under `docs/rules/`, made from the rule's own file.
 * @param documentation its text in the language that is spoken
 */
export function rulePage(rule: Rule, documentation = rule.documentation): string {
  return `# ${rule.code}

${t('{0}. Severity: **{1}**.', t(rule.summary), rule.severity)}

${documentation.trim()}

## ${t('Changing it')}

${t('In VS Code’s settings: {0}. For a folder, the command line and every editor, in {1}:', `\`"operatorMirror.rules.${rule.code}": "off"\``, '`.operator-mirror.yaml`')}

\`\`\`yaml
rules:
  ${rule.code}: off   # ${t('or {0}', 'error, warning, information, hint')}
\`\`\`
`;
}

/** The list of all rules. */
export function rulesTable(): string {
  const byCode = new Map(rules.map((rule) => [rule.code, rule]));
  const rows = [...byCode.values()].map(
    ({ code, severity, summary }) => `| [\`${code}\`](${code}.md) | ${severity} | ${t(summary)} |`,
  );
  return `# ${t('Rules')}

| ${t('code')} | ${t('severity')} | ${t('finds')} |
| --- | --- | --- |
${rows.join('\n')}
`;
}
