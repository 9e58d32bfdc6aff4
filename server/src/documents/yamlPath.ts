import { lineRange, type Position, type Range } from '../base/range.ts';
import type { Lines } from './lines.ts';
import { blanksEnd, blockLine, isBlankAt, isMarker, plainValue } from './yamlLine.ts';

/**
 * Where in block-style YAML a line stands, told from indentation alone: that also works while the text is half
 * typed and no parser makes sense of it. Flow style is followed on the line of the cursor.
 */

/** A key on the way to a place, with the map that it stands in. */
export interface PathStep {
  readonly name: string;
  readonly range: Range;
  /** The column of all keys of its map in block style. */
  readonly column: number;
}

/** A place in a document. Items of lists have no step of their own. */
export interface YamlPath {
  /** From the outermost key to the one whose map or value the place is in. */
  readonly steps: readonly PathStep[];
  /** True when the innermost step is a key and the place is on it, not behind its colon. */
  readonly onKey: boolean;
  /** True behind the colon of the innermost step, on its own line. */
  readonly onValue: boolean;
  /** Whether the place begins or is in an item of the innermost step's list. */
  readonly inItem: boolean;
  /** Where a key of the place's own map begins: the column that tells its neighbours. */
  readonly column: number;
  /** True inside braces or brackets, where indentation means nothing. */
  readonly flow: boolean;
  /** The word that the place is in or behind, as far as the place: what a completion replaces. */
  readonly start: number;
}

/** How deep braces and brackets are followed; no kind of ours is as deep as that. */
const deepestFlow = 50;

/** The first and the last line of the document that a line is in, markers left out. */
export function documentLines(lines: Lines, line: number): { readonly first: number; readonly last: number } {
  let first = line;
  while (first > 0 && !isMarker(lines[first - 1] ?? '')) first--;
  let last = line;
  while (last + 1 < lines.length && !isMarker(lines[last + 1] ?? '')) last++;
  return { first, last };
}

/** Where a position stands. Looks upwards only, and at most to the beginning of the document. */
export function yamlPathAt(lines: Lines, position: Position): YamlPath {
  const text = lines[position.line] ?? '';
  const line = blockLine(text);
  const at = Math.min(position.character, text.length);
  if (line === undefined || at < (line.dashes[0] ?? line.column))
    return placeInBlank(lines, position.line, at);
  if (at < line.column || (line.column === text.length && line.key === undefined)) {
    // Behind a dash, before the content or without any.
    const dashes = line.dashes.filter((dash) => dash < at);
    if (dashes.length === 0) return placeInBlank(lines, position.line, at);
    const steps = parents(lines, position.line, at, dashes);
    return { steps, onKey: false, onValue: false, inItem: true, column: at, flow: false, start: at };
  }
  const steps = parents(lines, position.line, line.column, line.dashes);
  const inItem = line.dashes.length > 0;
  if (line.key === undefined) {
    const place = {
      steps,
      onKey: false,
      onValue: false,
      inItem,
      column: line.column,
      flow: false,
      start: line.column,
    };
    return inFlow(text, position.line, line.column, at, place) ?? place;
  }
  const { name, start, end } = line.key;
  const step = { name, range: lineRange(position.line, start, end), column: line.column };
  if (at <= text.indexOf(':', end)) {
    return {
      steps: [...steps, step],
      onKey: true,
      onValue: false,
      inItem,
      column: line.column,
      flow: false,
      start,
    };
  }
  const place = {
    steps: [...steps, step],
    onKey: false,
    onValue: true,
    inItem: false,
    column: line.column,
    flow: false,
    start: Math.min(line.valueStart, at),
  };
  return inFlow(text, position.line, line.valueStart, at, place) ?? place;
}

/**
 * The keys of the map that a line's key belongs to, by name, each with its line. `column` is where they all begin.
 * Costs the map with everything in it.
 */
export function neighbours(lines: Lines, line: number, column: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const { first, last } = mapLines(lines, line, column);
  for (let at = first; at <= last; at++) {
    const content = blockLine(lines[at] ?? '');
    if (content?.key === undefined || content.column !== column || found.has(content.key.name)) continue;
    found.set(content.key.name, at);
  }
  return found;
}

/** The first and the last line of the map whose keys begin at `column` and one of whose lines is `line`. */
export function mapLines(
  lines: Lines,
  line: number,
  column: number,
): { readonly first: number; readonly last: number } {
  let first = line;
  for (let at = line; at >= 0 && !isMarker(lines[at] ?? ''); at--) {
    const content = blockLine(lines[at] ?? '');
    if (content === undefined) continue;
    const start = content.dashes[0] ?? content.column;
    const begins = content.dashes.length > 0 && content.column === column;
    if (start >= column || begins || at === line) first = at;
    if (start < column && (begins || at !== line)) break;
  }
  let last = line;
  for (let at = line + 1; at < lines.length && !isMarker(lines[at] ?? ''); at++) {
    const content = blockLine(lines[at] ?? '');
    if (content === undefined) continue;
    if ((content.dashes[0] ?? content.column) < column) break;
    last = at;
  }
  return { first, last };
}

