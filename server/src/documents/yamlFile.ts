import { type Document, parseAllDocuments, type YAMLError } from 'yaml';
import type { Range } from '../base/range.ts';
import { type CatalogSource, catalogSourceApiVersion, readCatalogSource } from './catalogSource.ts';
import { applyLineChange, type LineChange, type Lines } from './lines.ts';
import {
  isMirrorSetKind,
  type MirrorEntry,
  type MirrorSet,
  mirrorSetTypes,
  readMirrorEntry,
  readMirrorSet,
} from './mirrorSet.ts';
import { PositionIndex, YamlReader } from './yamlNode.ts';

/** One resource that is ours. */
export type Resource = MirrorSet | CatalogSource;

export type ResourceKind = Resource['kind'];

export interface YamlProblem {
  readonly message: string;
  readonly range: Range;
}

/**
 * A YAML file with any number of documents; resources of other kinds in it are left alone. A file in which
 * nothing is ours has no resources and no problems, whatever else it holds.
 */
export interface YamlFile {
  readonly lines: Lines;
  readonly resources: readonly Resource[];
  /** Where YAML itself is broken. */
  readonly problems: readonly YamlProblem[];
}

const groups = new Set(
  [...Object.values(mirrorSetTypes).map((type) => type.apiVersion), catalogSourceApiVersion].map(groupOf),
);

/** Our kinds, with the `apiVersion` that each has. */
export const resourceKinds: ReadonlyMap<string, string> = new Map([
  ...Object.entries(mirrorSetTypes).map(([kind, type]) => [kind, type.apiVersion] as const),
  ['CatalogSource', catalogSourceApiVersion] as const,
]);

/** More text than any mirror set has: the API server takes about 1.5 MB of one resource. */
const longestText = 64 * 1024 * 1024;

/**
 * True when a text may hold something of ours. Cheap enough to ask of every YAML file of a workspace before it
 * is parsed; it may say yes to a file that only mentions a kind.
 */
export function mentionsResource(text: string): boolean {
  if (text.length > longestText) return false;
  for (const kind of resourceKinds.keys()) if (text.includes(kind)) return true;
  return false;
}

/** Reads a file. Never throws: what cannot be read is a problem in the result. */
export function parseYaml(lines: Lines): YamlFile {
  const text = lines.join('\n');
  if (!mentionsResource(text)) return { lines, resources: [], problems: [] };
  const positions = new PositionIndex(text);
  const resources: Resource[] = [];
  const problems: YamlProblem[] = [];
  for (const document of parseDocuments(text)) {
    const reader = new YamlReader(positions, document);
    const found = [...readResources(reader, document.contents)];
    if (found.length === 0 && !mentionsResource(textOf(document, text))) continue;
    resources.push(...found);
    problems.push(...document.errors.map((error) => yamlProblem(error, positions)));
  }
  return { lines, resources, problems };
}

/** The file after a change. An edit inside one entry of a mirror set costs that entry; others cost the file. */
export function updateYaml(file: YamlFile, change: LineChange): YamlFile {
  const lines = applyLineChange(file.lines, change);
  return updateEntry(file, change, lines) ?? parseYaml(lines);
}

function parseDocuments(text: string): Document.Parsed[] {
  try {
    const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent', version: '1.2' });
    return 'empty' in documents ? [] : documents;
  } catch {
    // The library answers broken text with errors, but text that is nested thousands deep exhausts its stack.
    return [];
  }
}

function* readResources(reader: YamlReader, node: unknown): Generator<Resource> {
  const root = reader.map(node);
  if (root === undefined) return;
  const kind = reader.scalar(reader.get(root, 'kind')?.value)?.value ?? '';
  if (kind === 'List' || (kind.endsWith('List') && resourceKinds.has(kind.slice(0, -'List'.length)))) {
    for (const item of reader.sequence(reader.get(root, 'items')?.value)?.items ?? [])
      yield* readResources(reader, item);
    return;
  }
  const apiVersion = reader.scalar(reader.get(root, 'apiVersion')?.value)?.value ?? '';
  if (!resourceKinds.has(kind) || !groups.has(groupOf(apiVersion))) return;
  if (isMirrorSetKind(kind)) yield readMirrorSet(reader, root, kind);
  else yield readCatalogSource(reader, root);
}

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
}

function textOf(document: Document.Parsed, text: string): string {
  const [start, , end] = document.range;
  return text.slice(start, end);
}

function yamlProblem(error: YAMLError, positions: PositionIndex): YamlProblem {
  const [start, end] = error.pos;
  return {
    message: error.message,
    range: { start: positions.at(start), end: positions.at(Math.max(end, start)) },
  };
}

/**
 * Parses one entry alone, where that gives the same as parsing everything: the entry stands in a block list,
 * the edit stays between its dash and the next one, and nothing in the new text can reach beyond it. Anything
 * doubtful is undefined, and the file is parsed whole.
 */
