import { type Range, shiftRange, type TextEdit } from '../../base/range.ts';
import type { Lines } from '../../documents/lines.ts';
import type { MirrorEntry, MirrorSet } from '../../documents/mirrorSet.ts';
import { replaceScalar, scalarText, type YamlScalar } from '../../documents/yamlNode.ts';

/** Edits of whole entries, in the line count of the file. */

/** Gives an entry another source, or several: then the entry is repeated, mirrors and all, once for each. */
export function replaceSource(
  set: MirrorSet,
  index: number,
  sources: readonly string[],
  lines: Lines,
): TextEdit[] {
  const entry = set.entries[index];
  const line = set.entryLines[index];
  const [first, ...others] = sources;
  if (entry?.source === undefined || line === undefined || first === undefined) return [];
  const source = moved(entry.source, line);
  const copies = others.map((other) => copyEntry(set, entry, line, source, other, lines));
  const { end } = entryRange(entry, line);
  const block = set.entryIndent !== undefined;
  const at = block ? { line: end.line, character: lines[end.line]?.length ?? 0 } : end;
  const edits = [replaceScalar(source, first)];
  if (copies.length > 0) edits.push({ range: { start: at, end: at }, newText: copies.join('') });
  return edits;
}

function copyEntry(
  set: MirrorSet,
  entry: MirrorEntry,
  line: number,
  source: YamlScalar,
  value: string,
  lines: Lines,
): string {
  const range = entryRange(entry, line);
  const copied = scalarText(value, source.quote);
  const before = { start: range.start, end: source.range.start };
  const after = { start: source.range.end, end: range.end };
  const text = `${textIn(before, lines)}${copied}${textIn(after, lines)}`;
  return set.entryIndent === undefined ? `, ${text}` : `\n${' '.repeat(set.entryIndent)}- ${text}`;
}

/** From the entry's first character to the end of its last value; a block's own end is the next line's start. */
function entryRange(entry: MirrorEntry, line: number): Range {
  const ends = [entry.source, ...entry.mirrors, entry.policy].flatMap((scalar) =>
    scalar === undefined ? [] : [scalar.range.end],
  );
  const last = ends.reduce(
    (a, b) => (a.line > b.line || (a.line === b.line && a.character > b.character) ? a : b),
    entry.range.start,
  );
  const { end } = entry.range;
  const usesBlock = end.character === 0 || end.line > last.line;
  return shiftRange({ start: entry.range.start, end: usesBlock ? last : end }, line);
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

/** An entry's scalar in the line count of the file. */
export function moved(scalar: YamlScalar, line: number): YamlScalar {
  return { ...scalar, range: shiftRange(scalar.range, line) };
}

/**
 * The lines of an entry in a block list and nothing else, for taking it out. Undefined where that would take
 * more than the entry: in a flow list, or with a comment among its lines.
 */
export function removableLines(
  set: MirrorSet,
  index: number,
  lines: Lines,
): { start: number; end: number } | undefined {
  const entry = set.entries[index];
  const start = set.entryLines[index];
  if (set.entryIndent === undefined || entry === undefined || start === undefined) return undefined;
  const end = entryRange(entry, start).end.line + 1;
  return lines.slice(start, end).some((line) => line.includes('#')) ? undefined : { start, end };
}

/** Appends mirrors to an entry's list, in the style that the list has. */
export function appendMirrors(
  set: MirrorSet,
  index: number,
  mirrors: readonly string[],
  lines: Lines,
): TextEdit[] | undefined {
  const last = set.entries[index]?.mirrors.at(-1);
  const line = set.entryLines[index];
  if (mirrors.length === 0) return [];
  if (last === undefined || line === undefined) return undefined;
  const { range } = moved(last, line);
  const before = (lines[range.start.line] ?? '').slice(0, range.start.character);
  const values = mirrors.map((mirror) => scalarText(mirror, last.quote === 'block' ? '' : last.quote));
  const dash = /^( *)(?:- +)*- +$/.exec(before);
  if (dash === null)
    return [
      { range: { start: range.end, end: range.end }, newText: values.map((value) => `, ${value}`).join('') },
    ];
  const indent = ' '.repeat(before.lastIndexOf('-'));
  const at = { line: range.end.line, character: lines[range.end.line]?.length ?? 0 };
  return [
    { range: { start: at, end: at }, newText: values.map((value) => `\n${indent}- ${value}`).join('') },
  ];
}
