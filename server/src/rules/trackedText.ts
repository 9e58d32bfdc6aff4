import type { Position, TextEdit } from '../base/range.ts';
import { type Lines, splitLines } from '../documents/lines.ts';

/** A text after some edits, which knows of each line if it is one of the text before all of them. */
export interface TrackedText {
  readonly before: Lines;
  readonly lines: Lines;
  /** For each line, its number in `before`; -1 for a line that was touched. Lines keep their order. */
  readonly origins: readonly number[];
}

/** A text that nothing has been done to yet. */
export function tracked(lines: Lines): TrackedText {
  return { before: lines, lines, origins: lines.map((_line, at) => at) };
}

/** The text after more edits, which count by its lines of now, stand in the order of the text and do not overlap. */
export function withEdits(text: TrackedText, edits: readonly TextEdit[]): TrackedText {
  const lines: string[] = [];
  const origins: number[] = [];
  let copied = 0;
  const copyTo = (end: number) => {
    for (; copied < end; copied++) {
      lines.push(text.lines[copied] ?? '');
      origins.push(text.origins[copied] ?? -1);
    }
  };
  let open: { content: string; readonly end: Position } | undefined;
  const close = () => {
    if (open === undefined) return;
    const rest = (text.lines[open.end.line] ?? '').slice(open.end.character);
    for (const line of splitLines(open.content + rest)) {
      lines.push(line);
      origins.push(-1);
    }
    copied = open.end.line + 1;
    open = undefined;
  };
  for (const { range, newText } of edits) {
    const start = inside(text.lines, range.start);
    const end = inside(text.lines, range.end);
    let content: string;
    if (open !== undefined && open.end.line === start.line) {
      content = open.content + (text.lines[start.line] ?? '').slice(open.end.character, start.character);
    } else {
      close();
      copyTo(start.line);
      content = (text.lines[start.line] ?? '').slice(0, start.character);
    }
    open = { content: content + newText, end: end };
  }
  close();
  copyTo(text.lines.length);
  return { before: text.before, lines, origins };
}

/** What lies behind the end of a text means its end. */
function inside(lines: Lines, position: Position): Position {
  const last = lines.length - 1;
  return position.line > last ? { line: last, character: lines[last]?.length ?? 0 } : position;
}

/**
 * The edits that make the text of now from the text before all edits, in its order: as little as a comparison line by
 * line can tell. What is left of a line's end stays what it is.
 */
export function editsSince({ before, lines, origins }: TrackedText): TextEdit[] {
  const edits: TextEdit[] = [];
  let was = 0;
  let now = 0;
  while (was < before.length || now < lines.length) {
    if (now < lines.length && origins[now] === was) {
      was++;
      now++;
      continue;
    }
    let next = now;
    while (next < lines.length && (origins[next] ?? -1) < 0) next++;
    const end = next < lines.length ? (origins[next] ?? before.length) : before.length;
    for (const edit of hunk(before, was, end, lines.slice(now, next))) edits.push(edit);
    was = end;
    now = next;
  }
  return edits;
}

/** Replaces the lines from `start` up to `end`. */
function hunk(before: Lines, start: number, end: number, replacement: Lines): TextEdit[] {
  let from = start;
  let to = end;
  let first = 0;
  let last = replacement.length;
  while (from < to && first < last && before[from] === replacement[first]) {
    from++;
    first++;
  }
  while (from < to && first < last && before[to - 1] === replacement[last - 1]) {
    to--;
    last--;
  }
  if (from === to) return first === last ? [] : [insertion(before, from, replacement.slice(first, last))];
  if (first === last) return [removal(before, from, to)];
  // One line for one, and what is left over with the last of them: so the ends of lines stay.
  const pairs = Math.min(to - from, last - first) - 1;
  const edits: TextEdit[] = [];
  for (let at = 0; at < pairs; at++) {
    edits.push(...replaced(before, from + at, from + at, replacement[first + at] ?? ''));
  }
  edits.push(...replaced(before, from + pairs, to - 1, replacement.slice(first + pairs, last).join('\n')));
  return edits;
}

function insertion(before: Lines, at: number, lines: Lines): TextEdit {
  const text = lines.join('\n');
  const place = at === 0 ? { line: 0, character: 0 } : endOf(before, at - 1);
  return { range: { start: place, end: place }, newText: at === 0 ? `${text}\n` : `\n${text}` };
}

function removal(before: Lines, start: number, end: number): TextEdit {
  const range =
    start === 0
      ? { start: { line: 0, character: 0 }, end: { line: end, character: 0 } }
      : { start: endOf(before, start - 1), end: endOf(before, end - 1) };
  return { range, newText: '' };
}

/** Two lines or more against a text; what both begin and end with is left alone. */
function replaced(before: Lines, first: number, last: number, text: string): TextEdit[] {
  const old = before.slice(first, last + 1);
  if (old.length === 1 && old[0] === text) return [];
  const head = old[0] ?? '';
  const tail = old.at(-1) ?? '';
  const longest = Math.min(head.length, text.length);
  let start = 0;
  while (start < longest && head.charCodeAt(start) === text.charCodeAt(start)) start++;
  if (splitsCharacter(head, start) || splitsCharacter(text, start)) start--;
  // In one line, the beginning and the end must not share a character.
  const most = Math.min(tail.length - (old.length === 1 ? start : 0), text.length - start);
  let end = 0;
  while (end < most && tail.charCodeAt(tail.length - 1 - end) === text.charCodeAt(text.length - 1 - end))
    end++;
  if (splitsCharacter(tail, tail.length - end) || splitsCharacter(text, text.length - end)) end--;
  const range = {
    start: { line: first, character: start },
    end: { line: last, character: tail.length - end },
  };
  return [{ range, newText: text.slice(start, text.length - end) }];
}

/** True between the two halves of a character outside the Basic Multilingual Plane. */
function splitsCharacter(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

function endOf(lines: Lines, line: number): Position {
  return { line, character: lines[line]?.length ?? 0 };
}
