import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { comparePositions, type Position, type Range } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { OpenLog } from '../features/logHover.ts';

/** A file of the workspace, or an open log. */
type PlacedText = WorkspaceFile | OpenLog;

/**
 * A place as a client says it, as one that the file has: features look for nothing beyond a text, however large,
 * negative or unheard-of the numbers are. A character behind its line means the line's end, and a line behind the last
 * one stands for the place below the text, where nothing is.
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#position
 */
export function placeIn(text: PlacedText | undefined, asked: Position): Position {
  if (typeof asked !== 'object' || asked === null) {
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      t('position is missing: it is an object of line and character'),
    );
  }
  const line = wholeNumber(asked.line, lineCount(text));
  return { line, character: wholeNumber(asked.character, lineOf(text, line)?.length ?? 0) };
}

/** `placeIn` for both ends of a range, of which the first comes first. */
export function rangeIn(text: PlacedText | undefined, asked: Range): Range {
  if (typeof asked !== 'object' || asked === null) {
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      t('range is missing: it is an object of start and end'),
    );
  }
  const [start, end] = [placeIn(text, asked.start), placeIn(text, asked.end)];
  return comparePositions(start, end) <= 0 ? { start, end } : { start: end, end: start };
}

/** Zero for what is no number or below it. */
function wholeNumber(value: number, most: number): number {
  return value > 0 ? Math.min(Math.floor(value), most) : 0;
}

function lineCount(text: PlacedText | undefined): number {
  if (text === undefined) return 0;
  if ('lines' in text) return text.lines.length;
  const { content } = text;
  return content.type === 'mapping' ? content.mapping.lines.length : content.yaml.lines.length;
}

function lineOf(text: PlacedText | undefined, line: number): string | undefined {
  if (text === undefined) return undefined;
  if ('lines' in text) return text.lines[line];
  const { content } = text;
  return content.type === 'mapping' ? content.mapping.lines.at(line)?.text : content.yaml.lines[line];
}
