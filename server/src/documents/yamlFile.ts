import { type Document, isCollection, isMap, isPair, isScalar, parseAllDocuments, type YAMLMap } from 'yaml';
import { comparePositions, movePositions, type Range, sameRange, shiftRange } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { mentionsPatches, patchesOf } from './kustomization.ts';
import { applyLineChange, type LineChange, type Lines } from './lines.ts';
import {
  entryIndexAt,
  entryLine,
  isMirrorSet,
  type MirrorEntry,
  type MirrorSet,
  mirrorSetTypes,
  moveEntries,
  placedEntries,
  readMirrorEntry,
} from './mirrorSet.ts';
import { findPlainEntries, type PlainEntries } from './plainEntries.ts';
import { handOnSources } from './repeatedSources.ts';
import {
  isOurGroup,
  isResourceKind,
  type Resource,
  type ResourceKind,
  resourceKindOf,
  resourceMarks,
  resourceTypes,
} from './resources.ts';
import { changedUse, maskCharacter, maskTemplates, type TemplateUse } from './template.ts';
import { PositionIndex, YamlReader } from './yamlNode.ts';

export interface YamlProblem {
  readonly message: string;
  readonly range: Range;
  /** True when it changes nothing in how the text after it is read. */
  readonly local: boolean;
}

/**
 * A YAML file with any number of documents; resources of other kinds in it are left alone. A file in which
 * nothing is ours has no resources and no problems, whatever else it holds.
 */
export interface YamlFile {
  readonly lines: Lines;
  readonly resources: readonly Resource[];
  /** Where YAML itself is broken, in the order of the text. */
  readonly problems: readonly YamlProblem[];
  /** The files that it names as patches, where it is a kustomization: paths as they stand there. */
  readonly patches: readonly string[];
  /** What of it is a template; undefined where nothing is. */
  readonly template: TemplateUse | undefined;
  /** True when an alias makes one text stand for several parts of a resource: then no part can be parsed alone. */
  readonly aliased: boolean;
}

/** More text than any mirror set has: the API server takes about 1.5 MB of one resource. */
const longestText = 64 * 1024 * 1024;

/** In any case: whoever mistypes a kind writes `imageDigestMirrorSet`. */
const anyMark = new RegExp(resourceMarks.map((mark) => mark.replaceAll('.', '\\.')).join('|'), 'i');

/**
 * True when a text may hold something of ours. Cheap enough to ask of every YAML file of a workspace before it
 * is parsed; it may say yes to a file that only mentions a kind.
 */
export function mentionsResource(text: string): boolean {
  if (text.length > longestText) return false;
  return anyMark.test(text) || mentionsPatches(text);
}

/** Reads a file. Never throws: what cannot be read is a problem in the result. */
export function parseYaml(lines: Lines): YamlFile {
  return parsePlain(lines) ?? parseWholeYaml(lines);
}

/**
 * The file where most of it is entries as tools write them: YAML reads the rest, with the first entry of each run in
 * its place to show where the others belong. Undefined when there are no such entries, or when what is round them
 * may give them another meaning.
 */
function parsePlain(lines: Lines): YamlFile | undefined {
  const runs = findPlainEntries(lines);
  if (runs.length === 0) return undefined;
  const kept: string[] = [];
  let at = 0;
  for (const { entryLines, end } of runs) {
    kept.push(...lines.slice(at, entryLines[1]));
    at = end;
  }
  kept.push(...lines.slice(at));
  const frame = parseWholeYaml(kept);
  if (frame.aliased || frame.problems.length > 0 || frame.template?.open) return undefined;
  let resources: readonly Resource[] | undefined = frame.resources;
  let removed = lines.length - kept.length;
  // From the bottom up, so that places above are those of the frame.
  for (const run of runs.toReversed()) {
    const second = run.entryLines[1] ?? run.end;
    removed -= run.end - second;
    resources = resources && withEntries(resources, run, removed);
  }
  const { patches, template } = frame;
  return resources && { lines, resources, problems: [], patches, template, aliased: false };
}

/**
 * The resources with the entries of a run behind its first, which stands there already; undefined when it does not.
 * @param above how many lines of the text above the run the resources do not know yet
 */
