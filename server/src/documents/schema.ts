import { isScalar, type Node } from 'yaml';
import type { Range } from '../base/range.ts';
import { nearestOf } from '../base/words.ts';
import { scalarText, type YamlPair, type YamlReader } from './yamlNode.ts';

/** One field of an API type: enough of a structural schema to check it offline and to explain it. */
export interface FieldSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'array' | 'any';
  /** What the field does, for a hover: sentences. */
  readonly doc: string;
  /** For an object: its fields. Without it, any fields are allowed. */
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
  /** True for what only the cluster writes. */
  readonly readOnly?: boolean;
}

/** What an object's field must be; undefined for a field that it does not have. */
export function fieldOf({ fields, values }: FieldSchema, name: string): FieldSchema | undefined {
  if (fields === undefined) return values;
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

export interface SchemaProblem {
  readonly message: string;
  readonly range: Range;
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
export function checkSchema(
  reader: YamlReader,
  node: Node | undefined,
  schema: FieldSchema,
  path: string,
  owner: Range,
): SchemaProblem[] {
  if (node === undefined) return isAbsenceFine(schema) ? [] : [typeProblem(schema, path, owner, 'nothing')];
  switch (schema.type) {
    case 'any':
      return [];
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
  if (map === undefined) {
    return isNull(reader, node)
      ? requiredProblems(new Set(), schema, path, owner)
      : [typeProblem(schema, path, reader.range(node), nodeType(reader, node))];
  }
  const pairs = reader.pairs(map);
  const names = new Set(pairs.map((pair) => pair.key.value));
  const problems = pairs.flatMap((pair) => {
    const name = pair.key.value;
    const field = fieldOf(schema, name);
    const fieldPath = path === '' ? name : `${path}.${name}`;
    if (field !== undefined) {
      return skip.has(name) ? [] : checkSchema(reader, pair.value, field, fieldPath, pair.key.range);
    }
    return schema.fields === undefined ? [] : [unknownField(pair, schema, path, names)];
  });
  return [...problems, ...requiredProblems(names, schema, path, owner)];
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
    if (isNull(reader, node)) return [];
    const problem = typeProblem(schema, path, reader.range(node), nodeType(reader, node));
    const scalar = reader.scalar(node);
    if (items?.type !== 'string' || scalar === undefined || scalar.quote === 'block') return [problem];
    const newText = `[${scalarText(scalar.value, scalar.quote)}]`;
    return [{ ...problem, repair: { title: 'Make it a list', range: scalar.range, newText, certain: true } }];
  }
  if (items === undefined) return [];
  const problems = sequence.items.flatMap((item, index) => {
    const itemNode = reader.resolve(item) === undefined ? undefined : (item as Node);
    // What an item lacks is missing where the item begins.
    const start = itemNode && reader.range(itemNode).start;
    const itemOwner = start === undefined ? owner : { start, end: start };
    return checkSchema(reader, itemNode, items, `${path}[${index}]`, itemOwner);
  });
  return schema.unique === true ? [...problems, ...repeatedItems(reader, sequence.items, path)] : problems;
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
      { message: `${path} has ${scalar.value} twice, which the API server refuses`, range: scalar.range },
    ];
  });
}

