/** What a line of block-style YAML says by itself, half typed or not; `yamlPath` puts lines together. */

/** One line, taken apart. */
export interface BlockLine {
  /** The columns of the dashes before the content. */
  readonly dashes: readonly number[];
  /** Where the content begins, behind the dashes; the length of the line when there is none. */
  readonly column: number;
  /** The key before a colon; undefined for lines that are a value, or nothing yet. */
  readonly key: BlockKey | undefined;
  /** Where the value begins: behind the colon and blanks, else at the content. */
  readonly valueStart: number;
}

export interface BlockKey {
  readonly name: string;
  /** The key as written, quotes included, without the colon. */
  readonly start: number;
  readonly end: number;
}

/** Takes a line apart; undefined for blank lines, comments and the markers between documents. */
export function blockLine(text: string): BlockLine | undefined {
  if (isMarker(text)) return undefined;
  const dashes: number[] = [];
  let column = blanksEnd(text, 0);
  while (text.charAt(column) === '-' && isBlankAt(text, column + 1)) {
    dashes.push(column);
    column = blanksEnd(text, column + 1);
  }
  if ((column >= text.length && dashes.length === 0) || text.charAt(column) === '#') return undefined;
  const key = keyAt(text, column);
  const valueStart = key === undefined ? column : blanksEnd(text, text.indexOf(':', key.end) + 1);
  return { dashes, column, key, valueStart };
}

/** True for the lines that end a document or begin one. */
export function isMarker(text: string): boolean {
  return (text.startsWith('---') || text.startsWith('...')) && isBlankAt(text, 3);
}

/** True when a place on a line is in a comment. */
export function inComment(text: string, at: number): boolean {
  return commentStart(text) < at;
}

/** Where the comment of a line begins; infinity where there is none. */
export function commentStart(text: string): number {
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if ((character === '"' || character === "'") && startsWord(text, index)) quote = character;
    else if (character === '#' && (index === 0 || isBlankAt(text, index - 1))) return index;
  }
  return Number.POSITIVE_INFINITY;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || isBlankAt(text, at - 1) || '[{,'.includes(text.charAt(at - 1));
}

/** The value behind a key on its line, without quotes and comment; empty where it stands on lines of its own. */
export function valueOn(text: string): string {
  const line = blockLine(text);
  return line === undefined ? '' : plainValue(text.slice(line.valueStart));
}

/** A scalar on one line as the value that it stands for: quotes and a comment behind it are taken off. */
export function plainValue(text: string): string {
  const quote = text.charAt(0);
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1);
    return text.slice(1, end === -1 ? text.length : end);
  }
  const comment = text.search(/(?:^|[ \t])#/);
  return (comment === -1 ? text : text.slice(0, comment)).trim();
}

/** The key at the start of a content: a word or a quoted text, a colon, and a blank or nothing. */
function keyAt(text: string, start: number): BlockKey | undefined {
  const quote = text.charAt(start);
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, start + 1);
    if (end === -1) return undefined;
    const colon = blanksEnd(text, end + 1);
    if (text.charAt(colon) !== ':') return undefined;
    return { name: text.slice(start + 1, end), start, end: end + 1 };
  }
  if ('{[|>&*!%@`#'.includes(quote) && quote !== '') return undefined;
  for (let colon = text.indexOf(':', start); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    if (!isBlankAt(text, colon + 1)) continue;
    const name = text.slice(start, colon).trimEnd();
    return name === '' || name.includes(' #') ? undefined : { name, start, end: start + name.length };
  }
  return undefined;
}

/** Where the blanks that begin at an offset end. */
export function blanksEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlankAt(text, at)) at++;
  return at;
}

/** True for a blank, and for the end of the line. */
export function isBlankAt(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === ' ' || character === '\t' || character === '' || character === '\r';
}
