import { t } from '../../base/sentences.ts';
import { parseReference } from '../../documents/imageReference.ts';
import { addFields } from '../../documents/yamlFields.ts';
import { defineRule } from '../rule.ts';

/** Registries that want a login, and no secret to log in with (seed 002). */
export const catalogSourcePullSecret = defineRule({
  code: 'catalog-source/pull-secret',
  severity: 'hint',
  unit: 'catalog-source',
  summary: 'The registry wants credentials, and `spec.secrets` is empty',
  documentation: `
The registry gives the catalog image to nobody without credentials. \`spec.secrets\` names pull secrets in the CatalogSource's own
namespace, for the catalog's pod and for unpacking bundles:

\`\`\`yaml
spec:
  secrets:
  - my-registry
\`\`\`

It is not needed when the cluster's global pull secret has credentials for the registry; that cannot be seen from here, so
this is only a hint. \`oc create secret docker-registry my-registry -n openshift-marketplace …\` makes the secret.`,
  check({ source }, { facts, path }) {
    const { image, secrets } = source;
    const parsed = image === undefined ? undefined : parseReference(image.value);
    if (image === undefined || !parsed?.ok || (secrets ?? []).length > 0) return [];
    const fact = facts.needsLogin(parsed.reference, path);
    if (fact.state !== 'known' || !fact.value) return [];
    const message = t(
      '{0} wants credentials: name a pull secret in spec.secrets, unless the cluster’s global pull secret has them',
      parsed.reference.registry,
    );
    return [{ message, range: image.range }];
  },
  fixes(_finding, { source }, { lines }) {
    const { image, secrets, spec } = source;
    if (image === undefined || spec === undefined || secrets !== undefined) return [];
    const name = spec.quoted ? '"my-registry"' : 'my-registry';
    const field = { name: 'secrets', value: `[${name}]`, block: [`- ${name}`] };
    // The secret's name is the user's own, so this is where to type it and no certain repair.
    return [
      {
        id: 'add-secrets',
        title: t('Add secrets'),
        preferred: false,
        edits: () => [addFields(spec, image, [field], lines)],
      },
    ];
  },
});
