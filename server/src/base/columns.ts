/**
 * How much room a text takes at a terminal: a Chinese character is as wide as two letters.
 * https://www.unicode.org/reports/tr11/
 */
import { eastAsianWidth } from 'get-east-asian-width';

/** The columns that a line takes. */
export function columnsOf(line: string): number {
  if (narrow.test(line)) return line.length;
  let columns = 0;
  for (const character of line) columns += columnsOfCharacter(character);
  return columns;
}

/** A text with blanks behind it, so that what follows begins at a column. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** The beginning of a line that fits into so many columns. */
export function fitting(line: string, columns: number): string {
  if (narrow.test(line)) return line.slice(0, columns);
  let left = columns;
  let end = 0;
  for (const character of line) {
    left -= columnsOfCharacter(character);
    if (left < 0) break;
    end += character.length;
  }
  return line.slice(0, end);
}

/** Most lines. */
const narrow = /^[ -~]*$/;

function columnsOfCharacter(character: string): number {
  return /\p{Mark}/u.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}
