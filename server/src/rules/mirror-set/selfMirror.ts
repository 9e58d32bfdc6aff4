import { shiftRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { entryLine, type MirrorEntry, type MirrorSet } from '../../documents/mirrorSet.ts';
import { removeEntry } from '../../documents/mirrorSetEdits.ts';
import { defineRule } from '../rule.ts';

/** Entries that redirect a source to itself. */
export const mirrorSetSelfMirror = defineRule({
  code: 'mirror-set/self-mirror',
  severity: 'warning',
  unit: 'mirror-entry',
  summary: 'An entry whose only mirror is its own source',
  documentation: `
\`\`\`yaml
- mirrors:
  - quay.io/edge/app
  source: quay.io/edge/app
\`\`\`

The machine-config-operator leaves such an entry out: the nodes get nothing of it. With \`mirrorSourcePolicy: NeverContactSource\`
it is worse, because the operator stops at it and applies no mirror set at all any more. Write the mirror that was meant, or
remove the entry, which is what the fix does.`,
  check({ entry }) {
    if (entry.source === undefined || !mirrorsOnlyItself(entry)) return [];
    const message = t(
      '{0} mirrors only itself, so the nodes get nothing of this entry: remove it, or name the mirror that is meant',
      shortName(entry.source.value),
    );
    return [{ message, range: entry.source.range }];
  },
  fixes(_finding, { set, index }, { lines }) {
    // A list without entries is more than half a set: somebody has to decide what becomes of it.
    if (set.entries.every(mirrorsOnlyItself)) return [];
    const edit = removeEntry(set, index, lines);
    if (edit === undefined) return [];
    const line = lineOf(set, index);
    const edits = () => [{ ...edit, range: shiftRange(edit.range, -line) }];
    return [{ id: 'remove', title: t('Remove this entry'), preferred: true, edits }];
  },
});

function mirrorsOnlyItself({ source, mirrors }: MirrorEntry): boolean {
  return mirrors.length > 0 && mirrors.every((mirror) => mirror.value === source?.value);
}

function lineOf(set: MirrorSet, index: number): number {
  return entryLine(set, index) ?? 0;
}