function withEntries(
  resources: readonly Resource[],
  run: PlainEntries,
  above: number,
): readonly Resource[] | undefined {
  const { start, end, indent, entries, entryLines } = run;
  const [first, ...others] = entries;
  const next = (entryLines[1] ?? end) - above;
  let found = false;
  const result = resources.map((resource) => {
    const moved = moveBelow(resource, next, end - above - next);
    if (!isMirrorSet(moved) || moved.entryIndent !== indent) return moved;
    const index = entryIndexAt(moved, start - above);
    if (entryLine(moved, index) !== start - above || first === undefined) return moved;
    if (!isSameEntry(moved.entries.at(index), first)) return moved;
    found = true;
    const lines = moved.entries.map((_entry, at) => entryLine(moved, at) ?? 0);
    return {
      ...moved,
      ...placedEntries(
        [...moved.entries.slice(0, index + 1), ...others, ...moved.entries.slice(index + 1)],
        [
          ...lines.slice(0, index + 1),
          ...entryLines.slice(1).map((line) => line - above),
          ...lines.slice(index + 1),
        ],
      ),
    };
  });
  return found ? result : undefined;
}

function isSameEntry(read: MirrorEntry | undefined, plain: MirrorEntry): boolean {
  return (
    read !== undefined &&
    read.problems.length === 0 &&
    read.policy === undefined &&
    read.source?.value === plain.source?.value &&
    read.mirrors.length === plain.mirrors.length &&
    sameRange(read.range, plain.range)
  );
}

/** The file, all of it read as YAML. */
export function parseWholeYaml(lines: Lines): YamlFile {
  const written = lines.join('\n');
  if (!mentionsResource(written))
    return { lines, resources: [], problems: [], patches: [], template: undefined, aliased: false };
  const masked = maskTemplates(lines);
  const text = masked?.lines.join('\n') ?? written;
  const source = masked && { text: written, isIncomplete: masked.use.blocks };
  const positions = new PositionIndex(text);
  const resources: Resource[] = [];
  const problems: YamlProblem[] = [];
  const patches: string[] = [];
  let aliased = false;
  for (const document of parseDocuments(text)) {
    const reader = new YamlReader(positions, document, source);
    for (const path of patchesOf(reader, document.contents)) patches.push(path);
    const found = readResources(reader, document.contents);
    if (found.length === 0 && !mentionsResource(textOf(document, text))) continue;
    for (const resource of found) resources.push(resource);
    // What lines of a template make of the text is not known: not even that it is YAML.
    if (source?.isIncomplete !== true)
      for (const problem of yamlProblems(document, positions)) problems.push(problem);
    aliased ||= reader.followedAlias;
  }
  return { lines, resources, problems, patches, template: masked?.use, aliased };
}

/** True for a file that is no manifest yet: something in it that a cluster reads is a template. */
export function isTemplateFile({ template, resources }: YamlFile): boolean {
  return resources.length > 0 && template !== undefined && (template.blocks || template.lines > 0);
}

/** The file after a change. An edit inside one entry of a mirror set costs that entry; others cost the file. */
export function updateYaml(file: YamlFile, change: LineChange): YamlFile {
  const lines = applyLineChange(file.lines, change);
  return updateEntry(file, change, lines) ?? parseYaml(lines);
}

export function parseDocuments(text: string): Document.Parsed[] {
  try {
    // The library looks for a repeated key by comparing each with all before it: `repeatedKeys` does it instead.
    const documents = parseAllDocuments(text, {
      prettyErrors: false,
      logLevel: 'silent',
      version: '1.2',
      uniqueKeys: false,
    });
    return 'empty' in documents ? [] : documents;
  } catch {
    // The library answers broken text with errors, but text that is nested thousands deep exhausts its stack.
    return [];
  }
}

