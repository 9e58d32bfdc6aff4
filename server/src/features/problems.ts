import type { PlacedFinding } from '../rules/analysis.ts';
import { made } from '../rules/rule.ts';

/** A finding as a list of problems shows it. */
export interface Problem extends PlacedFinding {
  /** Where else the very same is found, in the order of the text. */
  readonly others: readonly PlacedFinding[];
}

/**
 * The findings of a file for a list of problems: what many lines say with the same next step is said once, where it stands
 * first, with the number of the lines. Every line keeps its fixes, because these are made from the findings themselves.
 */
export function problemsOf(findings: readonly PlacedFinding[]): Problem[] {
  const groups = new Map<string, PlacedFinding[]>();
  for (const finding of findings) {
    const key = groupKey(finding);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return findings.flatMap((finding): Problem[] => {
    const [first = finding, ...others] = groups.get(groupKey(finding) ?? '') ?? [];
    if (first !== finding) return [];
    const message = made(finding.origin.finding.together)?.message(others.length + 1);
    return [
      { ...finding, message: others.length === 0 ? finding.message : (message ?? finding.message), others },
    ];
  });
}

function groupKey({ code, origin }: PlacedFinding): string | undefined {
  const together = made(origin.finding.together);
  return together === undefined ? undefined : `${code} ${together.key}`;
}
