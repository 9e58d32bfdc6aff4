import { sameRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import type { CatalogSource } from '../../documents/catalogSource.ts';
import type { Lines } from '../../documents/lines.ts';
import type { SchemaProblem } from '../../documents/schema.ts';
import { addFields } from '../../documents/yamlFields.ts';
import type { YamlScalar } from '../../documents/yamlNode.ts';
import { schemaFindings, schemaFixes, yamlFindings } from '../repairs.ts';
import { defineRule, type Finding, type Fix } from '../rule.ts';

const shared = {
  code: 'catalog-source/schema',
  severity: 'error',
  summary: 'An unknown, missing or ill-typed field in a CatalogSource',
  documentation: `
The API server refuses a CatalogSource with a field of the wrong type and drops fields that it does not know; OLM refuses
one that names no catalog: \`image and address unset: at least one must be set for sourcetype: grpc\`. An image that no node
can pull, such as \`docker://…\`, leaves the catalog’s pod with \`InvalidImageName\`. Broken YAML is reported here too.

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
  check: ({ source }) => {
    const interval = source.updateStrategy?.interval;
    // A number there is said by the rule for intervals, with the unit that it lacks.
    const problems =
      interval?.type === 'number'
        ? source.problems.filter(({ range }) => !sameRange(range, interval.range))
        : source.problems;
    return schemaFindings(problems);
  },
  fixes: (finding, { source }, { lines }) => [...schemaFixes(finding), ...typeFixes(finding, source, lines)],
});

/** The type that a catalog has by what it names: only grpc has an image or an address, and only configmap a ConfigMap. */
function typeFixes({ data }: Finding<SchemaProblem>, source: CatalogSource, lines: Lines): Fix[] {
  const { spec, sourceType, image, address, configMap } = source;
  if (sourceType !== undefined || spec === undefined || data?.missing !== 'spec.sourceType') return [];
  const isSet = (field: YamlScalar | undefined) => field !== undefined && field.value !== '';
  const served = isSet(image) || isSet(address);
  if (served === isSet(configMap)) return [];
  const type = served ? 'grpc' : 'configmap';
  const field = { name: 'sourceType', value: spec.quoted ? JSON.stringify(type) : type };
  const edits = () => [addFields(spec, image ?? address ?? configMap, [field], lines)];
  return [{ id: 'add-type', title: t('Add sourceType {0}', type), preferred: true, edits }];
}

/** Broken YAML in a file whose first resource is a CatalogSource. */
export const catalogSourceYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, ({ kind }) => kind === 'CatalogSource'),
});
