import type { TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { entryLine, type MirrorSet } from '../../documents/mirrorSet.ts';
import { appendMirrors, moved, removeEntry } from '../../documents/mirrorSetEdits.ts';
import { repeatedSources } from '../../documents/repeatedSources.ts';
import { defineRule, type RuleContext } from '../rule.ts';

/** One source in two entries of a set. */
export const mirrorSetDuplicateSource = defineRule({
  code: 'mirror-set/duplicate-source',
  severity: 'warning',
  unit: 'mirror-set',
  summary: 'The same source twice in one mirror set',
  documentation: `
The cluster merges the mirrors of entries with the same source, and sorts them so that the order of each list is kept. With
two lists it depends on both which mirror is tried first, which is hard to foresee. One entry with all mirrors says it
plainly. The fix appends the mirrors of the later entry to the first and removes the later one.`,
  check({ set }) {
    const repeated = [...repeatedSources(set.entries).values()].flat();
    const first = new Map<string, number>();
    return set.entries.placesOf(repeated).flatMap((index) => {
      const { source } = set.entries.at(index) ?? {};
      if (source === undefined) return [];
      const earlier = first.get(source.value);
      if (earlier === undefined) {
        first.set(source.value, index);
        return [];
      }
      const line =
        (entryLine(set, earlier) ?? 0) + (set.entries.at(earlier)?.source?.range.start.line ?? 0) + 1;
      const { range } = moved(source, entryLine(set, index) ?? 0);
      return [
        {
          message: t(
            '{0} is a source in line {1}, too: one entry with all mirrors says which is tried first',
            shortName(source.value),
            line,
          ),
          range,
          data: { earlier, index },
        },
      ];
    });
  },
  fixes({ data }, { set }, context) {
    const edits = data && mergeEdits(set, data.earlier, data.index, context);
    if (edits === undefined) return [];
    return [{ id: 'merge', title: t('Merge it into the first entry'), preferred: true, edits: () => edits }];
  },
});

/** Undefined where merging would lose something: a comment, a policy that differs, or mirrors that a template stands for. */
function mergeEdits(
  set: MirrorSet,
  earlier: number,
  index: number,
  { lines }: RuleContext,
): TextEdit[] | undefined {
  const first = set.entries.at(earlier);
  const later = set.entries.at(index);
  if (first === undefined || later === undefined || later.problems.length > 0) return undefined;
  if (first.policy?.value !== later.policy?.value || first.isTemplate || later.isTemplate) return undefined;
  const known = new Set(first.mirrors.map((mirror) => mirror.value));
  const added = later.mirrors.map((mirror) => mirror.value).filter((mirror) => !known.has(mirror));
  const appended = appendMirrors(set, earlier, [...new Set(added)], lines);
  const removed = removeEntry(set, index, lines);
  return removed === undefined || appended === undefined ? undefined : [...appended, removed];
}
