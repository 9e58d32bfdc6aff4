import type { Node } from 'yaml';
import type { Range } from '../base/range.ts';
import { type Sentence, sentence, t } from '../base/sentences.ts';
import { listed, nearestOf } from '../base/words.ts';
import { numberOf } from './plainScalar.ts';
import { scalarText, type YamlPair, type YamlReader, type YamlScalar } from './yamlNode.ts';

/** One field of an API type: enough of a structural schema to check it offline and to explain it. */
export interface FieldSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'quantity' | 'object' | 'array' | 'any';
  /** What the field does, for a hover: sentences. */
  readonly doc: string;
  /** What stands in the places of `doc`. */
  readonly docPlaces?: readonly string[];
  /** For an object: its fields. Without it, any fields are allowed. For `any`: the fields, should it be an object. */
  readonly fields?: Readonly<Record<string, FieldSchema>>;
  /** For an object without `fields`: what each value must be. */
  readonly values?: FieldSchema;
  /** For an array: what each item must be. */
  readonly items?: FieldSchema;
  /** For an array of strings: true when the API server refuses one that stands there twice. */
  readonly unique?: boolean;
  readonly required?: readonly string[];
  readonly oneOf?: readonly string[];
  /** Values that are likely, where others are allowed too. */
  readonly suggestions?: readonly string[];
  /** What the cluster takes where the field is missing, as YAML. */
  readonly default?: string;
  /** For an integer: the smallest and the largest that are allowed. */
  readonly least?: number;
  readonly most?: number;
  /** For a string: how many characters it has at least and at most. */
  readonly shortest?: number;
  readonly longest?: number;
  /** For an object: the fields to begin with, where that is more than those which are required. */
  readonly usual?: readonly string[];
  /** The release that brought it, where older ones are still in use: `4.22`. */
  readonly since?: string;
  /** True for what only the cluster writes. */
  readonly readOnly?: boolean;
}

/** What a field does, said for a person. */
export function docOf({ doc, docPlaces = [] }: Pick<FieldSchema, 'doc' | 'docPlaces'>): string {
  return t(doc, ...docPlaces);
}

