import { isMirrorSet } from '../../documents/mirrorSet.ts';
import { schemaFindings, schemaFixes, yamlFindings } from '../repairs.ts';
import { defineRule } from '../rule.ts';

const shared = {
  code: 'mirror-set/schema',
  severity: 'error',
  summary: 'An unknown, missing or ill-typed field in a mirror set',
  documentation: `
The API server refuses an ImageContentSourcePolicy, ImageDigestMirrorSet or ImageTagMirrorSet with a field that it does not
know or of another type, or drops the field silently, depending on its version and on the flags of \`oc\`. Broken YAML is
reported here too.

| kind | apiVersion | list in \`spec\` |
| --- | --- | --- |
| ImageContentSourcePolicy | \`operator.openshift.io/v1alpha1\` | \`repositoryDigestMirrors\` |
| ImageDigestMirrorSet | \`config.openshift.io/v1\` | \`imageDigestMirrors\` |
| ImageTagMirrorSet | \`config.openshift.io/v1\` | \`imageTagMirrors\` |

Each entry has \`source\` and \`mirrors\`, a list. ImageDigestMirrorSet and ImageTagMirrorSet also have \`mirrorSourcePolicy\`
(\`NeverContactSource\` or \`AllowContactingSource\`).`,
} as const;

/** The frame of a mirror set: everything outside its entries. */
export const mirrorSetSchemaRule = defineRule({
  ...shared,
  unit: 'mirror-set',
  check: ({ set }) => schemaFindings(set.problems),
  fixes: schemaFixes,
});

/** The same for one entry, so that an edit in a long list costs one entry. */
export const mirrorSetEntrySchema = defineRule({
  ...shared,
  unit: 'mirror-entry',
  check: ({ entry }) => schemaFindings(entry.problems),
  fixes: schemaFixes,
});

/** Broken YAML in a file whose first resource is a mirror set. */
export const mirrorSetYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, isMirrorSet),
});