function updateEntry(file: YamlFile, change: LineChange, lines: Lines): YamlFile | undefined {
  if (file.problems.length > 0) return undefined;
  const place = findEntry(file, change);
  if (place === undefined) return undefined;
  const { set, setIndex, index, firstLine, indent } = place;
  const delta = change.inserted.length - change.removed;
  const end = entryEnd(file.lines, firstLine, indent);
  if (change.start + change.removed > end) return undefined;

  const text = entryText(lines, firstLine, end + delta, indent);
  if (text === undefined) return undefined;
  const [document] = parseDocuments(text);
  if (document === undefined || document.errors.length > 0) return undefined;
  const reader = new YamlReader(new PositionIndex(text), document);
  const sequence = reader.sequence(document.contents);
  if (sequence?.items.length !== 1) return undefined;
  const item = sequence.items[0];
  const node = reader.resolve(item);
  if (node === undefined || reader.range(node).start.line !== 0) return undefined;
  if (reader.range(node).start.character !== indent + 2) return undefined;

  const schema = mirrorSetTypes[set.kind].entry;
  const entry = readMirrorEntry(reader, node, schema, 0, reader.range(node));
  return replaceEntry(file, lines, { setIndex, index, entry, end, delta });
}

interface EntryPlace {
  readonly set: MirrorSet;
  readonly setIndex: number;
  readonly index: number;
  readonly firstLine: number;
  readonly indent: number;
}

function findEntry(file: YamlFile, change: LineChange): EntryPlace | undefined {
  for (const [setIndex, set] of file.resources.entries()) {
    if (set.kind === 'CatalogSource' || set.entryIndent === undefined) continue;
    const index = lastAtOrBefore(set.entryLines, change.start);
    const firstLine = set.entryLines[index];
    const nextLine = set.entryLines[index + 1];
    if (firstLine === undefined || (nextLine !== undefined && change.start + change.removed > nextLine))
      continue;
    // Sets stand one after the other, so that the last one which starts before the change is the one.
    if (nextLine === undefined && startsLater(file.resources[setIndex + 1], change.start)) continue;
    return { set, setIndex, index, firstLine, indent: set.entryIndent };
  }
  return undefined;
}

function startsLater(resource: Resource | undefined, line: number): boolean {
  return resource !== undefined && resource.heading.start.line <= line;
}

function lastAtOrBefore(sorted: readonly number[], line: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The line after an entry: the next line with content that is not indented more than the entry's dash. */
function entryEnd(lines: Lines, firstLine: number, indent: number): number {
  let end = firstLine + 1;
  while (end < lines.length && belongsToEntry(lines[end] ?? '', indent)) end++;
  return end;
}

function belongsToEntry(line: string, indent: number): boolean {
  const content = line.search(/[^ ]/);
  return content === -1 || content > indent || line.charAt(content) === '#';
}

/** Characters with which text reaches beyond itself, or is reached: anchors, aliases, tags, flow, quotes, tabs. */
const farReaching = /[&*!{}[\]"'|>%@`\t]/;

function entryText(lines: Lines, start: number, end: number, indent: number): string | undefined {
  const [first, ...rest] = lines.slice(start, end);
  if (first === undefined || !first.startsWith(`${' '.repeat(indent)}- `)) return undefined;
  if (!rest.every((line) => belongsToEntry(line, indent))) return undefined;
  const text = [first, ...rest].join('\n');
  return farReaching.test(text) ? undefined : text;
}

function replaceEntry(
  file: YamlFile,
  lines: Lines,
  change: { setIndex: number; index: number; entry: MirrorEntry; end: number; delta: number },
): YamlFile {
  const { setIndex, index, entry, end, delta } = change;
  const resources = file.resources.map((resource, at) => {
    const moved = delta === 0 ? resource : moveBelow(resource, end, delta);
    if (at !== setIndex || moved.kind === 'CatalogSource') return moved;
    return { ...moved, entries: moved.entries.with(index, entry) };
  });
  return { lines, resources, problems: file.problems };
}

/** The resource with everything from `line` on moved by `delta` lines. Entries are relative and stay as they are. */
function moveBelow(resource: Resource, line: number, delta: number): Resource {
  if (resource.kind === 'CatalogSource') return moveRanges(resource, line, delta);
  const { entries, entryLines, ...frame } = resource;
  return {
    ...moveRanges(frame, line, delta),
    entries,
    entryLines: entryLines.map((entryLine) => (entryLine >= line ? entryLine + delta : entryLine)),
  };
}

function moveRanges<Value>(value: Value, line: number, delta: number): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => moveRanges(item, line, delta)) as Value;
  const moved: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    moved[key] =
      key === 'line' && typeof item === 'number' && item >= line
        ? item + delta
        : moveRanges(item, line, delta);
  }
  return moved as Value;
}
