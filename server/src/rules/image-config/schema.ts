import { type ImageConfig, isClusterImageConfig, onlyImageConfig } from '../../documents/imageConfig.ts';
import type { SchemaProblem } from '../../documents/schema.ts';
import { schemaFixesOf } from '../rename.ts';
import { schemaFindings, yamlFindings } from '../repairs.ts';
import { defineRule, type Finding, type RuleContext } from '../rule.ts';

const shared = {
  code: 'image-config/schema',
  severity: 'error',
  summary:
    'An unknown, missing or ill-typed field in the image configuration of a cluster, or an entry that nodes refuse',
  documentation: `
The Image named \`cluster\` says how nodes treat registries. One with another name is never read. What it says under
\`registrySources\` meets the mirror sets in the registries.conf of every node:

\`\`\`yaml
apiVersion: config.openshift.io/v1
kind: Image
metadata:
  name: cluster
spec:
  additionalTrustedCA:
    name: registry-authorities
  registrySources:
    insecureRegistries:
    - registry.example.com:5000
\`\`\`

An entry is a registry, a path below one, or \`*.DOMAIN\`. The machine-config-operator stops at any other wildcard and at an empty
entry, and no node gets any change of mirrors until that is repaired. It does not look at \`https://\`, but nodes then refuse their
whole registries.conf. \`blockedRegistries\` and \`allowedRegistries\` exclude each other.

An entry below the wildcard source of a mirror set makes the operator stop too, unless a mirror set has mirrors for it: it cannot
say where the mirrors of \`*.example.com\` have a path below one host. Broken YAML is reported here too.`,
} as const;

export const imageConfigSchemaRule = defineRule({
  ...shared,
  unit: 'image-config',
  check: ({ config }, context) => [...schemaFindings(config.problems), ...wildcardFindings(config, context)],
  fixes: (finding, { config }, context) => schemaFixesOf(finding, config, () => onlyImageConfig, context),
});

/** Scopes that lie below the wildcard source of a mirror set. The others of the operator's problems are the document's own. */
function wildcardFindings(config: ImageConfig, { snapshot, path }: RuleContext): Finding<SchemaProblem>[] {
  if (!isClusterImageConfig(config)) return [];
  const scalars = [...config.insecureRegistries, ...config.blockedRegistries];
  return snapshot.mirrorSets.problems.flatMap(({ kind, message, entries, imageConfig }) => {
    if (kind !== 'image-scope' || entries.length === 0 || imageConfig?.path !== path) return [];
    return scalars
      .filter(({ value }) => value === imageConfig.value)
      .map(({ range }): Finding<SchemaProblem> => ({ message, range }));
  });
}

/** Broken YAML in a file whose first resource is the image configuration. */
export const imageConfigYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, ({ kind }) => kind === 'Image'),
});
