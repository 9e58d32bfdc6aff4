import { bold, code } from '../base/markdown.ts';
import { comparePositions, lineRange, type Position, type Range } from '../base/range.ts';
import { type Sentence, sentence, t } from '../base/sentences.ts';
import { inRow, paragraph } from '../base/words.ts';
import type { Lines } from '../documents/lines.ts';
import { isOurGroup, isResourceKind, type ResourceKind, schemaOf } from '../documents/resources.ts';
import { docOf, type FieldSchema, fieldOf } from '../documents/schema.ts';
import { blockLine, plainValue } from '../documents/yamlLine.ts';
import { documentLines, type PathStep, type YamlPath, yamlPathAt } from '../documents/yamlPath.ts';

/** The resource that a place in a YAML text belongs to, as far as it can be told from half-typed text. */
export interface ResourceAt {
  /** Undefined while no kind of ours is named, also when a kind of somebody else's is. */
  readonly kind: ResourceKind | undefined;
  /** The value of `kind` as it stands there; empty when there is none. */
  readonly kindText: string;
  /** The fields of the kind in the version that is named there. */
  readonly schema: FieldSchema | undefined;
  /** The steps from the resource's own root. */
  readonly steps: readonly PathStep[];
  /** A line of the resource's outermost map, and the column of its keys. */
  readonly line: number;
  readonly column: number;
}

/** Markdown for a field of a resource, with the place that it is about. */
export interface SchemaHover {
  readonly range: Range;
  readonly text: string;
}

/** What a field is: under a key or its value. For YAML of our kinds; costs the lines above the cursor. */
export function schemaHover(lines: Lines, position: Position): SchemaHover | undefined {
  const place = yamlPathAt(lines, position);
  const { schema: root, steps } = resourceAt(lines, position, place);
  const range = wordRange(lines, position, place);
  if (root === undefined || range === undefined || steps.length === 0) return undefined;
  const found = fieldAt(root, steps);
  if (found === undefined) return undefined;
  const isItem = place.inItem && !place.onKey;
  const field = isItem ? found.field.items : found.field;
  if (field === undefined) return undefined;
  const path = steps.map(({ name }) => name).join('.');
  return { range, text: describeField(isItem ? `${path}[]` : path, field, !isItem && found.required) };
}

/** Finds the resource of a place: the document, or an item of a List. */
export function resourceAt(lines: Lines, position: Position, place: YamlPath): ResourceAt {
  const { first, last } = documentLines(lines, position.line);
  const { steps } = place;
  const [outermost, next] = steps;
  const top = headerOf(lines, first, last, rootColumn(lines, first, last));
  const isList = top.kind.endsWith('List') && (top.kind === 'List' || isResourceKind(top.kind.slice(0, -4)));
  if (!isList) {
    const line = outermost?.range.start.line ?? position.line;
    return { ...known(top), steps, line, column: 0 };
  }
  if (outermost?.name !== 'items')
    return { kind: undefined, kindText: top.kind, schema: undefined, steps, line: first, column: 0 };
  const line = next?.range.start.line ?? position.line;
  const column = next?.column ?? place.column;
  const item = headerOf(lines, ...itemLines(lines, line, column), column);
  return { ...known(item), steps: steps.slice(1), line, column };
}

/** Follows steps into a schema; lists are stepped into without one. */
export function fieldAt(
  root: FieldSchema,
  steps: readonly { readonly name: string }[],
): { readonly field: FieldSchema; readonly required: boolean } | undefined {
  let field = root;
  let required = false;
  for (const { name } of steps) {
    const owner = itemOf(field);
    const next = fieldOf(owner, name);
    if (next === undefined) return undefined;
    required = owner.required?.includes(name) === true;
    field = next;
  }
  return { field, required };
}

/** What an item of a list must be, of lists in lists the innermost; anything but a list is itself. */
export function itemOf(schema: FieldSchema): FieldSchema {
  let item = schema;
  while (item.type === 'array' && item.items !== undefined) item = item.items;
  return item;
}