function checkScalar(reader: YamlReader, node: Node, schema: FieldSchema, path: string): SchemaProblem[] {
  const scalar = reader.scalar(node);
  if (scalar === undefined) return [typeProblem(schema, path, reader.range(node), nodeType(reader, node))];
  const { type, value, range } = scalar;
  if (schema.type === 'string' && type !== 'string') {
    if (type === 'null') return [typeProblem(schema, path, range, 'nothing')];
    const problem = typeProblem(schema, path, range, `the ${type} ${value}`);
    const newText = JSON.stringify(value);
    return [{ ...problem, repair: { title: `Put ${value} in quotes`, range, newText, certain: true } }];
  }
  if (schema.type === 'integer' && !(type === 'number' && /^[-+]?\d+$/.test(value))) {
    const problem = typeProblem(schema, path, range, describe(type, value));
    if (!/^\d{1,9}$/.test(value)) return [problem];
    return [{ ...problem, repair: { title: 'Remove the quotes', range, newText: value, certain: true } }];
  }
  if (schema.type === 'boolean' && type !== 'boolean' && !(scalar.quote === '' && isOldBoolean(value))) {
    const problem = typeProblem(schema, path, range, describe(type, value));
    if (value !== 'true' && value !== 'false') return [problem];
    return [{ ...problem, repair: { title: 'Remove the quotes', range, newText: value, certain: true } }];
  }
  const limit = limitOf(schema, value);
  if (limit !== undefined) return [{ message: `${path} must ${limit}`, range }];
  if (schema.oneOf !== undefined && !schema.oneOf.includes(value)) {
    const problem = {
      message: `${path} is "${value}", but only ${list(schema.oneOf)} ${schema.oneOf.length === 1 ? 'is' : 'are'} allowed`,
      range,
    };
    const nearest = nearestOf(value, schema.oneOf);
    if (nearest === undefined) return [problem];
    return [
      {
        ...problem,
        repair: {
          title: `Change it to ${nearest}`,
          range,
          newText: scalarText(nearest, scalar.quote),
          certain: false,
        },
      },
    ];
  }
  return [];
}

/** `oc` and the API server read YAML 1.1, which has more words for true and false. */
function isOldBoolean(value: string): boolean {
  return /^(?:y|yes|on|n|no|off)$/i.test(value);
}

/** What a value must be that is too small, too large, too short or too long. */
function limitOf(schema: FieldSchema, value: string): string | undefined {
  const { least, most, shortest = 0, longest = Number.POSITIVE_INFINITY } = schema;
  if (least !== undefined && Number(value) < least) return `be at least ${least}`;
  if (most !== undefined && Number(value) > most) return `be at most ${most}`;
  if (value.length < shortest) return 'not be empty';
  return value.length > longest ? `have at most ${longest} characters` : undefined;
}

function requiredProblems(
  names: ReadonlySet<string>,
  schema: FieldSchema,
  path: string,
  owner: Range,
): SchemaProblem[] {
  const missing = (schema.required ?? []).filter((name) => !names.has(name));
  return missing.map((name) => ({
    message: `${path === '' ? name : `${path}.${name}`} is missing`,
    range: owner,
  }));
}

function unknownField(
  pair: YamlPair,
  schema: FieldSchema,
  path: string,
  siblings: ReadonlySet<string>,
): SchemaProblem {
  const name = pair.key.value;
  const where = path === '' ? 'here' : `in ${path}`;
  const problem = { message: `there is no field "${name}" ${where}`, range: pair.key.range };
  const free = Object.keys(schema.fields ?? {}).filter((field) => !siblings.has(field));
  const nearest = nearestOf(name, free);
  if (nearest === undefined) return problem;
  const repair = {
    title: `Rename it to ${nearest}`,
    range: pair.key.range,
    newText: scalarText(nearest, pair.key.quote),
    certain: false,
  };
  return { ...problem, message: `${problem.message}; did you mean ${nearest}?`, repair };
}

function typeProblem(schema: FieldSchema, path: string, range: Range, found: string): SchemaProblem {
  const wanted = {
    string: 'a string',
    integer: 'a whole number',
    boolean: 'true or false',
    object: 'a map',
    array: 'a list',
    any: 'a value',
  };
  return { message: `${path} must be ${wanted[schema.type]}, not ${found}`, range };
}

function nodeType(reader: YamlReader, node: Node): string {
  if (reader.map(node) !== undefined) return 'a map';
  if (reader.sequence(node) !== undefined) return 'a list';
  const scalar = reader.scalar(node);
  return scalar === undefined ? 'nothing' : describe(scalar.type, scalar.value);
}

function describe(type: string, value: string): string {
  return type === 'null'
    ? 'nothing'
    : `the ${type} ${type === 'string' ? JSON.stringify(value.slice(0, 60)) : value}`;
}

/** An API server takes `spec:` with nothing after it for an absent field. */
function isAbsenceFine(schema: FieldSchema): boolean {
  return (
    schema.type === 'any' ||
    schema.type === 'array' ||
    (schema.type === 'object' && (schema.required ?? []).length === 0)
  );
}

function isNull(reader: YamlReader, node: Node): boolean {
  const target = reader.resolve(node);
  return isScalar(target) && (target.value === null || target.value === undefined);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
