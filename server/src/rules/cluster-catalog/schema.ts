import { validResourceName } from '../../documents/naming.ts';
import { schemaFixesOf } from '../rename.ts';
import { schemaFindings, yamlFindings } from '../repairs.ts';
import { defineRule } from '../rule.ts';

const shared = {
  code: 'cluster-catalog/schema',
  severity: 'error',
  summary: 'An unknown, missing or ill-typed field in a ClusterCatalog',
  documentation: `
The API server refuses a ClusterCatalog with a field of the wrong type, without the image of a source of type \`Image\`, or with
\`pollIntervalMinutes\` beside a digest, which never moves. The reference needs a registry, and a tag or a digest. Broken YAML
is reported here too.

\`\`\`yaml
apiVersion: olm.operatorframework.io/v1
kind: ClusterCatalog
metadata:
  name: my-operator-catalog
spec:
  source:
    type: Image
    image:
      ref: registry.example.com:8443/olm/my-operator-index:v4.18
      pollIntervalMinutes: 30
\`\`\``,
} as const;

export const clusterCatalogSchemaRule = defineRule({
  ...shared,
  unit: 'cluster-catalog',
  check: ({ catalog }) => schemaFindings(catalog.problems),
  fixes: (finding, { catalog }, context) =>
    schemaFixesOf(finding, catalog, (name) => validResourceName(name, 253) || undefined, context),
});

/** Broken YAML in a file whose first resource is a ClusterCatalog. */
export const clusterCatalogYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, ({ kind }) => kind === 'ClusterCatalog'),
});
