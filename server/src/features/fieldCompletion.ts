import { t } from '../base/sentences.ts';
import type { FieldSchema } from '../documents/schema.ts';
import type { CompletionItem } from './completionItem.ts';
import { type TypedWord, wordRange } from './imageCompletion.ts';
import { describeField, itemOf } from './schemaAt.ts';
import type { YamlContext } from './yamlContext.ts';

/**
 * The fields of a map that it does not have yet, those that it must have first. `prefix` is the dash of an item where
 * the map has none yet.
 */
export function fieldItems(
  owner: FieldSchema,
  present: ReadonlySet<string>,
  { lines, position, place }: YamlContext,
  word: TypedWord,
  prefix = '',
): CompletionItem[] {
  const fields = Object.entries(owner.fields ?? {}).filter(
    ([name, field]) => !present.has(name) && field.readOnly !== true,
  );
  const isRequired = (name: string) => owner.required?.includes(name) === true;
  const sorted = [
    ...fields.filter(([name]) => isRequired(name)),
    ...fields.filter(([name]) => !isRequired(name)),
  ];
  const behind = (lines[position.line] ?? '').slice(word.end).trimStart();
  const steps = place.onKey ? place.steps.slice(0, -1) : place.steps;
  const path = steps.map(({ name }) => `${name}.`).join('');
  return sorted.map(([name, field]) => {
    const rest = behind.startsWith(':')
      ? ''
      : place.flow
        ? ': '
        : valueSnippet(field, place.column + prefix.length);
    return {
      label: name,
      kind: 'field',
      range: wordRange(word),
      newText: `${prefix}${name}${rest}`,
      isSnippet: rest.includes('$'),
      documentation: describeField(`${path}${name}`, field, isRequired(name)),
      ...(isRequired(name) ? { detail: t('required') } : {}),
    };
  });
}

/** What follows a field's name: its colon, and all that it must have, with places to type. */
function valueSnippet(field: FieldSchema, column: number): string {
  let places = 0;
  const next = () => `$${++places}`;
  return `:${valueText(field, column)}`;

  function valueText(schema: FieldSchema, at: number): string {
    const indent = `\n${' '.repeat(at)}`;
    if (schema.type === 'object') {
      const inner = mapOf(schema, at + 2);
      return `${indent}  ${inner === '' ? next() : inner}`;
    }
    if (schema.type === 'array') {
      // Dashes in the column of their key, as `oc` writes them.
      const inner = mapOf(itemOf(schema), at + 2);
      return `${indent}- ${inner === '' ? next() : inner}`;
    }
    return ` ${schema.oneOf?.length === 1 ? schema.oneOf[0] : next()}`;
  }

  /** The fields that a map usually has, one a line; the first is where the map begins. */
  function mapOf({ fields = {}, usual, required = [] }: FieldSchema, at: number): string {
    return (usual ?? required)
      .flatMap((name) => {
        const inner = fields[name];
        return inner === undefined ? [] : [`${name}:${valueText(inner, at)}`];
      })
      .join(`\n${' '.repeat(at)}`);
  }
}
