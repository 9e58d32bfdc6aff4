import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import {
  generationOf,
  type ImageSet,
  type ImageSetChannel,
  type ImageSetField,
  type ImageSetKind,
  type ImageSetOperator,
  type NewField,
} from './imageSet.ts';
import { problemsOfV1 } from './imageSetOfV1.ts';
import { blockedImageProblems, catalogProblems, repeatedReleases } from './imageSetRefusals.ts';
import { imageSetFieldNames, imageSetSchema } from './imageSetSchema.ts';
import { checkObject, type FieldSchema } from './schema.ts';
import { known, type YamlPair, type YamlReader, type YamlScalar } from './yamlNode.ts';

/** Reads a map that says it is of this kind. Names of fields may be in any case, as oc-mirror takes them. */
export function readImageSet(reader: YamlReader, node: Node, kind: ImageSetKind): ImageSet {
  const { value, oddNames } = reader.inAnyCase(imageSetFieldNames(), () => readFields(reader, node, kind));
  return { ...value, oddNames };
}

function readFields(reader: YamlReader, node: Node, kind: ImageSetKind): Omit<ImageSet, 'oddNames'> {
  const root = reader.map(node);
  const heading = reader.get(root, 'kind')?.key.range ?? reader.range(node);
  const isDelete = kind === 'DeleteImageSetConfiguration';
  const apiVersion = reader.scalar(reader.get(root, 'apiVersion')?.value);
  const generation = isDelete ? 2 : generationOf(apiVersion?.value);
  const content = reader.map(reader.get(root, isDelete ? 'delete' : 'mirror')?.value);
  const operators = itemsOf(reader, content, 'operators').map((item) => readOperator(reader, item));
  const names = (field: string) => namesOf(reader, itemsOf(reader, content, field));
  const releases = itemsOf(reader, reader.map(reader.get(content, 'platform')?.value), 'channels');
  const schema = imageSetSchema(kind, generation);
  const storage = fieldAt(reader, root, 'storageConfig');
  const ofV1 = generation === 1 ? [] : problemsOfV1({ storage }, operators);
  const told = new Set(ofV1.map(({ range: { start } }) => `${start.line}:${start.character}`));
  const problems = [
    ...checkObject(reader, node, schema, '', heading).filter(
      ({ range: { start } }) => !told.has(`${start.line}:${start.character}`),
    ),
    ...ofV1,
    ...repeatedReleases(namesOf(reader, releases)),
    ...catalogProblems(operators, generation),
    ...blockedImageProblems(names('blockedImages')),
  ];
  return {
    kind,
    heading,
    isIncomplete: reader.isIncomplete,
    name: undefined,
    generation,
    operators,
    additionalImages: itemsOf(reader, content, 'additionalImages').flatMap((item) => {
      const imageName = textAt(reader, item, 'name');
      if (imageName === undefined) return [];
      const [targetRepo, targetTag] = [textAt(reader, item, 'targetRepo'), textAt(reader, item, 'targetTag')];
      return [{ name: imageName, targetRepo, targetTag }];
    }),
    blockedImages: names('blockedImages'),
    archiveSize: sizeIn(root && textAt(reader, root, 'archiveSize')?.value),
    otherContent: ['platform', 'helm'].flatMap((field) => reader.get(content, field)?.key ?? []),
    words: { apiVersion, storage },
    newFields: [...newFieldsIn(reader, node, schema)],
    problems,
  };
}

/** A whole number from 1 on; oc-mirror takes 0 for no limit. */
function sizeIn(text: string | undefined): number | undefined {
  const size = Number(text);
  return Number.isSafeInteger(size) && size > 0 ? size : undefined;
}

function* newFieldsIn(reader: YamlReader, node: unknown, schema: FieldSchema): Generator<NewField> {
  const { items, fields = {} } = schema;
  for (const item of items === undefined ? [] : (reader.sequence(node)?.items ?? [])) {
    yield* newFieldsIn(reader, item, items as FieldSchema);
  }
  const map = reader.map(node);
  for (const { key, value } of map === undefined ? [] : reader.pairs(map)) {
    const field = Object.hasOwn(fields, key.value) ? fields[key.value] : undefined;
    if (field === undefined) continue;
    if (field.since !== undefined) yield { name: key.value, range: key.range, since: field.since };
    yield* newFieldsIn(reader, value, field);
  }
}

function readOperator(reader: YamlReader, item: YAMLMap): ImageSetOperator {
  return {
    range: reader.range(item),
    catalog: textAt(reader, item, 'catalog'),
    full: isTrue(textAt(reader, item, 'full')),
    targetCatalog: textAt(reader, item, 'targetCatalog'),
    targetTag: textAt(reader, item, 'targetTag'),
    targetName: fieldAt(reader, item, 'targetName'),
    originalRef: fieldAt(reader, item, 'originalRef'),
    packages: itemsOf(reader, item, 'packages').map((one) => ({
      ...readChannel(reader, one),
      defaultChannel: textAt(reader, one, 'defaultChannel'),
      channels: itemsOf(reader, one, 'channels').map((channel) => readChannel(reader, channel)),
    })),
  };
}

function readChannel(reader: YamlReader, item: YAMLMap): ImageSetChannel {
  return {
    range: reader.range(item),
    name: textAt(reader, item, 'name'),
    minVersion: textAt(reader, item, 'minVersion'),
    maxVersion: textAt(reader, item, 'maxVersion'),
    minBundle: fieldAt(reader, item, 'minBundle'),
  };
}

/** As YAML 1.1 has it, which oc-mirror reads. */
function isTrue(scalar: YamlScalar | undefined): boolean {
  return scalar?.type === 'boolean' && /^(?:true|yes|on|y)$/i.test(scalar.value);
}

function fieldAt(reader: YamlReader, map: YAMLMap | undefined, field: string): ImageSetField | undefined {
  const pair = reader.get(map, field);
  if (map === undefined || pair === undefined) return undefined;
  return { key: pair.key, value: textAt(reader, map, field), removal: removalOf(reader, map, pair) };
}

/** In a block a field has lines of its own, but for the first one of an item, which stands behind the dash. */
function removalOf(reader: YamlReader, map: YAMLMap, pair: YamlPair): Range | undefined {
  const pairs = reader.pairs(map);
  const at = pairs.indexOf(pair);
  const { start, end } = pair.range;
  if (map.flow !== true && (at > 0 || start.character === 0)) {
    return { start: { line: start.line, character: 0 }, end: { line: end.line + 1, character: 0 } };
  }
  const next = pairs[at + 1];
  if (next !== undefined) return { start, end: next.range.start };
  const previous = pairs[at - 1];
  return previous && { start: previous.range.end, end };
}

function textAt(reader: YamlReader, map: YAMLMap, field: string): YamlScalar | undefined {
  const scalar = known(reader.scalar(reader.get(map, field)?.value));
  return scalar?.type === 'null' ? undefined : scalar;
}

/** The maps in a list; what else is in it the schema says. */
function itemsOf(reader: YamlReader, map: YAMLMap | undefined, field: string): YAMLMap[] {
  const items = reader.sequence(reader.get(map, field)?.value)?.items ?? [];
  return items.flatMap((item) => reader.map(item) ?? []);
}

function namesOf(reader: YamlReader, items: readonly YAMLMap[]): YamlScalar[] {
  return items.flatMap((item) => textAt(reader, item, 'name') ?? []);
}
