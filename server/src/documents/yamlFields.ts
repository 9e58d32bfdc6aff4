import { isMap } from 'yaml';
import { comparePositions, type Position, type Range, type TextEdit } from '../base/range.ts';
import type { Lines } from './lines.ts';
import type { YamlPair, YamlReader, YamlScalar } from './yamlNode.ts';

/** A map in the text, with what is needed to add fields to it in its own style. */
export interface FieldPlace {
  /** The key that holds the map, such as `spec`: where a missing field is reported. */
  readonly key: Range;
  /** The first field. Its column is the indentation of a block map. */
  readonly first: Position;
  /** True between braces, where fields stand behind each other. */
  readonly flow: boolean;
  /** True when keys are written in double quotes, as JSON wants them. */
  readonly quoted: boolean;
}

/** A field to add. `value` is YAML text on one line. */
export interface NewField {
  readonly name: string;
  readonly value: string;
  /** The value in a block map, as lines below the key; `value` where it is left out. */
  readonly block?: readonly string[];
}

/** The map that a pair holds; undefined when there is none, or an empty one, or one that stands elsewhere (an alias). */
export function fieldPlace(reader: YamlReader, pair: YamlPair | undefined): FieldPlace | undefined {
  if (pair === undefined || !isMap(pair.value)) return undefined;
  const [first] = reader.pairs(pair.value);
  if (first === undefined) return undefined;
  return {
    key: pair.key.range,
    first: first.key.range.start,
    flow: pair.value.flow === true,
    quoted: first.key.quote === '"',
  };
}

/**
 * The edit that adds fields to a map: behind `after`, one of its values, or at its beginning. Comments stay with the line
 * that they stand on.
 */
export function addFields(
  place: FieldPlace,
  after: YamlScalar | undefined,
  fields: readonly NewField[],
  lines: Lines,
): TextEdit {
  if (place.flow) {
    const text = fields
      .map(({ name, value }) => `${place.quoted ? JSON.stringify(name) : name}: ${value}`)
      .join(', ');
    return after === undefined
      ? insertion(place.first, `${text}, `)
      : insertion(after.range.end, `, ${text}`);
  }
  const indent = ' '.repeat(place.first.character);
  const texts = fields.map(({ name, value, block }) =>
    [block === undefined ? `${name}: ${value}` : `${name}:`, ...(block ?? [])].join(`\n${indent}`),
  );
  // A block scalar has its text below its first line, and it ends where its range ends.
  if (after === undefined || after.quote === 'block') {
    return insertion(place.first, texts.map((text) => `${text}\n${indent}`).join(''));
  }
  const { line } = after.range.end;
  const end = { line, character: lines[line]?.length ?? 0 };
  return insertion(end, texts.map((text) => `\n${indent}${text}`).join(''));
}

/**
 * The edit that removes a field, key and value; its line goes with it unless a comment stands there. Undefined where the
 * field shares its line with others, as between braces, or has lines of its own below it, where comments may stand.
 */
export function removeField(place: FieldPlace, field: Range, lines: Lines): TextEdit | undefined {
  if (place.flow || comparePositions(place.first, field.start) === 0) return undefined;
  if (field.start.line !== field.end.line) return undefined;
  const before = (lines[field.start.line] ?? '').slice(0, field.start.character);
  const after = (lines[field.end.line] ?? '').slice(field.end.character);
  if (before.trim() !== '') return undefined;
  if (after.trim() !== '') return { range: field, newText: '' };
  const previous = { line: field.start.line - 1, character: lines[field.start.line - 1]?.length ?? 0 };
  const end = { line: field.end.line, character: field.end.character + after.length };
  return { range: { start: previous, end }, newText: '' };
}

function insertion(at: Position, newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}
