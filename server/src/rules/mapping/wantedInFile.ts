import { memoByName, memoWhileSame } from '../../base/memo.ts';
import type { MappingDocument } from '../../documents/mapping.ts';
import type { MappingPair } from '../../documents/mappingLine.ts';
import { catalogIndexKey } from '../../workspace/catalogIndex.ts';
import type { Wanted } from '../redirectFix.ts';
import type { RuleContext } from '../rule.ts';

/** Each finding offers to repair all others too; what they are is worked out once for a file, not for each. */
const kept = memoWhileSame<object, readonly Wanted[]>();

/** What stands for a file and who asks of it. */
const askedBy = memoByName((_mapping: MappingDocument, _rule): object => ({}));

/** What the pairs of a file want from mirror sets, each once. `rule` tells apart who asks. */
export function wantedInFile(
  rule: string,
  { snapshot, path }: RuleContext,
  wantedOf: (pair: MappingPair) => readonly Wanted[],
): readonly Wanted[] {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') return [];
  const { mapping } = content;
  const { mirrorSets, nodePools, provenance } = snapshot;
  const others = [
    mirrorSets,
    nodePools,
    provenance.key,
    catalogIndexKey(snapshot, path),
    ...snapshot.mappingIndexes.map(({ tagOrigins }) => tagOrigins.version),
  ];
  return kept(askedBy(mapping, rule), others, () => {
    const wanted = new Map<string, Wanted>();
    for (const line of mapping.lines) {
      for (const one of line.pairs.flatMap((pair) => wantedOf(pair)))
        wanted.set(`${one.source} ${one.mirrors.join(' ')}`, one);
    }
    return [...wanted.values()];
  });
}
