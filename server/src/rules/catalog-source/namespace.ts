import { t } from '../../base/sentences.ts';
import { addFields } from '../../documents/yamlFields.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { defineRule } from '../rule.ts';

/** The namespace whose catalogs OpenShift offers to all others. */
const globalNamespace = 'openshift-marketplace';

/** A catalog that only its own namespace sees. */
export const catalogSourceNamespace = defineRule({
  code: 'catalog-source/namespace',
  severity: 'hint',
  unit: 'catalog-source',
  summary: 'A CatalogSource that is not in `openshift-marketplace`',
  documentation: `
OpenShift offers the catalogs of \`openshift-marketplace\` in every namespace. A catalog anywhere else is seen in its own
namespace only: OperatorHub shows its operators there and nowhere else, and a Subscription in another namespace ends with
\`constraints not satisfiable: no operators found from catalog …\`.

A file without a namespace lands in whatever project \`oc\` is in when it is applied.

\`\`\`yaml
metadata:
  name: my-operator-catalog
  namespace: openshift-marketplace
\`\`\`

A catalog for one namespace is a fine thing too, so this is only a hint, and the fix is never applied unasked. Pull secrets
in \`spec.secrets\` must be in the same namespace as the catalog.`,
  check({ source }) {
    const { namespace, metadata, name } = source;
    if (namespace?.value === globalNamespace || namespace?.type === 'template') return [];
    if (namespace !== undefined && namespace.type !== 'null') {
      const message = t(
        '{0} alone sees this catalog: in the namespace {1} it is seen in all namespaces',
        namespace.value,
        globalNamespace,
      );
      return [{ message, range: namespace.range }];
    }
    const range = namespace?.range ?? name?.range ?? metadata?.key;
    const message = t(
      'metadata.namespace is missing, so the catalog lands in the project that oc is in; in {0} it is seen in all namespaces',
      globalNamespace,
    );
    return range === undefined ? [] : [{ message, range }];
  },
  fixes(_finding, { source }, { lines }) {
    const { namespace, metadata, name } = source;
    const fix = { id: 'set-namespace', preferred: false };
    if (namespace !== undefined && namespace.type !== 'null') {
      const edits = () => [replaceScalar(namespace, globalNamespace)];
      return [{ ...fix, title: t('Change it to {0}', globalNamespace), edits }];
    }
    if (metadata === undefined || namespace !== undefined) return [];
    const field = { name: 'namespace', value: scalarIn(metadata.quoted) };
    return [
      {
        ...fix,
        title: t('Add namespace {0}', globalNamespace),
        edits: () => [addFields(metadata, name, [field], lines)],
      },
    ];
  },
});

function scalarIn(quoted: boolean): string {
  return quoted ? JSON.stringify(globalNamespace) : globalNamespace;
}
