import { scopesOf } from '../documents/pullRules.ts';
import type { Candidate } from './traceTypes.ts';
import type { Undecided } from './undecided.ts';

/**
 * What may send a pull to a mirror once it is known, the first of it: while there is any, nobody knows that no mirror
 * serves the pull. A table that decides already rules out what has a shorter source, and one of a registries.conf also
 * what has its own: nodes use the longest alone.
 * @param role the pool of the node that pulls
 */
export function openReason(
  { pull, plan }: Pick<Candidate, 'pull' | 'plan'>,
  undecided: readonly Undecided[],
  role: string,
): Undecided | undefined {
  if (!plan.ok) return undefined;
  const scopes = new Set(scopesOf(pull.name));
  const decided = plan.rule?.prefix.length ?? 0;
  const mayHold = (source: string) =>
    scopes.has(source) &&
    (pull.replacedBy === undefined ? source.length >= decided : source.length > decided);
  return undecided.find((one) => {
    if (one.kind === 'Image') return false;
    if (one.kind === 'MachineConfig') return one.role === undefined || one.role === role;
    if (one.why === 'broken' || (one.why === 'patch' && one.template === undefined)) return false;
    if (one.pulls !== undefined && one.pulls !== pull.by) return false;
    return one.source === undefined || one.isOneOfMany === true || mayHold(one.source);
  });
}
