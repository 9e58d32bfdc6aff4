import type { Node } from 'yaml';
import type { Range } from '../base/range.ts';
import { generationOf, type ImageSet, imageSetSchema, isImageSetKind, readImageSet } from './imageSet.ts';
import { splitLines, withoutMark } from './lines.ts';
import type { FieldSchema } from './schema.ts';
import { maskTemplates } from './template.ts';
import { parseDocuments, type YamlProblem, yamlProblems } from './yamlFile.ts';
import { PositionIndex, YamlReader } from './yamlNode.ts';

/** A file with ImageSetConfigurations. oc-mirror reads the first document only. */
export interface ImageSetFile {
  readonly imageSets: readonly ImageSet[];
  /** Where YAML itself is broken, in the order of the text. */
  readonly problems: readonly YamlProblem[];
  /** Names of fields whose letters are not in the case that they should be: oc-mirror reads them all the same. */
  readonly oddNames: readonly OddName[];
}

/** A field whose name differs in case only. */
export interface OddName {
  readonly range: Range;
  readonly name: string;
}

/** Reads a text. Never throws: what is wrong with it is in the result. */
export function parseImageSets(text: string): ImageSetFile {
  const lines = splitLines(withoutMark(text));
  const masked = maskTemplates(lines);
  const source = masked && { text: lines.join('\n'), isIncomplete: masked.use.blocks };
  const plain = (masked?.lines ?? lines).join('\n');
  const oddNames = oddNamesOf(plain);
  const named = renamed(plain, oddNames);
  const positions = new PositionIndex(named);
  const imageSets: ImageSet[] = [];
  const problems: YamlProblem[] = [];
  for (const document of parseDocuments(named)) {
    const reader = new YamlReader(positions, document, source);
    const root = reader.map(document.contents);
    const kind = reader.scalar(reader.get(root, 'kind')?.value)?.value ?? '';
    if (root === undefined || !isImageSetKind(kind)) continue;
    imageSets.push(readImageSet(reader, root, kind));
    if (source?.isIncomplete !== true) problems.push(...yamlProblems(document, positions));
  }
  return { imageSets, problems, oddNames: oddNames.map(({ range, name }) => ({ range, name })) };
}

/** The text with the names as they should be. They have the same length, so that everything stays in its place. */
function renamed(text: string, names: readonly PlacedName[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { name, offset } of names) {
    pieces.push(text.slice(at, offset), name);
    at = offset + name.length;
  }
  return pieces.join('') + text.slice(at);
}

type PlacedName = OddName & { readonly offset: number };

/** In the order of the text. */
function oddNamesOf(text: string): PlacedName[] {
  const positions = new PositionIndex(text);
  const found = new Map<number, PlacedName>();
  for (const document of parseDocuments(text)) {
    const reader = new YamlReader(positions, document);
    const root = reader.map(document.contents);
    const kind = reader.scalar(reader.get(root, 'kind')?.value)?.value ?? '';
    if (root === undefined || !isImageSetKind(kind)) continue;
    const generation = generationOf(reader.scalar(reader.get(root, 'apiVersion')?.value)?.value);
    const waiting: [unknown, FieldSchema][] = [[root, imageSetSchema(kind, generation)]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, schema] = next;
      for (const item of schema.items === undefined ? [] : (reader.sequence(node)?.items ?? [])) {
        waiting.push([item, schema.items as FieldSchema]);
      }
      const map = schema.fields === undefined ? undefined : reader.map(node);
      for (const { key, value } of map === undefined ? [] : reader.pairs(map)) {
        const name = nameIn(schema, key.value);
        if (name === undefined) continue;
        if (name !== key.value && key.quote === '') {
          const offset = positions.offset(key.range.start);
          found.set(offset, { range: key.range, name, offset });
        }
        waiting.push([value as Node, schema.fields?.[name] as FieldSchema]);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.offset - b.offset);
}

function nameIn({ fields = {} }: FieldSchema, written: string): string | undefined {
  if (Object.hasOwn(fields, written)) return written;
  const plain = written.toLowerCase();
  return Object.keys(fields).find((name) => name.toLowerCase() === plain);
}
