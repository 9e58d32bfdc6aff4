import { comparePositions, sameRange, type TextEdit } from '../base/range.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { type AnalysisContext, analyze, certainFixesOf } from './analysis.ts';

/** The certain fixes of a file that can be made at once. */
export interface CertainFixes {
  /** In the order of the text, apart from each other. */
  readonly edits: readonly TextEdit[];
  /** The rules of the findings that they repair, one for each. */
  readonly codes: readonly string[];
}

/**
 * Every certain fix in a file that can be made at once. A fix that would touch what another one changes is left for the
 * next round: `fixFolder` makes all rounds.
 */
export function certainFixes(file: WorkspaceFile, context: AnalysisContext): CertainFixes {
  const accepted = new EditSet();
  const codes: string[] = [];
  for (const finding of analyze(file, context)) {
    const [fix] = certainFixesOf(finding, file, context);
    if (fix !== undefined && accepted.add(fix.edits())) codes.push(finding.code);
  }
  return { edits: accepted.edits, codes };
}

/** Edits in the order of the text that do not touch each other. */
class EditSet {
  readonly edits: TextEdit[] = [];

  /** Takes all of a fix's edits or, when one of them meets an edit that is there, none and says so. */
  add(edits: readonly TextEdit[]): boolean {
    if (edits.length === 0 || !edits.every((edit) => this.#fits(edit))) return false;
    for (const edit of edits) this.edits.splice(this.#position(edit), 0, edit);
    return true;
  }

  #fits(edit: TextEdit): boolean {
    const at = this.#position(edit);
    const before = this.edits[at - 1];
    const after = this.edits[at];
    if (after !== undefined && sameRange(after.range, edit.range)) return false;
    if (before !== undefined && comparePositions(before.range.end, edit.range.start) > 0) return false;
    return after === undefined || comparePositions(edit.range.end, after.range.start) <= 0;
  }

  #position(edit: TextEdit): number {
    let low = 0;
    let high = this.edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.edits[middle];
      if (other !== undefined && comparePositions(other.range.start, edit.range.start) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
