import type { MappingDocument, MappingPair } from '../../documents/mapping.ts';
import { catalogIndexKey } from '../../workspace/catalogIndex.ts';
import type { Wanted } from '../redirectFix.ts';
import type { RuleContext } from '../rule.ts';

interface Kept {
  readonly key: readonly unknown[];
  readonly wanted: readonly Wanted[];
}

/** Each finding offers to repair all others too; what they are is worked out once for a file, not for each. */
const keptOf = new WeakMap<MappingDocument, Map<string, Kept>>();

/** What the pairs of a file want from mirror sets, each once. `rule` tells apart who asks. */
export function wantedInFile(
  rule: string,
  { snapshot, path }: RuleContext,
  wantedOf: (pair: MappingPair) => readonly Wanted[],
): readonly Wanted[] {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') return [];
  const { mirrorSets, nodePools, provenance } = snapshot;
  const key = [mirrorSets, nodePools, provenance.key, catalogIndexKey(snapshot, path)];
  const kept = keptOf.get(content.mapping) ?? new Map<string, Kept>();
  keptOf.set(content.mapping, kept);
  const before = kept.get(rule);
  if (before?.key.every((part, at) => part === key[at])) return before.wanted;
  const wanted = new Map<string, Wanted>();
  for (const line of content.mapping.lines) {
    for (const one of line.pairs.flatMap((pair) => wantedOf(pair)))
      wanted.set(`${one.source} ${one.mirrors.join(' ')}`, one);
  }
  const all = [...wanted.values()];
  kept.set(rule, { key, wanted: all });
  return all;
}
