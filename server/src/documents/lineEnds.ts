import type { Position, Range } from '../base/range.ts';
import { byteOrderMark, type LineChange, splitLines } from './lines.ts';

/** How a line ends. The last line of a text ends in no way. */
const lineFeed = 1;
const carriageReturn = 2;
const both = 3;

const ends = { '\n': lineFeed, '\r': carriageReturn, '\r\n': both } as const;
const texts = ['', '\n', '\r', '\r\n'] as const;

/**
 * What lines do not tell of the text that they come from, and edits of it must know: how each line ends, because a CR
 * and an LF that an edit brings together are one line end and no longer two; and whether a byte order mark is before
 * the first line, which is no character of it. Immutable, as lines are.
 */
export class LineEnds {
  /** One less than there are lines. */
  readonly #ends: Uint8Array;
  readonly #marked: boolean;

  private constructor(ends: Uint8Array, marked: boolean) {
    this.#ends = ends;
    this.#marked = marked;
  }

  static of(text: string): LineEnds {
    return new LineEnds(endsOf(text), text.startsWith(byteOrderMark));
  }

  /**
   * A replacement of characters, as an editor reports it, as one of whole lines, and the line ends after it. Ranges
   * are read as LSP defines them: beyond the end of a line is its end, beyond the last line the end of the text; what
   * is no place in a text at all counts as the next one that is, and a range that runs backwards as the same range
   * forwards.
   * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#position
   * @param lineAt a line of the text before the change, by its number
   */
  change(
    lineAt: (line: number) => string,
    range: Range,
    newText: string,
  ): { readonly change: LineChange; readonly ends: LineEnds } {
    const last = this.#ends.length;
    const one = placeIn(lineAt, last, range.start);
    const other = placeIn(lineAt, last, range.end);
    const [start, end] = isAfter(one, other) ? [other, one] : [one, other];
    const before = lineAt(start.line).slice(0, start.character);
    const after = lineAt(end.line).slice(end.character);
    let text = before + newText + after + texts[(this.#ends[end.line] ?? 0) as 0 | 1 | 2 | 3];

    let marked = this.#marked;
    if (!marked && start.line === 0 && text.startsWith(byteOrderMark)) {
      marked = true;
      text = text.slice(1);
    }
    const kept = this.#ends.slice(0, start.line);
    if (text.startsWith('\n') && kept.at(-1) === carriageReturn) {
      kept[kept.length - 1] = both;
      text = text.slice(1);
    }
    const inserted = splitLines(text);
    // What ends the last of the changed lines begins no line that was not there.
    if (end.line < last) inserted.pop();
    const joined = joinEnds(kept, endsOf(text), this.#ends.subarray(end.line + 1));
    return {
      change: { start: start.line, removed: end.line - start.line + 1, inserted },
      ends: new LineEnds(joined, marked),
    };
  }
}

/** The next place that a text has. */
function placeIn(lineAt: (line: number) => string, last: number, { line, character }: Position): Position {
  const number = wholeNumber(line);
  if (number > last) return { line: last, character: lineAt(last).length };
  return { line: number, character: Math.min(wholeNumber(character), lineAt(number).length) };
}

/** Clients are programs, and some count wrongly: what is no number counts as 0, and nothing lies before 0. */
function wholeNumber(value: number): number {
  return value > 0 ? Math.floor(value) : 0;
}

function isAfter(a: Position, b: Position): boolean {
  return a.line > b.line || (a.line === b.line && a.character > b.character);
}

function endsOf(text: string): Uint8Array {
  const found = text.match(/\r\n|\n|\r/g) as (keyof typeof ends)[] | null;
  return found === null ? new Uint8Array() : Uint8Array.from(found, (end) => ends[end]);
}

function joinEnds(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
