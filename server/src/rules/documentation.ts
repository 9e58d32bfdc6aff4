import { rules } from './index.ts';
import type { Rule } from './rule.ts';

/** The page of a rule under `docs/rules/`, made from the rule's own file. */
export function rulePage(rule: Rule): string {
  return `# ${rule.code}

${rule.summary}. Severity: **${rule.severity}**.

${rule.documentation.trim()}

## Changing it

In VS Code's settings: \`"operatorMirror.rules.${rule.code}": "off"\`. For a folder, the command line and every editor, in
\`.operator-mirror.yaml\`:

\`\`\`yaml
rules:
  ${rule.code}: off   # or error, warning, information, hint
\`\`\`
`;
}

/** The list of all rules. */
export function rulesTable(): string {
  const byCode = new Map(rules.map((rule) => [rule.code, rule]));
  const rows = [...byCode.values()].map(
    ({ code, severity, summary }) => `| [\`${code}\`](${code}.md) | ${severity} | ${summary} |`,
  );
  return `# Rules

| code | severity | finds |
| --- | --- | --- |
${rows.join('\n')}
`;
}
