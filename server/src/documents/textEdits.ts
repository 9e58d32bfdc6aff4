import type { Position, TextEdit } from '../base/range.ts';
import { lineEndOf } from './lines.ts';

/**
 * Applies edits to a text. Nothing but the edited ranges changes: line ends, a byte order mark and everything
 * else stay to the byte; added line ends are of the kind that the text uses. Edits must not overlap.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const offsetOf = offsets(text);
  const lineEnd = lineEndOf(text);
  const placed = edits.map((edit, order) => ({
    start: offsetOf(edit.range.start),
    end: offsetOf(edit.range.end),
    newText: lineEnd === '\n' ? edit.newText : edit.newText.replaceAll('\n', lineEnd),
    order,
  }));
  placed.sort((a, b) => a.start - b.start || a.order - b.order);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, newText } of placed) {
    parts.push(text.slice(at, Math.max(start, at)), newText);
    at = Math.max(end, at);
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Positions to offsets, with the line ends of LSP. Positions count from after the byte order mark. */
function offsets(text: string): (position: Position) => number {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  const ends: number[] = [];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    ends.push(match.index);
    starts.push(match.index + match[0].length);
  }
  ends.push(text.length);
  return ({ line, character }) => {
    const start = starts[line];
    const end = ends[line];
    return start === undefined || end === undefined ? text.length : Math.min(start + character, end);
  };
}
