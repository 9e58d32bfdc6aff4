import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineEnds } from '../../../server/src/documents/lineEnds.ts';
import { applyLineChange, type Lines, splitLines, withoutMark } from '../../../server/src/documents/lines.ts';
import {
  anyText,
  editedText,
  fuzz,
  mappingText,
  type OddEdit,
  oddEdits,
  yamlText,
} from '../../support/texts.ts';

/** The lines of a text after edits, which were told one after the other. */
function edited(text: string, edits: readonly OddEdit[]): Lines {
  let lines: Lines = splitLines(withoutMark(text));
  let ends = LineEnds.of(text);
  for (const { range, text: newText } of edits) {
    const result = ends.change((line) => lines[line] ?? '', range, newText);
    lines = applyLineChange(lines, result.change);
    ends = result.ends;
  }
  return lines;
}

function at(startLine: number, startCharacter: number, endLine: number, endCharacter: number, text: string) {
  const start = { line: startLine, character: startCharacter };
  return { range: { start, end: { line: endLine, character: endCharacter } }, text };
}

const mark = '\uFEFF';

describe('lines after edits', () => {
  it.each<[string, string, OddEdit[], string[]]>([
    ['a line feed behind a carriage return', 'a\rb', [at(1, 0, 1, 0, '\n')], ['a', 'b']],
    ['a carriage return before a line feed', 'a\nb', [at(0, 1, 0, 1, '\r')], ['a', 'b']],
    ['what stood between them is deleted', 'a\rx\nb', [at(1, 0, 1, 1, '')], ['a', 'b']],
    ['lines between them are deleted', 'a\rx\ny\nb', [at(1, 0, 2, 1, '')], ['a', 'b']],
    ['text comes between them again', 'a\rx\nb', [at(1, 0, 1, 1, ''), at(0, 1, 0, 1, '\r')], ['a', '', 'b']],
    ['both seams at once', 'a\rx\nb', [at(1, 0, 1, 1, '\n\r')], ['a', '', 'b']],
    ['a carriage return before both', 'a\r\nb', [at(0, 1, 0, 1, '\r')], ['a', '', 'b']],
    ['beyond the end of a line', 'ab\ncd', [at(0, 99, 0, 999, 'X')], ['abX', 'cd']],
    ['beyond the last line', 'ab\ncd', [at(7, 0, 9, 3, 'X')], ['ab', 'cdX']],
    ['from within to beyond the last line', 'ab\ncd\n', [at(1, 1, 3, 0, 'X')], ['ab', 'cX']],
    ['backwards', 'ab\ncd', [at(1, 1, 0, 1, 'X')], ['aXd']],
    ['before the text', 'ab', [at(-1, -7, 0, 1, 'X')], ['Xb']],
    ['no numbers', 'ab', [at(Number.NaN, 0.5, 0, 1.9, 'X')], ['Xb']],
    ['in an empty text', '', [at(0, 0, 0, 0, '\r\n')], ['', '']],
    ['the first line of a text with a mark', `${mark}ab\nc`, [at(0, 1, 0, 2, 'X')], ['aX', 'c']],
    ['all of a text with a mark', `${mark}ab\nc`, [at(0, 0, 9, 0, 'X')], ['X']],
    ['a mark before the text', 'ab', [at(0, 0, 0, 0, mark)], ['ab']],
    ['a second mark', `${mark}ab`, [at(0, 0, 0, 0, mark)], [`${mark}ab`]],
    ['what stood before a mark is deleted', `x${mark}ab`, [at(0, 0, 0, 1, '')], ['ab']],
    ['within a surrogate pair', 'a\ud83d\ude00b', [at(0, 2, 0, 2, 'X')], ['a\ud83dX\ude00b']],
  ])('are those of the text: %s', (_what, text, edits, expected) => {
    expect(edited(text, edits)).toEqual(expected);
    expect(splitLines(withoutMark(edits.reduce(editedText, text)))).toEqual(expected);
  });

  it('are those of the text, wherever the edits are', () => {
    const pieces = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', 'bc', '\ud83d\ude00', mark), {
      maxLength: 12,
    });
    const text = fc.oneof(
      pieces.map((parts) => parts.join('')),
      anyText(20),
      mappingText(),
      yamlText(),
    );
    fc.assert(
      fc.property(text, oddEdits(12), (begin, edits) => {
        expect(edited(begin, edits)).toEqual(splitLines(withoutMark(edits.reduce(editedText, begin))));
      }),
      fuzz(3000),
    );
  });
});
