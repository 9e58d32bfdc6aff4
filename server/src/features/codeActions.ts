import { type Range, sameRange } from '../base/range.ts';
import { type AnalysisContext, findingsOf, fixesOf, type PlacedFinding } from '../rules/analysis.ts';
import type { Fix } from '../rules/rule.ts';

/** A fix together with what it repairs. */
export interface OfferedFix {
  readonly finding: PlacedFinding;
  readonly fix: Fix;
}

/**
 * The fixes for everything that a selection touches, in the order of the text, the best of each finding first. A fix
 * of the whole file is offered once, however many findings have it.
 */
export function offeredFixes(context: AnalysisContext, path: string, selection: Range): OfferedFix[] {
  const file = context.snapshot.files.get(path);
  if (file === undefined) return [];
  const touched = findingsOf(file, context).within(selection);
  const offered = new Set<string>();
  return touched.flatMap((finding) =>
    fixesOf(finding, file, context).flatMap((fix) => {
      if (fix.wholeFile !== true) return [{ finding, fix }];
      const name = `${finding.code} ${fix.id}`;
      if (offered.has(name)) return [];
      offered.add(name);
      return [{ finding, fix }];
    }),
  );
}

/** The fix that was offered before, made anew from what is known now; undefined when the text has moved on. */
export function sameFix(
  context: AnalysisContext,
  path: string,
  offered: { readonly code: string; readonly range: Range; readonly id: string },
): Fix | undefined {
  const file = context.snapshot.files.get(path);
  if (file === undefined) return undefined;
  const finding = findingsOf(file, context)
    .within(offered.range)
    .find(({ code, range }) => code === offered.code && sameRange(range, offered.range));
  const isOffered = ({ id, alsoKnownAs }: Fix) => id === offered.id || alsoKnownAs?.includes(offered.id);
  return finding && fixesOf(finding, file, context).find(isOffered);
}
