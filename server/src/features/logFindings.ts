import type { Range } from '../base/range.ts';
import { lineRange } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import type { Lines } from '../documents/lines.ts';
import { withoutVersion } from '../log/catalogIndex.ts';
import type { LogDocument } from '../log/logDocument.ts';
import type { LogSeverity } from '../log/pattern.ts';
import { type NamedInMapping, placesNaming, withMapping } from '../workspace/logLinks.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** What a line of an open log means. */
export interface LogFinding {
  readonly range: Range;
  readonly code: string;
  readonly severity: LogSeverity;
  /** The cause; what to do about it is in the hover. */
  readonly message: string;
  /** The lines of mapping.txt that it is about. */
  readonly places: readonly NamedInMapping[];
}

/** Places in other files that a finding shows; the first is what most want. */
const mostPlaces = 3;

/**
 * The findings of a log, in its order; none for a text in which nothing is surely of a log. A line that says that all
 * is well is no finding: its hover tells it.
 */
export function logFindings(log: LogDocument, lines: Lines, snapshot: Snapshot): LogFinding[] {
  if (!log.isLog) return [];
  return withMapping(log, snapshot)
    .lines.filter(({ severity }) => severity !== 'hint')
    .map((line) => ({
      range: wholeLine(lines, line.line),
      code: line.code,
      severity: line.severity,
      message: line.cause,
      places: line.image === undefined ? [] : placesNaming(line.image, snapshot).slice(0, mostPlaces),
    }));
}

/** A line without the blanks round it. */
function wholeLine(lines: Lines, line: number): Range {
  const text = lines[line] ?? '';
  const start = text.length - text.trimStart().length;
  return lineRange(line, start, Math.max(start, text.trimEnd().length));
}

/** An image in a log that a mapping.txt has. */
export interface LogLink {
  readonly range: Range;
  readonly tooltip: string;
  readonly target: NamedInMapping;
}

/** Links from the images of explained lines to where mapping.txt has them. */
export function logLinks(log: LogDocument, lines: Lines, snapshot: Snapshot): LogLink[] {
  if (!log.isLog) return [];
  return log.lines.flatMap(({ line, image }) => {
    if (image === undefined) return [];
    const range = imageRange(lines[line] ?? '', line, image);
    const [target] = range === undefined ? [] : placesNaming(image, snapshot);
    return range === undefined || target === undefined
      ? []
      : [{ range, tooltip: t('Go to its line in mapping.txt'), target }];
  });
}

/** Where a line has the image; where repository and tag are words of their own, the repository. */
function imageRange(text: string, line: number, image: string): Range | undefined {
  for (const name of [image, withoutVersion(image)]) {
    const at = text.indexOf(name);
    if (at !== -1) return lineRange(line, at, at + name.length);
  }
  return undefined;
}
