import { lineRange, type Position } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { metadataSchema } from '../documents/kubernetes.ts';
import type { Lines } from '../documents/lines.ts';
import { type ResourceType, resourceKinds, resourceTypes } from '../documents/resources.ts';
import { docOf, type FieldSchema } from '../documents/schema.ts';
import { blockLine, inComment, plainValue, valueOn } from '../documents/yamlLine.ts';
import { documentLines, neighbours, yamlPathAt } from '../documents/yamlPath.ts';
import {
  type CompletionItem,
  type CompletionResult,
  type CompletionSources,
  noCompletion,
} from './completionItem.ts';
import { fieldItems } from './fieldCompletion.ts';
import { matching, type TypedWord, typedWord, wordItems, wordRange } from './imageCompletion.ts';
import { imageSetValues } from './imageSetCompletion.ts';
import { resourceSnippet } from './resourceSnippets.ts';
import { fieldAt, itemOf, resourceAt } from './schemaAt.ts';
import type { YamlContext } from './yamlContext.ts';
import { imageValues } from './yamlImageCompletion.ts';

/** What may stand at a position of YAML: documents, fields, and values. Works on text that no parser understands. */
export function yamlCompletion(
  sources: CompletionSources,
  path: string,
  lines: Lines,
  position: Position,
): CompletionResult {
  const text = lines[position.line] ?? '';
  if (inComment(text, position.character)) return noCompletion;
  const place = yamlPathAt(lines, position);
  const context = {
    path,
    lines,
    position,
    place,
    resource: resourceAt(lines, position, place),
    isNewItem: false,
  };
  const here = isValue(context) ? values(sources, context) : keys(context);
  const list = listAbove(context);
  if (list === undefined) return here;
  const items = isValue(list) ? values(sources, list) : keys(list);
  return {
    items: [...items.items, ...here.items],
    isIncomplete: items.isIncomplete || here.isIncomplete,
  };
}

/**
 * The list of a key that stands right above, in the very column of the place: its items may begin here, as `oc` writes
 * them, as well as another key.
 */
function listAbove(context: YamlContext): YamlContext | undefined {
  const { lines, position, place, resource } = context;
  if (place.onKey || place.onValue || place.inItem || place.flow) return undefined;
  let at = position.line - 1;
  while (at >= 0 && (lines[at] ?? '').trim() === '') at--;
  const text = lines[at] ?? '';
  const above = blockLine(text);
  if (
    above?.key === undefined ||
    above.column !== place.column ||
    plainValue(text.slice(above.valueStart)) !== ''
  ) {
    return undefined;
  }
  const step = {
    name: above.key.name,
    range: lineRange(at, above.key.start, above.key.end),
    column: above.column,
  };
  const list: YamlContext = {
    ...context,
    place: { ...place, steps: [...place.steps, step] },
    resource: { ...resource, steps: [...resource.steps, step] },
    isNewItem: true,
  };
  return fieldOfPlace(list)?.type === 'array' ? list : undefined;
}

/** True behind a colon on the key's own line, and where an item of a list of plain values stands or is due. */
function isValue(context: YamlContext): boolean {
  const { place } = context;
  if (place.onKey) return false;
  if (place.onValue) return true;
  const list = fieldOfPlace(context);
  return list?.type === 'array' && list.items !== undefined && itemOf(list).type !== 'object';
}

/** The field that the innermost key of a place names. */
function fieldOfPlace({ resource: { schema, steps } }: YamlContext): FieldSchema | undefined {
  return schema === undefined ? undefined : fieldAt(schema, steps)?.field;
}

function keys(context: YamlContext): CompletionResult {
  const { lines, position, place, resource } = context;
  const word = wordOf(context, ' \t:,{}[]#');
  const owners = place.onKey ? resource.steps.slice(0, -1) : resource.steps;
  const present = context.isNewItem ? new Set<string>() : presentKeys(context);
  if (resource.schema === undefined) {
    if (owners.length > 0 || resource.kindText !== '') return noCompletion;
    const documents = beginsDocument(lines, position.line) ? documentItems(word) : [];
    const fields = fieldItems(unknownKind, present, context, word);
    return { items: [...documents, ...fields], isIncomplete: false };
  }
  const field = fieldAt(resource.schema, owners)?.field;
  if (field === undefined) return noCompletion;
  // An item begins with a dash, which may not be there yet.
  const isNewItem =
    field.type === 'array' && !place.inItem && !place.onKey && !place.flow && present.size === 0;
  const items = fieldItems(itemOf(field), present, context, word, isNewItem ? '- ' : '');
  return { items, isIncomplete: false };
}