/** What an object's field must be; undefined for a field that it does not have. */
export function fieldOf({ fields, values }: FieldSchema, name: string): FieldSchema | undefined {
  if (fields === undefined) return values;
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

export interface SchemaProblem {
  readonly message: string;
  readonly range: Range;
  /** True for something that is missing: a patch need not have it. */
  readonly isAbsence?: true;
  /** The path of the field that is missing. */
  readonly missing?: string;
  /** The repair, where it is obvious. */
  readonly repair?: {
    readonly title: string;
    readonly range: Range;
    readonly newText: string;
    readonly certain: boolean;
  };
}

/**
 * Holds a node to a schema. `path` names it for the person, such as `spec`. `owner` is where a missing field
 * is reported: the key or the node that should hold it.
 */
function checkSchema(
  reader: YamlReader,
  node: Node | undefined,
  schema: FieldSchema,
  path: string,
  owner: Range,
): SchemaProblem[] {
  if (node === undefined) return [typeProblem(schema, path, owner, t('nothing'))];
  if (isTemplate(reader, node)) return [];
  switch (schema.type) {
    case 'any':
      return schema.fields === undefined || reader.map(node) === undefined
        ? []
        : checkObject(reader, node, schema, path, owner);
    case 'object':
      return checkObject(reader, node, schema, path, owner);
    case 'array':
      return checkArray(reader, node, schema, path, owner);
    default:
      return checkScalar(reader, node, schema, path);
  }
}

/** A field of an object with everything below it; used where a caller checks some fields in its own way. */
export function checkObject(
  reader: YamlReader,
  node: Node,
  schema: FieldSchema,
  path: string,
  owner: Range,
  skip: ReadonlySet<string> = new Set(),
): SchemaProblem[] {
  const map = reader.map(node);
  if (map === undefined) return [typeProblem(schema, path, reader.range(node), nodeType(reader, node))];
  const pairs = reader.pairs(map);
  const names = new Set(pairs.map((pair) => pair.key.value));
  const problems = pairs.flatMap((pair) => {
    const name = pair.key.value;
    const field = fieldOf(schema, name);
    const fieldPath = path === '' ? name : `${path}.${name}`;
    // A name that is a template may be that of any field.
    if (pair.key.type === 'template') return [];
    if (field === undefined)
      return schema.fields === undefined ? [] : [unknownField(pair, schema, path, names)];
    if (isNull(reader, pair.value)) {
      // The API server takes a field with nothing in it for one that is not there.
      return schema.required?.includes(name) && !reader.isIncomplete
        ? [{ message: t('{0} is empty', fieldPath), range: pair.key.range }]
        : [];
    }
    return skip.has(name) ? [] : checkSchema(reader, pair.value, field, fieldPath, pair.key.range);
  });
  const mayLack = reader.isIncomplete || pairs.some(({ key }) => key.type === 'template');
  return mayLack ? problems : [...problems, ...requiredProblems(names, schema, path, owner)];
}

function checkArray(
  reader: YamlReader,
  node: Node,
  schema: FieldSchema,
  path: string,
  owner: Range,
): SchemaProblem[] {
  const sequence = reader.sequence(node);
  const { items } = schema;
  if (sequence === undefined) {
    const problem = typeProblem(schema, path, reader.range(node), nodeType(reader, node));
    const scalar = reader.scalar(node);
    if (items?.type !== 'string' || scalar === undefined || scalar.quote === 'block') return [problem];
    const newText = `[${scalarText(scalar.value, scalar.quote)}]`;
    return [
      { ...problem, repair: { title: t('Make it a list'), range: scalar.range, newText, certain: true } },
    ];
  }
  if (items === undefined) return [];
  const problems = sequence.items.flatMap((item, index) => {
    const itemNode = reader.resolve(item) === undefined ? undefined : (item as Node);
    // What an item lacks is missing where the item begins.
    const start = itemNode && reader.range(itemNode).start;
    const itemOwner = start === undefined ? owner : { start, end: start };
    const found = checkSchema(reader, itemNode, items, `${path}[${index}]`, itemOwner);
    const repair = nameRepair(reader.scalar(itemNode), items, sequence.flow === true);
    return repair === undefined ? found : found.map((problem) => ({ ...problem, repair }));
  });
  return schema.unique === true ? [...problems, ...repeatedItems(reader, sequence.items, path)] : problems;
}

/** For a name where a map with nothing but a name is meant. */
function nameRepair(
  scalar: YamlScalar | undefined,
  { type, fields = {}, required = [] }: FieldSchema,
  isFlow: boolean,
): SchemaProblem['repair'] {
  const isNamed = type === 'object' && fields.name?.type === 'string' && required.join() === 'name';
  if (!isNamed || scalar === undefined || scalar.quote === 'block' || scalar.value === '') return undefined;
  const { value, range, quote } = scalar;
  // Somebody who has typed so far may be about to write a field.
  if (Object.keys(fields).some((field) => field.startsWith(value))) return undefined;
  const pair = quote === '"' ? `"name": ${scalarText(value, quote)}` : `name: ${scalarText(value, quote)}`;
  const newText = isFlow ? `{ ${pair} }` : pair;
  return { title: t('Make it name: {0}', value), range, newText, certain: true };
}

/** `x-kubernetes-list-type: set` in the API. */
function repeatedItems(reader: YamlReader, items: readonly unknown[], path: string): SchemaProblem[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const scalar = reader.scalar(item);
    if (scalar === undefined || !seen.has(scalar.value)) {
      if (scalar !== undefined) seen.add(scalar.value);
      return [];
    }
    return [
      {
        message: t('{0} has {1} twice, which the API server refuses', path, scalar.value),
        range: scalar.range,
      },
    ];
  });
}

