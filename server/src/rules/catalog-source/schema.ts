import { schemaFindings, schemaFixes, yamlFindings } from '../repairs.ts';
import { defineRule } from '../rule.ts';

const shared = {
  code: 'catalog-source/schema',
  severity: 'error',
  summary: 'An unknown, missing or ill-typed field in a CatalogSource',
  documentation: `
The API server refuses a CatalogSource with a field of the wrong type and drops fields that it does not know; OLM refuses
one that names no catalog: \`image and address unset: at least one must be set for sourcetype: grpc\`. Broken YAML is
reported here too.

\`\`\`yaml
apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: my-operator-catalog
  namespace: openshift-marketplace
spec:
  sourceType: grpc
  image: registry.example.com:8443/olm/my-operator-index:v4.8
\`\`\``,
} as const;

export const catalogSourceSchemaRule = defineRule({
  ...shared,
  unit: 'catalog-source',
  check: ({ source }) => schemaFindings(source.problems),
  fixes: schemaFixes,
});

/** Broken YAML in a file whose first resource is a CatalogSource. */
export const catalogSourceYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, ({ kind }) => kind === 'CatalogSource'),
});