/** What every resource begins with, before its kind is known. */
const unknownKind: FieldSchema = {
  type: 'object',
  doc: '',
  required: ['apiVersion', 'kind', 'metadata'],
  fields: {
    apiVersion: { type: 'string', doc: 'The API group of the kind, and the version of the format.' },
    kind: { type: 'string', doc: 'What the resource is.' },
    metadata: metadataSchema,
  },
};

/** The keys that the map of the place has already, without the one that is being typed. */
function presentKeys({ lines, position, place }: YamlContext): ReadonlySet<string> {
  if (place.flow) return new Set();
  const found = neighbours(lines, position.line, place.column);
  return new Set([...found].flatMap(([name, line]) => (line === position.line ? [] : [name])));
}

/** True while no other line of the document has a key. */
function beginsDocument(lines: Lines, line: number): boolean {
  const { first, last } = documentLines(lines, line);
  for (let at = first; at <= last; at++) {
    if (at !== line && blockLine(lines[at] ?? '') !== undefined) return false;
  }
  return true;
}

function documentItems(word: TypedWord): CompletionItem[] {
  return resourceKinds.map((kind) => ({
    label: kind,
    kind: 'document',
    range: wordRange(word),
    newText: resourceSnippet(kind),
    isSnippet: true,
    detail: t('a whole document'),
    documentation: docOf(resourceTypes[kind].schema),
  }));
}

function values(sources: CompletionSources, context: YamlContext): CompletionResult {
  const { lines, position, place, resource } = context;
  const text = lines[position.line] ?? '';
  const quote = /["']/.test(text.charAt(place.start)) ? text.charAt(place.start) : '';
  const isQuoted = quote !== '';
  const word = { ...wordOf(context, ` \t#${quote}${place.flow ? ',{}[]' : ''}`, quote.length), isQuoted };
  const [first, ...others] = resource.steps;
  // Between a colon and its value is a blank.
  if (place.onValue && text.charAt(word.start - 1) === ':') {
    return withPrefix(values(sources, { ...context, place: { ...place, onValue: false } }), ' ');
  }
  if (others.length === 0 && first?.name === 'kind') return plain(kindsFor(context), word);
  if (others.length === 0 && first?.name === 'apiVersion') return plain(apiVersionsFor(context), word);
  const field = fieldOfPlace(context);
  if (field === undefined) return noCompletion;
  // A list begins on the next line, or in brackets.
  if (field.type === 'array' && place.onValue) return noCompletion;
  const result =
    imageValues(sources, context, word) ??
    imageSetValues(sources, context, word) ??
    plain(valuesOf(itemOf(field)), word);
  const needsDash = field.type === 'array' && !place.inItem && !place.flow;
  return needsDash ? withPrefix(result, '- ') : result;
}

function withPrefix({ items, isIncomplete }: CompletionResult, prefix: string): CompletionResult {
  return { items: items.map((item) => ({ ...item, newText: `${prefix}${item.newText}` })), isIncomplete };
}

function plain(words: readonly string[], word: TypedWord): CompletionResult {
  return { items: wordItems(matching(words, '').words, 'value', word), isIncomplete: false };
}

function valuesOf({ type, oneOf, suggestions, default: usual }: FieldSchema): readonly string[] {
  if (oneOf !== undefined) return oneOf;
  if (type === 'boolean') return ['true', 'false'];
  return suggestions ?? (usual === undefined ? [] : [usual]);
}

/** Kinds whose `apiVersion` stands there already come first. */
function kindsFor(context: YamlContext): readonly string[] {
  const apiVersion = siblingValue(context, 'apiVersion');
  const fits = (kind: keyof typeof resourceTypes) => resourceTypes[kind].apiVersion === apiVersion;
  return [...resourceKinds.filter(fits), ...resourceKinds.filter((kind) => !fits(kind))];
}

function apiVersionsFor({ resource: { kind } }: YamlContext): readonly string[] {
  if (kind !== undefined) return versionsOf(resourceTypes[kind]);
  return [...new Set(Object.values(resourceTypes).flatMap(versionsOf))];
}

function versionsOf({ apiVersion, otherSchemas = {} }: ResourceType): readonly string[] {
  return [apiVersion, ...Object.keys(otherSchemas)];
}

/** The value of another key of the resource's outermost map. */
function siblingValue({ lines, resource }: YamlContext, name: string): string {
  const line = neighbours(lines, resource.line, resource.column).get(name);
  return line === undefined ? '' : valueOn(lines[line] ?? '');
}

function wordOf({ lines, position, place }: YamlContext, stops: string, skip = 0): TypedWord {
  const text = lines[position.line] ?? '';
  const character = Math.min(position.character, text.length);
  return typedWord(text, position.line, Math.min(place.start + skip, character), character, stops);
}
