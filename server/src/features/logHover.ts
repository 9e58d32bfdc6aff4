import { bold, code, prose } from '../base/markdown.ts';
import { shortPath } from '../base/paths.ts';
import type { Position } from '../base/range.ts';
import { lineRange } from '../base/range.ts';
import { type Sentence, sentence, t } from '../base/sentences.ts';
import { paragraph } from '../base/words.ts';
import type { Lines } from '../documents/lines.ts';
import { headlineOf } from '../log/headline.ts';
import type { LogDocument } from '../log/logDocument.ts';
import type { LogSeverity } from '../log/pattern.ts';
import { problemsOf } from '../log/problems.ts';
import { explainTagOf } from '../workspace/digestTags.ts';
import { type NamedInMapping, placesNaming, withFiles } from '../workspace/logLinks.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { HoverResult } from './hover.ts';

/** An open log with its text. */
export interface OpenLog {
  readonly log: LogDocument;
  readonly lines: Lines;
}

/**
 * What happened in the line under the cursor, what to do about it, and what a tag in it stands for, as Markdown.
 *
 * @param version the version of the cluster, as `MAJOR.MINOR`, where it is known
 */
export function logHover(
  { log: alone, lines }: OpenLog,
  snapshot: Snapshot,
  { line }: Position,
  version?: string,
): HoverResult | undefined {
  if (!alone.isLog) return undefined;
  const log = withFiles(alone, { own: snapshot, near: snapshot, version });
  const text = lines[line] ?? '';
  const parts = log.lines
    .filter((explained) => explained.line === line)
    .flatMap(({ cause, fix }) => [prose(cause), ...remedy(fix)]);
  const images = new Set([
    ...log.lines.flatMap((explained) =>
      explained.line === line && explained.image !== undefined ? [explained.image] : [],
    ),
    ...wordsOf(text).filter((word) => log.digests.has(word)),
  ]);
  for (const image of images) parts.push(...aboutImage(image, log, snapshot));
  const start = text.length - text.trimStart().length;
  return parts.length === 0
    ? undefined
    : { range: lineRange(line, start, text.trimEnd().length), text: parts.join('\n\n') };
}

/** What to do, where anything is. */
function remedy(fix: string): string[] {
  return fix === t(nothingToDo) ? [] : [`${bold(t('What to do:'))} ${prose(fix)}`];
}

const nothingToDo = sentence('Nothing.');

/** A log line has few words; what is longer is no log. */
function wordsOf(text: string): string[] {
  return text.length > 4000 ? [] : text.split(/[\s,"']+/).map((word) => word.replace(/:$/, ''));
}

function aboutImage(
  image: string,
  log: LogDocument,
  snapshot: Snapshot,
  uriOf?: (path: string) => string,
): string[] {
  const meaning = explainTagOf(image, snapshot, log.digests.get(image));
  const tag = image.slice(image.lastIndexOf(':') + 1);
  const [place] = placesNaming(image, snapshot);
  return [
    ...(meaning === undefined
      ? []
      : [t('The tag {0} stands for {1}.', code(tag), code(meaning.pullSpec ?? meaning.digest))]),
    ...(place === undefined ? [] : [t('{0} copies it.', placeText(place, uriOf))]),
  ];
}

/** A line of a mapping.txt in words; a link where there is a way to make one. */
function placeText({ path, range }: NamedInMapping, uriOf?: (path: string) => string): string {
  const line = range.start.line + 1;
  const words = t('Line {0} of {1}', line, code(shortPath(path)));
  // Parentheses would end the target of the link.
  const target = uriOf?.(path).replaceAll('(', '%28').replaceAll(')', '%29');
  return target === undefined ? words : `[${words}](${target}#L${line})`;
}

/** More lines of one problem than this are counted. */
const mostLines = 20;

const headings: Readonly<Record<LogSeverity, Sentence>> = {
  error: sentence('Error: {0}'),
  warning: sentence('Warning: {0}'),
  information: sentence('Information: {0}'),
  hint: sentence('Hint: {0}'),
};

/** A whole log as a page of Markdown: the verdict, then each problem once. Undefined when nothing in it is known. */
export function logPage(
  alone: LogDocument,
  snapshot: Snapshot,
  uriOf: (path: string) => string,
  version?: string,
): string | undefined {
  if (alone.lines.length === 0 && !alone.isLog) return undefined;
  const log = withFiles(alone, { own: snapshot, near: snapshot, version });
  const problems = problemsOf(log.lines).map(({ severity, code: name, cause, fix, lines }) => {
    const shown = lines.slice(0, mostLines).flatMap(({ line, image }) => {
      const about = image === undefined ? [] : [code(image), ...aboutImage(image, log, snapshot, uriOf)];
      return about.length === 0
        ? t('- line {0}', line + 1)
        : t('- line {0}: {1}', line + 1, paragraph(about));
    });
    const left = lines.length - shown.length;
    return [
      `## ${t(headings[severity], code(name))}`,
      prose(cause),
      ...remedy(fix),
      [...shown, ...(left > 0 ? [t('- and {0} more', left)] : [])].join('\n'),
    ].join('\n\n');
  });
  const verdict = headlineOf(log);
  return `${[`# ${verdict[0]?.toUpperCase()}${prose(verdict.slice(1))}`, ...problems].join('\n\n')}\n`;
}
