import type { Range } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import type { FileFindings, PlacedFinding } from '../rules/analysis.ts';

/** VS Code shows no more findings of a file. */
const mostShown = 1_000;

export interface ShownFindings {
  /** The worst first, and of the same severity by place. */
  readonly findings: readonly PlacedFinding[];
  /** What is said in the first line of what is not shown; undefined where everything is. */
  readonly note: { readonly message: string; readonly range: Range } | undefined;
}

/** What an editor is sent of the findings of a file: at most a thousand, with a word of those that are left out. */
export function shownFindings(found: FileFindings): ShownFindings {
  const all = found.worst(mostShown);
  if (all.left.size === 0) return { findings: all.findings, note: undefined };
  const { findings, left } = found.worst(mostShown - 1);
  const start = { line: 0, character: 0 };
  return { findings, note: { message: messageOf(left), range: { start, end: start } } };
}

function messageOf(left: ReadonlyMap<string, number>): string {
  const counts = [...left].sort(([, a], [, b]) => b - a);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const rules = inRow(counts.map(([code, count]) => `${code} (${count})`));
  return total === 1
    ? t('1 more finding of this file is not shown: {0}. operator-mirror check lists all', rules)
    : t('{0} more findings of this file are not shown: {1}. operator-mirror check lists all', total, rules);
}