/** A cursor on a line without content belongs to the map whose column it stands in. */
function placeInBlank(lines: Lines, line: number, column: number): YamlPath {
  const steps = parents(lines, line, column, []);
  return { steps, onKey: false, onValue: false, inItem: false, column, flow: false, start: column };
}

/** The keys above a content at `column`, outermost first. `dashes` are those before it on its own line. */
function parents(lines: Lines, line: number, column: number, dashes: readonly number[]): PathStep[] {
  const steps: PathStep[] = [];
  // A list may stand in the very column of its key; a map stands further right.
  let dash = dashes[0];
  let limit = dash === undefined ? column : dash + 1;
  for (let at = line - 1; at >= 0 && limit > 0; at--) {
    const text = lines[at] ?? '';
    if (isMarker(text)) break;
    const above = blockLine(text);
    if (above === undefined) continue;
    const start = above.dashes[0] ?? above.column;
    if (above.key !== undefined && above.column < limit) {
      const range = lineRange(at, above.key.start, above.key.end);
      steps.push({ name: above.key.name, range, column: above.column });
      dash = above.dashes[0];
      limit = dash === undefined ? above.column : dash + 1;
    } else if (above.dashes.length > 0 && start !== dash && start < limit) {
      // The dash of the item that everything since then stands in.
      dash = start;
      limit = start + 1;
    }
  }
  return steps.reverse();
}

/** The place inside braces and brackets that open on the cursor's line; undefined when none is open there. */
function inFlow(
  text: string,
  line: number,
  from: number,
  to: number,
  outside: YamlPath,
): YamlPath | undefined {
  const opening = text.charAt(from);
  if (opening !== '{' && opening !== '[') return undefined;
  /** True while nothing but blanks stands behind `start`: only there does a quote begin a word. */
  let empty = true;
  /** For each open brace or bracket the steps to it, and the key that is being read in it. */
  const open: { readonly steps: readonly PathStep[]; readonly list: boolean; step: PathStep | undefined }[] =
    [];
  let start = from;
  let at = from;
  while (at < to) {
    const character = text.charAt(at);
    const inner = open.at(-1);
    if (character === '{' || character === '[') {
      if (open.length === deepestFlow) return undefined;
      const steps: readonly PathStep[] =
        inner === undefined
          ? outside.steps
          : inner.step === undefined
            ? inner.steps
            : [...inner.steps, inner.step];
      open.push({ steps, list: character === '[', step: undefined });
      start = at + 1;
    } else if (character === '}' || character === ']') {
      open.pop();
      if (open.length === 0) return undefined;
      start = at + 1;
    } else if (character === ',' && inner !== undefined) {
      inner.step = undefined;
      start = at + 1;
    } else if (
      character === ':' &&
      inner !== undefined &&
      inner.step === undefined &&
      isBlankAt(text, at + 1)
    ) {
      inner.step = flowStep(text, line, start, at);
      start = at + 1;
    } else if ((character === '"' || character === "'") && empty) {
      const end = text.indexOf(character, at + 1);
      if (end === -1 || end >= to) break;
      at = end;
    } else if (character === '#' && isBlankAt(text, at - 1)) {
      return undefined;
    }
    empty = at + 1 === start || (empty && isBlankAt(text, at));
    at++;
  }
  const inner = open.at(-1);
  if (inner === undefined) return undefined;
  const word = Math.min(blanksEnd(text, start), to);
  const base = { onKey: false, onValue: false, inItem: inner.list, column: word, flow: true, start: word };
  if (inner.step !== undefined)
    return { ...base, steps: [...inner.steps, inner.step], onValue: true, inItem: false };
  const colon = flowColon(text, word);
  if (inner.list || colon === undefined) return { ...base, steps: inner.steps };
  return { ...base, steps: [...inner.steps, flowStep(text, line, word, colon)], onKey: true };
}

function flowStep(text: string, line: number, from: number, colon: number): PathStep {
  const start = blanksEnd(text, from);
  const written = text.slice(start, colon).trimEnd();
  const name = plainValue(written);
  return { name, range: lineRange(line, start, start + written.length), column: start };
}

/** The colon that makes a key of the word at `from`, if there is one before anything else begins. */
function flowColon(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === ':' && isBlankAt(text, at + 1)) return at;
    if (',{}[]'.includes(character)) return undefined;
  }
  return undefined;
}
