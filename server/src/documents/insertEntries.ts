import { shiftRange, type TextEdit } from '../base/range.ts';
import type { Lines } from './lines.ts';
import { entryLine, type MirrorEntry, type MirrorSet } from './mirrorSet.ts';
import { scalarText } from './yamlNode.ts';

/** A source with its mirrors, to be written. */
export interface NewEntry {
  readonly source: string;
  readonly mirrors: readonly string[];
}

/**
 * Writes entries behind one of a set, in the style that it has: indents, quotes, flow or block, and which key comes
 * first. In the line count of the file. Undefined where the list is written in a way that has no such place.
 *
 * @param index the entry to stand behind, the last one when left out
 */
export function insertEntries(
  set: MirrorSet,
  entries: readonly NewEntry[],
  lines: Lines,
  index = set.entries.length - 1,
): TextEdit | undefined {
  const like = set.entries.at(index);
  const line = entryLine(set, index);
  if (like === undefined || line === undefined || like.source === undefined) return undefined;
  const { start, end } = shiftRange(like.range, line);
  const text = lines[start.line] ?? '';
  const isFlow = text.charAt(start.character) === '{';
  if (set.entryIndent === undefined) {
    if (!isFlow) return undefined;
    const quoted = keysAreQuoted(like, line, lines);
    const before = text.slice(0, start.character);
    const apart = before.trim() === '' ? `,\n${before}` : ', ';
    const newText = entries.map((entry) => `${apart}${flowEntry(entry, like, quoted)}`).join('');
    return { range: { start: end, end }, newText };
  }
  const before = text.slice(0, start.character);
  // The dash may stand alone on the line above; new entries then have it beside their first key.
  const dash = before.trim() === '-' ? before : `${' '.repeat(set.entryIndent)}- `;
  if (before.trim() !== '' && before.trim() !== '-') return undefined;
  const render = (entry: NewEntry) =>
    isFlow
      ? `${dash}${flowEntry(entry, like, keysAreQuoted(like, line, lines))}`
      : blockEntry(entry, like, dash, start.character);
  const at = { line: end.line, character: lines[end.line]?.length ?? 0 };
  return {
    range: { start: at, end: at },
    newText: entries.map((entry) => `\n${render(entry)}`).join(''),
  };
}

function blockEntry({ source, mirrors }: NewEntry, like: MirrorEntry, dash: string, column: number): string {
  const values = mirrors.map((mirror) => mirrorText(mirror, like));
  // Keys stand below the first one, and a list without dashes on lines of its own is written as the other was.
  const keys = ' '.repeat(dash.length);
  const indent = like.mirrorsIndent === undefined ? 0 : like.mirrorsIndent - column;
  const items = values.map((value) => `\n${keys}${' '.repeat(Math.max(indent, 0))}- ${value}`).join('');
  const isInline = like.mirrors.length > 0 && like.mirrorsIndent === undefined;
  const list = isInline ? `mirrors: [${values.join(', ')}]` : `mirrors:${items}`;
  const name = `source: ${sourceText(source, like)}`;
  const parts = sourceIsFirst(like) ? [name, list] : [list, name];
  return `${dash}${parts.join(`\n${keys}`)}`;
}

/** `quoted`: as JSON, where keys and values have quotes. */
function flowEntry({ source, mirrors }: NewEntry, like: MirrorEntry, quoted: boolean): string {
  const key = (name: string) => (quoted ? JSON.stringify(name) : name);
  const text = (value: string, written: string) => (quoted ? JSON.stringify(value) : written);
  const values = mirrors.map((mirror) => text(mirror, mirrorText(mirror, like)));
  const list = `${key('mirrors')}: [${values.join(', ')}]`;
  const name = `${key('source')}: ${text(source, sourceText(source, like))}`;
  return `{${(sourceIsFirst(like) ? [name, list] : [list, name]).join(', ')}}`;
}

/** True where the key before an entry's source stands in double quotes, as all keys of JSON do. */
function keysAreQuoted({ source }: MirrorEntry, line: number, lines: Lines): boolean {
  if (source === undefined) return false;
  const { start } = source.range;
  return /"\s*:\s*$/.test((lines[line + start.line] ?? '').slice(0, start.character));
}

function sourceIsFirst({ source, mirrors }: MirrorEntry): boolean {
  const [first] = mirrors;
  if (source === undefined || first === undefined) return false;
  const a = source.range.start;
  const b = first.range.start;
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function sourceText(source: string, { source: like }: MirrorEntry): string {
  return scalarText(source, like === undefined || like.quote === 'block' ? '' : like.quote);
}

function mirrorText(mirror: string, { mirrors: [like] }: MirrorEntry): string {
  return scalarText(mirror, like === undefined || like.quote === 'block' ? '' : like.quote);
}