/** Lists in lists are taken from a stack of our own: they may be nested deeper than calls can be. */
function readResources(reader: YamlReader, contents: unknown): Resource[] {
  const found: Resource[] = [];
  const waiting = [contents];
  while (waiting.length > 0) {
    const root = reader.map(waiting.pop());
    if (root === undefined) continue;
    const kind = reader.scalar(reader.get(root, 'kind')?.value)?.value ?? '';
    if (kind === 'List' || (kind.endsWith('List') && isResourceKind(kind.slice(0, -'List'.length)))) {
      const items = reader.sequence(reader.get(root, 'items')?.value)?.items ?? [];
      for (const item of items.toReversed()) waiting.push(item);
      continue;
    }
    const own = resourceKindOf(kind);
    const resource =
      own !== undefined && isOurs(reader, root, own) ? resourceTypes[own].read(reader, root) : undefined;
    if (resource !== undefined) found.push(resource);
  }
  return found;
}

/** A resource whose `apiVersion` was forgotten is one by what it has besides its kind. */
function isOurs(reader: YamlReader, root: YAMLMap, kind: ResourceKind): boolean {
  const { type, value: apiVersion = '' } = reader.scalar(reader.get(root, 'apiVersion')?.value) ?? {};
  if (type !== 'template' && apiVersion !== '') return isOurGroup(apiVersion);
  const { ownFields = ['metadata', 'spec'] } = resourceTypes[kind];
  return ownFields.some((field) => reader.map(reader.get(root, field)?.value) !== undefined);
}

function textOf(document: Document.Parsed, text: string): string {
  const [start, , end] = document.range;
  return text.slice(start, end);
}

export function yamlProblems(document: Document.Parsed, positions: PositionIndex): YamlProblem[] {
  const errors = document.errors.map(({ message, pos: [start, end] }) => ({
    message,
    range: { start: positions.at(start), end: positions.at(Math.max(end, start)) },
    local: localErrors.some((words) => message.startsWith(words)),
  }));
  return [...errors, ...repeatedKeys(document, positions)].sort(byPlace);
}

/** What the library says of a key or value that is being typed. Its codes do not tell these from others. */
const localErrors = [
  'Implicit map keys need to be followed by map values',
  'Implicit keys need to be on a single line',
  'Plain value cannot start with',
];

function repeatedKeys(document: Document.Parsed, positions: PositionIndex): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const waiting: unknown[] = [document.contents];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (isPair(node)) waiting.push(node.key, node.value);
    if (!isCollection(node)) continue;
    for (const item of node.items) waiting.push(item);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key } of node.items) {
      if (!isScalar(key) || String(key.value).includes(maskCharacter)) continue;
      if (seen.has(key.value)) {
        const [start, end] = key.range ?? [0, 0];
        const range = { start: positions.at(start), end: positions.at(end) };
        const message = t('"{0}" is written twice in this map', String(key.value).slice(0, 60));
        problems.push({ message, range, local: true });
      }
      seen.add(key.value);
    }
  }
  return problems;
}

function byPlace(a: YamlProblem, b: YamlProblem): number {
  return comparePositions(a.range.start, b.range.start) || comparePositions(a.range.end, b.range.end);
}

/**
 * Parses one entry alone, where that gives the same as parsing everything: the entry stands in a block list, the
 * edit stays between its dash and the next one, and neither the old text nor the new one reaches beyond it.
 * Anything doubtful is undefined, and the file is parsed whole.
 */
function updateEntry(file: YamlFile, change: LineChange, lines: Lines): YamlFile | undefined {
  if (file.aliased || file.template?.blocks || file.template?.open) return undefined;
  const place = findEntry(file, change);
  if (place === undefined) return undefined;
  const { setIndex, index, firstLine } = place;
  const delta = change.inserted.length - change.removed;
  const end = entryEnd(file.lines, firstLine, place.indent);
  if (change.start + change.removed > end) return undefined;

  if (!endsEntry(file.lines[end])) return undefined;
  if (file.problems.some(({ local, range }) => !local || range.start.line === end)) return undefined;
  const before = parseEntry(file.lines, firstLine, end, place);
  const after = parseEntry(lines, firstLine, end + delta, place);
  if (before === undefined || after === undefined) return undefined;
  const inside = ({ range }: YamlProblem) => range.start.line >= firstLine && range.start.line < end;
  // What is broken in the entry must be broken in it alone: then the rest of the file reads as it did.
  if (!sameProblems(file.problems.filter(inside), before.problems)) return undefined;

  const old = place.set.entries.at(index);
  if (old === undefined) return undefined;
  const others = file.problems.filter((problem) => !inside(problem));
  const problems = [...movePositions(others, end, delta), ...after.problems].sort(byPlace);
  const resources = file.resources.map((resource, at) => {
    const moved = delta === 0 ? resource : moveBelow(resource, end, delta);
    if (at !== setIndex || !isMirrorSet(moved)) return moved;
    const height = moved.entries.topOf(index + 1) - moved.entries.topOf(index);
    const entries = moved.entries.replace(index, 1, [after.entry], () => height);
    handOnSources(place.set.entries, entries, old, after.entry);
    return { ...moved, entries };
  });
  const removed = file.lines.slice(change.start, change.start + change.removed);
  const template = changedUse(file.template, removed, change.inserted);
  return { lines, resources, problems, patches: file.patches, template, aliased: false };
}

