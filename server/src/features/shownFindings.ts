import type { Range } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import type { FileFindings, ShownFinding } from '../rules/analysis.ts';

/** VS Code shows no more findings of a file. */
const mostShown = 1_000;

export interface ShownFindings {
  /** The worst first, and of the same severity by place. */
  readonly findings: readonly ShownFinding[];
  /** What is said in the first line of what is not shown; undefined where everything is. */
  readonly note: { readonly message: string; readonly range: Range } | undefined;
}

/** What an editor is sent of the findings of a file: at most a thousand, with a word of those that are left out. */
export function shownFindings(found: FileFindings): ShownFindings {
  const { findings, left } = found.worst(mostShown);
  if (left.size === 0) return { findings, note: undefined };
  // The last one makes room for the note.
  const code = findings.at(-1)?.code ?? '';
  const message = messageOf(new Map([...left, [code, (left.get(code) ?? 0) + 1]]));
  const start = { line: 0, character: 0 };
  return { findings: findings.slice(0, -1), note: { message, range: { start, end: start } } };
}

function messageOf(left: ReadonlyMap<string, number>): string {
  const counts = [...left].sort(([, a], [, b]) => b - a);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const rules = inRow(counts.map(([code, count]) => `${code} (${count})`));
  return total === 1
    ? t('1 more finding of this file is not shown: {0}. operator-mirror check lists all', rules)
    : t('{0} more findings of this file are not shown: {1}. operator-mirror check lists all', total, rules);
}