function checkScalar(reader: YamlReader, node: Node, schema: FieldSchema, path: string): SchemaProblem[] {
  const scalar = reader.scalar(node);
  if (scalar === undefined) return [typeProblem(schema, path, reader.range(node), nodeType(reader, node))];
  const { type, value, range } = scalar;
  if (schema.type === 'string' && type !== 'string') {
    if (type === 'null') return [typeProblem(schema, path, range, t('nothing'))];
    const meant = oddlyRead(type, value);
    const problem =
      meant === undefined
        ? typeProblem(schema, path, range, scalarWords(type, value))
        : {
            message: t('{0} must be a string, but {1} without quotes is read as {2}', path, value, meant),
            range,
          };
    const newText = JSON.stringify(value);
    return [{ ...problem, repair: { title: t('Put {0} in quotes', value), range, newText, certain: true } }];
  }
  const number = type === 'number' ? numberOf(value) : undefined;
  // JSON has one kind of numbers: 5.0 and 0x5 arrive as 5.
  if (schema.type === 'integer' && !(number !== undefined && isInteger(number))) {
    const problem = typeProblem(schema, path, range, describe(type, value));
    if (!/^\d{1,9}$/.test(value)) return [problem];
    return [{ ...problem, repair: { title: t('Remove the quotes'), range, newText: value, certain: true } }];
  }
  if (schema.type === 'boolean' && type !== 'boolean') {
    const problem = typeProblem(schema, path, range, describe(type, value));
    if (value !== 'true' && value !== 'false') return [problem];
    return [{ ...problem, repair: { title: t('Remove the quotes'), range, newText: value, certain: true } }];
  }
  if (schema.type === 'quantity' && !isQuantity(type, value)) {
    return [typeProblem(schema, path, range, describe(type, value))];
  }
  const outside = limitProblem(schema, path, value, number);
  if (outside !== undefined) return [{ message: outside, range }];
  if (schema.oneOf !== undefined && !schema.oneOf.includes(value)) {
    const problem = {
      message:
        schema.oneOf.length === 1
          ? t('{0} is "{1}", but only {2} is allowed', path, value, listed(schema.oneOf))
          : t('{0} is "{1}", but only {2} are allowed', path, value, listed(schema.oneOf)),
      range,
    };
    const nearest = schema.oneOf.length === 1 ? schema.oneOf[0] : nearestOf(value, schema.oneOf);
    if (nearest === undefined) return [problem];
    return [
      {
        ...problem,
        repair: {
          title: t('Change it to {0}', nearest),
          range,
          newText: scalarText(nearest, scalar.quote),
          certain: nearest.toLowerCase() === value.toLowerCase(),
        },
      },
    ];
  }
  return [];
}

/** What the API server makes of a word that few take for anything but a word: `on` is true, and `010` is 8. */
function oddlyRead(type: YamlScalar['type'], value: string): string | undefined {
  if (type === 'boolean' && !/^(?:true|false)$/i.test(value))
    return /^(?:y|yes|on)$/i.test(value) ? 'true' : 'false';
  const number = type === 'number' ? numberOf(value) : undefined;
  return number !== undefined && /[_xXbBoO]|^[-+]?0[0-9]/.test(value) ? String(number) : undefined;
}

/** More than 64 bits is no integer for the API server. */
function isInteger(number: number): boolean {
  return Number.isInteger(number) && Math.abs(number) < 2 ** 63;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantity =
  /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))?$/;

function isQuantity(type: YamlScalar['type'], value: string): boolean {
  return type === 'number'
    ? isInteger(numberOf(value) ?? Number.NaN)
    : type === 'string' && quantity.test(value);
}

/** What is said of a value that is too small, too large, too short or too long. */
function limitProblem(
  schema: FieldSchema,
  path: string,
  value: string,
  number: number | undefined,
): string | undefined {
  const { least, most, shortest = 0, longest = Number.POSITIVE_INFINITY } = schema;
  if (least !== undefined && number !== undefined && number < least)
    return t('{0} must be at least {1}', path, least);
  if (most !== undefined && number !== undefined && number > most)
    return t('{0} must be at most {1}', path, most);
  if (value.length < shortest) return t('{0} must not be empty', path);
  return value.length > longest ? t('{0} must have at most {1} characters', path, longest) : undefined;
}

