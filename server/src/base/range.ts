/**
 * Positions and ranges in text, as LSP counts them: zero-based lines, and characters in UTF-16 code units.
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#position
 */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A replacement of the text in `range`. Several edits of one file never overlap. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** A range on one line: the usual shape of a token. */
export function lineRange(line: number, startCharacter: number, endCharacter: number): Range {
  return { start: { line, character: startCharacter }, end: { line, character: endCharacter } };
}

/**
 * Moves a range down by whole lines. Parts of a document that are parsed alone (a mapping line, an entry of a
 * mirror set) keep ranges relative to their own first line, so that an edit above them costs nothing.
 */
export function shiftRange(range: Range, lines: number): Range {
  if (lines === 0) return range;
  return {
    start: { line: range.start.line + lines, character: range.start.character },
    end: { line: range.end.line + lines, character: range.end.character },
  };
}

export function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

/** True when `position` lies in `range` or at one of its ends, where a cursor still "touches" it. */
export function touches(range: Range, position: Position): boolean {
  return comparePositions(range.start, position) <= 0 && comparePositions(position, range.end) <= 0;
}

/** True when the ranges share at least one position, their ends included. */
export function intersects(a: Range, b: Range): boolean {
  return comparePositions(a.start, b.end) <= 0 && comparePositions(b.start, a.end) <= 0;
}

/** True when `inner` lies in `outer`, or is the same. */
export function containsRange(outer: Range, inner: Range): boolean {
  return comparePositions(outer.start, inner.start) <= 0 && comparePositions(inner.end, outer.end) <= 0;
}

export function sameRange(a: Range, b: Range): boolean {
  return comparePositions(a.start, b.start) === 0 && comparePositions(a.end, b.end) === 0;
}

/** A value in which every position from `line` on is `delta` lines further down, wherever it stands in it. */
export function movePositions<Value>(value: Value, line: number, delta: number): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (isPosition(value)) return value.line < line ? value : { ...value, line: value.line + delta };
  if (Array.isArray(value)) return value.map((item) => movePositions(item, line, delta)) as Value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, movePositions(item, line, delta)]),
  ) as Value;
}

/** Both numbers of a place in a text: whatever else is called `line` is none. */
function isPosition(value: object): value is Position {
  return 'line' in value && 'character' in value && typeof value.line === 'number';
}
