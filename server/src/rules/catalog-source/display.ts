import { t } from '../../base/sentences.ts';
import { listed } from '../../base/words.ts';
import type { CatalogSource } from '../../documents/catalogSource.ts';
import { isHost, parseReference } from '../../documents/imageReference.ts';
import { addFields, type NewField } from '../../documents/yamlFields.ts';
import { scalarText } from '../../documents/yamlNode.ts';
import { defineRule } from '../rule.ts';

/** A catalog that people cannot tell from others. */
export const catalogSourceDisplay = defineRule({
  code: 'catalog-source/display',
  severity: 'hint',
  unit: 'catalog-source',
  summary: 'A CatalogSource without `displayName` or `publisher`',
  documentation: `
OperatorHub shows where each operator comes from by the catalog’s \`displayName\` and \`publisher\`. Without them it shows the
name of the resource, and a mirrored operator is hard to tell from the one on the internet.

\`\`\`yaml
spec:
  displayName: My Operator Catalog
  publisher: redhat
\`\`\`

\`oc adm catalog mirror\` writes neither. The fix makes the display name from the resource’s name and takes the registry for the
publisher; both are yours to word, so it is never applied unasked.`,
  check({ source }) {
    const missing = missingFields(source);
    if (source.spec === undefined || missing.length === 0) return [];
    return [{ message: messageOf(missing), range: source.spec.key }];
  },
  fixes(_finding, { source }, { lines }) {
    const { spec, displayName, publisher, image, address } = source;
    const missing = missingFields(source).filter((name) => source[name] === undefined);
    if (spec === undefined || missing.length === 0) return [];
    const values = { displayName: displayNameOf(source), publisher: publisherOf(source) };
    const fields = missing.map((name): NewField => ({ name, value: yamlText(values[name], spec.flow) }));
    const after = displayName ?? publisher ?? image ?? address;
    const title = t('Add {0}', listed(missing));
    return [
      { id: 'add-display', title, preferred: false, edits: () => [addFields(spec, after, fields, lines)] },
    ];
  },
});

/** Of the two fields, those that are not there or empty. */
function missingFields(source: CatalogSource): ('displayName' | 'publisher')[] {
  return (['displayName', 'publisher'] as const).filter((name) => (source[name]?.value ?? '').trim() === '');
}

/** The resource's name in words: `my-operator-catalog` is `My Operator Catalog`. */
function displayNameOf({ name }: CatalogSource): string {
  const words = (name?.value ?? '').split(/[^A-Za-z0-9.]+/).filter((word) => word !== '');
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return capitals.join(' ') || 'My Operator Catalog';
}

/** Who serves the catalog, as far as the file tells. */
function publisherOf({ image, address }: CatalogSource): string {
  const parsed = image === undefined ? undefined : parseReference(image.value);
  const place = parsed?.ok ? parsed.reference.registry : (address?.value ?? '');
  const host = place.startsWith('[') ? '' : (place.split(':')[0] ?? '');
  return host !== '' && isHost(host) ? host : 'My Organization';
}

/** Words need no quotes in a block map; between braces anything is quoted that is more than one word. */
function yamlText(value: string, flow: boolean): string {
  return !flow && /^[A-Z][A-Za-z0-9.]* [A-Za-z0-9. ]*[A-Za-z0-9]$/.test(value)
    ? value
    : scalarText(value, flow ? '"' : '');
}

function messageOf(missing: readonly string[]): string {
  if (!missing.includes('displayName')) return t('spec.publisher is missing: OperatorHub shows no publisher');
  return missing.includes('publisher')
    ? t('spec.displayName and spec.publisher are missing: OperatorHub shows the name of the resource instead')
    : t('spec.displayName is missing: OperatorHub shows the name of the resource instead');
}
