import type { Range } from '../base/range.ts';

/**
 * Text as lines without their ends. Line ends are kept by whoever owns the text (the editor, or the file on
 * disk); inside, an edit is a replacement of whole lines, which costs the edit and not the file.
 */
export type Lines = readonly string[];

/** `removed` lines from `start` on are replaced by `inserted`. */
export interface LineChange {
  readonly start: number;
  readonly removed: number;
  readonly inserted: Lines;
}

const lineEnd = /\r\n|\n|\r/;

/** Splits at the line ends of LSP: `\n`, `\r\n` and `\r`. A text of n line ends has n + 1 lines. */
export function splitLines(text: string): string[] {
  return text.split(lineEnd);
}

/** The line end that most of a text uses, for text that is to be added to it. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  const first = text.indexOf('\n');
  return first > 0 && text.charAt(first - 1) === '\r' ? '\r\n' : '\n';
}

/** Turns a replacement of characters, as an editor reports it, into one of whole lines. */
export function toLineChange(lines: Lines, range: Range, newText: string): LineChange {
  const last = Math.max(lines.length - 1, 0);
  const start = Math.min(range.start.line, last);
  const end = Math.min(range.end.line, last);
  const before = (lines[start] ?? '').slice(0, range.start.character);
  const after = (lines[end] ?? '').slice(range.end.character);
  return { start, removed: end - start + 1, inserted: splitLines(before + newText + after) };
}

export function applyLineChange(lines: Lines, change: LineChange): string[] {
  return [...lines.slice(0, change.start), ...change.inserted, ...lines.slice(change.start + change.removed)];
}