function requiredProblems(
  names: ReadonlySet<string>,
  schema: FieldSchema,
  path: string,
  owner: Range,
): SchemaProblem[] {
  const missing = (schema.required ?? []).filter((name) => !names.has(name));
  return missing.map((name) => {
    const field = path === '' ? name : `${path}.${name}`;
    return { message: t('{0} is missing', field), range: owner, isAbsence: true, missing: field };
  });
}

/** Blanks that web pages and word processors write, and that YAML does not take for blanks. */
const oddBlank = /[\u00a0\u2000-\u200a\u202f\u3000]/g;

function unknownField(
  pair: YamlPair,
  schema: FieldSchema,
  path: string,
  siblings: ReadonlySet<string>,
): SchemaProblem {
  const name = pair.key.value;
  const plain = name.replace(oddBlank, ' ');
  if (plain !== name && pair.key.quote === '') {
    const repair = { title: t('Make it plain blanks'), range: pair.key.range, newText: plain, certain: true };
    const message = t(
      'blanks before {0} are no plain ones (U+00A0 or the like), so that YAML takes them for a part of the name',
      plain.trim(),
    );
    return { message, range: pair.key.range, repair };
  }
  const free = Object.keys(schema.fields ?? {}).filter((field) => !siblings.has(field));
  const nearest = nearestOf(name, free);
  const message = noFieldMessage(name, path, nearest);
  if (nearest === undefined) return { message, range: pair.key.range };
  const repair = {
    title: t('Rename it to {0}', nearest),
    range: pair.key.range,
    newText: scalarText(nearest, pair.key.quote),
    certain: false,
  };
  return { message, range: pair.key.range, repair };
}

function noFieldMessage(name: string, path: string, meant: string | undefined): string {
  if (path === '')
    return meant === undefined
      ? t('there is no field "{0}" here', name)
      : t('there is no field "{0}" here; did you mean {1}?', name, meant);
  return meant === undefined
    ? t('there is no field "{0}" in {1}', name, path)
    : t('there is no field "{0}" in {1}; did you mean {2}?', name, path, meant);
}

function typeProblem(schema: FieldSchema, path: string, range: Range, found: string): SchemaProblem {
  return { message: t(typeMessages[schema.type], path, found), range };
}

const typeMessages: Readonly<Record<FieldSchema['type'], Sentence>> = {
  string: sentence('{0} must be a string, not {1}'),
  integer: sentence('{0} must be a whole number, not {1}'),
  boolean: sentence('{0} must be true or false, not {1}'),
  quantity: sentence('{0} must be a quantity such as 512Mi, not {1}'),
  object: sentence('{0} must be a map, not {1}'),
  array: sentence('{0} must be a list, not {1}'),
  any: sentence('{0} must be a value, not {1}'),
};

function nodeType(reader: YamlReader, node: Node): string {
  if (reader.map(node) !== undefined) return t('a map');
  if (reader.sequence(node) !== undefined) return t('a list');
  const scalar = reader.scalar(node);
  return scalar === undefined ? t('nothing') : describe(scalar.type, scalar.value);
}

function describe(type: YamlScalar['type'], value: string): string {
  if (type === 'null') return t('nothing');
  return scalarWords(type, type === 'string' ? JSON.stringify(value.slice(0, 60)) : value);
}

/** True for a value of which nobody knows yet what it will be. */
export function isTemplate(reader: YamlReader, node: unknown): boolean {
  return reader.scalar(node)?.type === 'template';
}

/** True for a value that is not there, and for `null`, `~` and what else the API server takes for nothing. */
export function isNull(reader: YamlReader, node: Node | undefined): boolean {
  return node === undefined || reader.scalar(node)?.type === 'null';
}

const scalarMessages: Readonly<Record<YamlScalar['type'], Sentence>> = {
  string: sentence('the string {0}'),
  number: sentence('the number {0}'),
  boolean: sentence('the boolean {0}'),
  null: sentence('the null {0}'),
  template: sentence('the template {0}'),
};

function scalarWords(type: YamlScalar['type'], value: string): string {
  return t(scalarMessages[type], value);
}
