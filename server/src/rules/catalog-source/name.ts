import { t } from '../../base/sentences.ts';
import { isResourceName, validResourceName } from '../../documents/naming.ts';
import { renameFixes } from '../rename.ts';
import { defineRule } from '../rule.ts';

/** A CatalogSource's name is also a Service's name and a label's value. */
const longest = 63;

/** Names that the API server or OLM refuses (seed 002). */
export const catalogSourceName = defineRule({
  code: 'catalog-source/name',
  severity: 'error',
  unit: 'catalog-source',
  summary: 'A CatalogSource whose name is no valid resource name',
  documentation: `
After a \`file://\` hop, \`oc adm catalog mirror\` writes the path of the index image into \`metadata.name\`, with its slash:
\`my-operator/my-operator-index\`. The API server refuses it (\`invalid resource name\`).

OLM also makes a Service and a label of the name, so it has at most 63 characters and does not begin with a digit. The fix
turns runs of bad characters into one \`-\`: \`my-operator-my-operator-index\`. Subscriptions name their catalog by this name.

Two catalogs may get the same name in that way (\`a/b\` and \`a-b\`), and the second would replace the first in the cluster.
Then a name with a number is offered, and \`--fix\` leaves the choice to you.`,
  check({ source }) {
    const { name } = source;
    if (name === undefined || name.type !== 'string') return [];
    const problem = problemOf(name.value);
    return problem === undefined
      ? []
      : [{ message: t('"{0}" is no valid name: {1}', name.value, problem), range: name.range }];
  },
  fixes: (_finding, { source }, context) =>
    renameFixes(source, { longest, valid: validCatalogName }, context),
});

function problemOf(name: string): string | undefined {
  if (name.includes('/')) return t('a slash is not allowed');
  if (!isResourceName(name))
    return t('lower-case letters, digits, "-" and "." are allowed, a letter or digit at both ends');
  if (name.length > longest) return t('OLM makes a Service of it, so {0} characters are the most', longest);
  return /^[0-9]/.test(name) ? t('OLM makes a Service of it, so it must not begin with a digit') : undefined;
}

/** `cs-` before a digit is what oc-mirror writes too. */
function validCatalogName(name: string): string | undefined {
  const valid = validResourceName(name, longest);
  if (valid === '') return undefined;
  return /^[0-9]/.test(valid) ? validResourceName(`cs-${valid}`, longest) : valid;
}