function sameProblems(a: readonly YamlProblem[], b: readonly YamlProblem[]): boolean {
  return (
    a.length === b.length &&
    a.every((problem, at) => {
      const other = b[at];
      return other !== undefined && problem.message === other.message && byPlace(problem, other) === 0;
    })
  );
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
    if (!isMirrorSet(set) || set.entryIndent === undefined || set.misnamedList) continue;
    if (!set.entriesInOrder) return undefined;
    const index = entryIndexAt(set, change.start);
    const firstLine = entryLine(set, index);
    const nextLine = entryLine(set, index + 1);
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

/** True for a line that any entry ends before, however broken it is: the next entry, a key, a document's marker. */
function endsEntry(line: string | undefined): boolean {
  return line === undefined || /^(?: *-(?: |$)| *[a-zA-Z]+:(?: |$)|---(?: |$))/.test(line);
}

/** Characters that name what stands elsewhere or are named from there (anchors, aliases, tags), and tabs. */
const farReaching = /[&*!\t]/;
/** Characters with which broken text may reach further than its own line. */
const doubtful = /[{}[\]"'|>%#?]/;

/**
 * One entry, read from its lines alone; problems are placed as in the file. Undefined when its text may mean
 * something else in the file than alone.
 */
function parseEntry(
  lines: Lines,
  start: number,
  end: number,
  { set, indent }: EntryPlace,
): { entry: MirrorEntry; problems: YamlProblem[] } | undefined {
  const [first, ...rest] = lines.slice(start, end);
  if (first === undefined || !first.startsWith(`${' '.repeat(indent)}- `)) return undefined;
  if (!rest.every((line) => belongsToEntry(line, indent))) return undefined;
  const written = [first, ...rest, ...(end < lines.length ? [''] : [])];
  const masked = maskTemplates(written);
  if (masked?.use.blocks || masked?.use.open) return undefined;
  const text = (masked?.lines ?? written).join('\n');
  if (farReaching.test(text)) return undefined;
  const [document, ...others] = parseDocuments(text);
  if (document === undefined || others.length > 0) return undefined;
  const positions = new PositionIndex(text);
  const source = masked && { text: written.join('\n'), isIncomplete: false };
  const reader = new YamlReader(positions, document, source);
  const sequence = reader.sequence(document.contents);
  const node = reader.resolve(sequence?.items[0]);
  if (sequence?.items.length !== 1 || node === undefined || reader.range(node).start.line !== 0)
    return undefined;
  const entry = readMirrorEntry(reader, node, mirrorSetTypes[set.kind].entry, 0, reader.range(node));
  const problems = yamlProblems(document, positions);
  if (problems.some(({ local }) => !local)) return undefined;
  if (document.errors.length > 0 && doubtful.test(text)) return undefined;
  const placed = problems.map((problem) => ({ ...problem, range: shiftRange(problem.range, start) }));
  return { entry, problems: placed };
}

/** The resource with everything from `line` on moved by `delta` lines. Entries are relative and stay as they are. */
function moveBelow(resource: Resource, line: number, delta: number): Resource {
  if (!isMirrorSet(resource)) return movePositions(resource, line, delta);
  const { entries, entriesLine, entriesInOrder, ...frame } = resource;
  return {
    ...movePositions(frame, line, delta),
    ...moveEntries({ entries, entriesLine, entriesInOrder }, line, delta),
  };
}
