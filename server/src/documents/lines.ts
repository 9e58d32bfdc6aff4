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

/** What some editors write before a text to say how it is encoded. It is no part of the text. */
export const byteOrderMark = '\uFEFF';

/** What a parser sees of a text: without its byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}

/** Splits at the line ends of LSP: `\n`, `\r\n` and `\r`. A text of n line ends has n + 1 lines. */
export function splitLines(text: string): string[] {
  // Nearly every text has one kind of line ends, and that is quicker to look for.
  return text.includes('\r') ? text.split(lineEnd) : text.split('\n');
}

/** The line end that most of a text uses, for text that is to be added to it. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  const first = text.indexOf('\n');
  return first > 0 && text.charAt(first - 1) === '\r' ? '\r\n' : '\n';
}

export function applyLineChange(lines: Lines, change: LineChange): string[] {
  return [...lines.slice(0, change.start), ...change.inserted, ...lines.slice(change.start + change.removed)];
}
