import { containsRange, type Position, type Range, shiftRange, type TextEdit } from '../base/range.ts';
import type { Lines } from './lines.ts';
import { entryLine, type MirrorEntry, type MirrorSet } from './mirrorSet.ts';
import { replaceScalar, scalarText, type YamlScalar } from './yamlNode.ts';

/** Edits of whole entries, in the line count of the file. */

/**
 * Gives an entry another source, or several: then the entry is repeated, mirrors and all, once for each.
 * Undefined where the entry is not written in one place, so that no edit of it alone is right.
 */
export function replaceSource(
  set: MirrorSet,
  index: number,
  sources: readonly string[],
  lines: Lines,
): TextEdit[] | undefined {
  const place = entryAt(set, index);
  const [first, ...others] = sources;
  if (place === undefined || first === undefined) return undefined;
  const { entry, line, range } = place;
  if (entry.source === undefined) return undefined;
  const source = moved(entry.source, line);
  if (!containsRange(range, source.range)) return undefined;
  if (others.length === 0) return [replaceScalar(source, first)];

  const prefix = copyPrefix(set, range.start, lines);
  if (prefix === undefined) return undefined;
  const before = textIn({ start: range.start, end: source.range.start }, lines);
  const after = textIn({ start: source.range.end, end: range.end }, lines);
  const copy = (value: string) => `${before}${scalarText(value, source.quote)}${after}`;
  // In a block list a comment behind the entry stays with it.
  const end = set.entryIndent === undefined ? range.end : endOfLine(range.end.line, lines);
  const comment = textIn({ start: range.end, end }, lines);
  const copies = others.map((other) => `${prefix}${copy(other)}`);
  // One edit of the whole entry, so that another fix cannot change what is copied at the same time.
  return [{ range: { start: range.start, end }, newText: `${copy(first)}${comment}${copies.join('')}` }];
}

interface EntryAt {
  readonly entry: MirrorEntry;
  readonly line: number;
  /** From the entry's first character to the end of its last value, in the line count of the file. */
  readonly range: Range;
}

function entryAt(set: MirrorSet, index: number): EntryAt | undefined {
  const entry = set.entries.at(index);
  const line = entryLine(set, index);
  if (entry === undefined || line === undefined) return undefined;
  return { entry, line, range: shiftRange(entry.range, line) };
}

/** What stands between an entry and a copy of it. */
function copyPrefix(set: MirrorSet, start: Position, lines: Lines): string | undefined {
  const indent = set.entryIndent;
  if (indent === undefined) return ', ';
  const before = (lines[start.line] ?? '').slice(0, start.character);
  const dash = `${' '.repeat(indent)}-`;
  if (before.startsWith(dash) && isBlank(before.slice(dash.length))) return `\n${before}`;
  // The dash stands alone on a line above.
  return isBlank(before) ? `\n${dash}\n${before}` : undefined;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function textIn(range: Range, lines: Lines): string {
  const { start, end } = range;
  if (start.line === end.line) return (lines[start.line] ?? '').slice(start.character, end.character);
  const middle = lines.slice(start.line + 1, end.line);
  return [
    (lines[start.line] ?? '').slice(start.character),
    ...middle,
    (lines[end.line] ?? '').slice(0, end.character),
  ].join('\n');
}

function endOfLine(line: number, lines: Lines): Position {
  return { line, character: lines[line]?.length ?? 0 };
}

/** An entry's scalar in the line count of the file. */
export function moved(scalar: YamlScalar, line: number): YamlScalar {
  return { ...scalar, range: shiftRange(scalar.range, line) };
}

/**
 * Takes an entry out of a block list, with its lines. Undefined where that would take more than the entry: in a
 * flow list, or with a comment among its lines.
 */
export function removeEntry(set: MirrorSet, index: number, lines: Lines): TextEdit | undefined {
  const place = entryAt(set, index);
  if (place === undefined || set.entryIndent === undefined) return undefined;
  const start = firstLine(set.entryIndent, place.range.start, lines);
  const { end } = place.range;
  if (start === undefined || !isBlank((lines[end.line] ?? '').slice(end.character))) return undefined;
  if (lines.slice(start, end.line + 1).some((line) => line.includes('#'))) return undefined;
  // The last lines of a text that does not end with a line end take the line end before them along.
  const range =
    end.line + 1 < lines.length
      ? { start: { line: start, character: 0 }, end: { line: end.line + 1, character: 0 } }
      : { start: endOfLine(start - 1, lines), end: endOfLine(end.line, lines) };
  return { range, newText: '' };
}

/** The line of an entry's dash, when nothing else stands there. */
function firstLine(indent: number, start: Position, lines: Lines): number | undefined {
  const dash = `${' '.repeat(indent)}-`;
  const before = (lines[start.line] ?? '').slice(0, start.character);
  if (before.startsWith(dash)) return isBlank(before.slice(dash.length)) ? start.line : undefined;
  return isBlank(before) && lines[start.line - 1]?.trimEnd() === dash ? start.line - 1 : undefined;
}

/** Appends mirrors to an entry's list, in the style that the list has. */
export function appendMirrors(
  set: MirrorSet,
  index: number,
  mirrors: readonly string[],
  lines: Lines,
): TextEdit[] | undefined {
  if (mirrors.length === 0) return [];
  const place = entryAt(set, index);
  const last = place?.entry.mirrors.at(-1);
  if (place === undefined || last === undefined) return undefined;
  const { range, quote } = moved(last, place.line);
  if (!containsRange(place.range, range)) return undefined;
  const values = mirrors.map((mirror) => scalarText(mirror, quote === 'block' ? '' : quote));
  const indent = place.entry.mirrorsIndent;
  const at = indent === undefined ? range.end : endOfLine(range.end.line, lines);
  const separator = indent === undefined ? ', ' : `\n${' '.repeat(indent)}- `;
  return [{ range: { start: at, end: at }, newText: values.map((value) => `${separator}${value}`).join('') }];
}
