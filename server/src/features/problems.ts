import { memo } from '../base/memo.ts';
import type { ShownFinding } from '../rules/analysis.ts';
import { made } from '../rules/rule.ts';

/** A finding as a list of problems shows it. */
export interface Problem extends ShownFinding {
  /** Where else the very same is found, in the order of the text. */
  readonly others: readonly ShownFinding[];
}

/**
 * The findings of a file for a list of problems: what many lines say with the same next step is said once, where it stands
 * first, with the number of the lines. Every line keeps its fixes, because these are made from the findings themselves.
 */
export function problemsOf(findings: readonly ShownFinding[]): Problem[] {
  const groups = new Map<string, ShownFinding[]>();
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
    if (others.length === 0) return [alone(finding)];
    const message = made(finding.origin.finding.together)?.message(others.length + 1);
    return [{ ...finding, message: message ?? finding.message, others }];
  });
}

/** The same problem for the same finding, which most are. */
const alone = memo((finding: ShownFinding): Problem => ({ ...finding, others: [] }));

function groupKey({ code, origin }: ShownFinding): string | undefined {
  const together = made(origin.finding.together);
  return together === undefined ? undefined : `${code} ${together.key}`;
}