/** Markdown: what a field is, what it may be, and what it is where it is missing. */
export function describeField(path: string, field: FieldSchema, required: boolean): string {
  const type = t(typeNames[field.type]);
  const notes: string[] = [];
  if (field.oneOf !== undefined && field.oneOf.length > 1)
    notes.push(t('Allowed: {0}.', inRow(field.oneOf.map(code))));
  const limits = limitsOf(field);
  if (limits !== '') notes.push(limits);
  if (field.default !== undefined) notes.push(t('Default: {0}.', code(field.default)));
  return [`${bold(code(path))} ${required ? t('{0}, required', type) : type}`, docOf(field), paragraph(notes)]
    .filter((part) => part !== '')
    .join('\n\n');
}

const typeNames: Readonly<Record<FieldSchema['type'], Sentence>> = {
  string: sentence('string'),
  integer: sentence('whole number'),
  boolean: sentence('true or false'),
  quantity: sentence('quantity'),
  object: sentence('map'),
  array: sentence('list'),
  any: sentence('any value'),
};

function limitsOf({ least, most, longest, unique }: FieldSchema): string {
  const limits: string[] = [];
  if (least !== undefined && most !== undefined) limits.push(t('From {0} to {1}.', least, most));
  else if (least !== undefined) limits.push(t('At least {0}.', least));
  if (longest !== undefined) limits.push(t('At most {0} characters.', longest));
  if (unique === true) limits.push(t('Each item once.'));
  return paragraph(limits);
}

interface Header {
  readonly kind: string;
  readonly apiVersion: string;
}

function known(header: Header): Pick<ResourceAt, 'kind' | 'kindText' | 'schema'> {
  const kind = ourKind(header);
  const schema = kind === undefined ? undefined : schemaOf(kind, header.apiVersion);
  return { kind, kindText: header.kind, schema };
}

/** A kind of ours whose `apiVersion` does not say that it is somebody else's. */
function ourKind({ kind, apiVersion }: Header): ResourceKind | undefined {
  if (!isResourceKind(kind)) return undefined;
  return apiVersion === '' || isOurGroup(apiVersion) ? kind : undefined;
}

/** The column of a document's outermost keys; JSON on several lines is indented. */
function rootColumn(lines: Lines, first: number, last: number): number {
  for (let at = first; at <= last; at++) {
    const line = blockLine(lines[at] ?? '');
    if (line?.key !== undefined) return line.column;
  }
  return 0;
}

/** `kind` and `apiVersion` among the keys at a column; they usually come first. */
function headerOf(lines: Lines, first: number, last: number, column: number): Header {
  let kind: string | undefined;
  let apiVersion: string | undefined;
  for (let at = first; at <= last && (kind === undefined || apiVersion === undefined); at++) {
    const text = lines[at] ?? '';
    const line = blockLine(text);
    if (line?.key === undefined || line.column !== column) continue;
    if (line.key.name === 'kind') kind ??= plainValue(text.slice(line.valueStart));
    if (line.key.name === 'apiVersion') apiVersion ??= plainValue(text.slice(line.valueStart));
  }
  return { kind: kind ?? '', apiVersion: apiVersion ?? '' };
}

/** The lines of the item of a list that a line at `column` belongs to. */
function itemLines(lines: Lines, line: number, column: number): [first: number, last: number] {
  let first = line;
  while (first > 0 && !beginsItem(lines[first] ?? '', column)) first--;
  let last = line;
  while (last + 1 < lines.length && !beginsItem(lines[last + 1] ?? '', column)) last++;
  return [first, last];
}

/** True for a line with a dash before `column`, and for one that stands further left: a list is over there. */
function beginsItem(text: string, column: number): boolean {
  const line = blockLine(text);
  return line !== undefined && (line.dashes[0] ?? line.column) < column;
}

/** The key under a position, or the value behind its colon; undefined where there is nothing. */
function wordRange(lines: Lines, position: Position, place: YamlPath): Range | undefined {
  const step = place.steps.at(-1);
  if (place.onKey && step !== undefined) {
    return comparePositions(position, step.range.end) <= 0 ? step.range : undefined;
  }
  const text = lines[position.line] ?? '';
  let end = place.start;
  const stops = place.flow ? ',{}[]' : '';
  while (end < text.length && !stops.includes(text.charAt(end) || '\n')) {
    if (text.charAt(end) === '#' && /[ \t]/.test(text.charAt(end - 1))) break;
    end++;
  }
  const word = text.slice(place.start, end).trimEnd();
  if (word === '' || position.character > place.start + word.length || /^[#{[]/.test(word)) return undefined;
  if (!place.onValue && !place.inItem) return undefined;
  return lineRange(position.line, place.start, place.start + word.length);
}
