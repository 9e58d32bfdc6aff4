import { t } from '../../base/sentences.ts';
import { type OperatorHub, onlyOperatorHub as onlyName } from '../../documents/operatorHub.ts';
import type { SchemaProblem } from '../../documents/schema.ts';
import { schemaFixesOf } from '../rename.ts';
import { schemaFindings, yamlFindings } from '../repairs.ts';
import { defineRule, type Finding } from '../rule.ts';

const shared = {
  code: 'operator-hub/schema',
  severity: 'error',
  summary: 'An unknown, missing or ill-typed field in an OperatorHub',
  documentation: `
The OperatorHub named \`cluster\` says which of the catalogs that come with OpenShift are used. One with another name is never read.
A disconnected cluster cannot pull the default catalogs, so they are switched off:

\`\`\`yaml
apiVersion: config.openshift.io/v1
kind: OperatorHub
metadata:
  name: cluster
spec:
  disableAllDefaultSources: true
\`\`\`

An entry of \`sources\` wins over \`disableAllDefaultSources\`. Of two entries for one catalog the last one wins, which is a warning.
Broken YAML is reported here too.`,
} as const;

export const operatorHubSchemaRule = defineRule({
  ...shared,
  unit: 'operator-hub',
  check: ({ hub }) => [...schemaFindings(hub.problems), ...repeatedSources(hub)],
  fixes: (finding, { hub }, context) => schemaFixesOf(finding, hub, () => onlyName, context),
});

/** Broken YAML in a file whose first resource is an OperatorHub. */
export const operatorHubYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, ({ kind }) => kind === 'OperatorHub'),
});

/** The marketplace operator goes through the entries in their order, and each overwrites what one before it said. */
function repeatedSources({ sources }: OperatorHub): Finding<SchemaProblem>[] {
  const last = new Map(sources.map(({ value }, index) => [value, index]));
  return sources.flatMap(({ value, range }, index): Finding<SchemaProblem>[] => {
    const later = sources[last.get(value) ?? index];
    if (later === undefined || last.get(value) === index) return [];
    const message = t(
      'This entry for {0} has no effect: the one in line {1} wins',
      value,
      later.range.start.line + 1,
    );
    return [{ message, range, severity: 'warning' }];
  });
}
