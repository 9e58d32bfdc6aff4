import { t } from '../base/sentences.ts';
import { type MirrorSetKind, mirrorSetTypes } from '../documents/mirrorSet.ts';
import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { asObject, type Merged, withOwn } from './withOwn.ts';

export function isMirrorSetKind(kind: string): kind is MirrorSetKind {
  return Object.hasOwn(mirrorSetTypes, kind);
}

/** All entries of both sets, and of a source that both have all mirrors: those of the cluster first, as nodes ask them now. */
export function mergedMirrorSet(current: PlainObject, wanted: PlainObject, kind: MirrorSetKind): Merged {
  const { list } = mirrorSetTypes[kind];
  const own = entriesOf(current, list);
  const entries = [...own];
  const notes: string[] = [];
  const touched = new Set<number>();
  for (const entry of entriesOf(wanted, list)) {
    const at = entries.findIndex(({ source }) => source === entry.source);
    const there = entries[at];
    if (there === undefined) {
      entries.push(entry);
      continue;
    }
    touched.add(at);
    entries[at] = both(there, entry);
    const [kept, asked] = [there.mirrorSourcePolicy, entry.mirrorSourcePolicy];
    if (kept !== undefined && asked !== undefined && kept !== asked)
      notes.push(
        t('{0} keeps the mirrorSourcePolicy {1} of the cluster.', String(entry.source), String(kept)),
      );
  }
  const alone = own.filter((_, index) => !touched.has(index));
  const [first] = alone;
  if (alone.length === 1) notes.unshift(t('The entry of the cluster for {0} stays.', String(first?.source)));
  else if (alone.length > 1) notes.unshift(t('{0} entries of the cluster stay.', alone.length));
  const longer = [...touched].flatMap((at) => {
    const extra = mirrorsOf(own[at]).filter(
      (mirror) => !mirrorsIn(wanted, list, own[at]?.source).has(mirror),
    );
    return extra.length === 0
      ? []
      : [t('{0} keeps the mirror {1}.', String(own[at]?.source), extra.join(', '))];
  });
  const spec = { ...asObject(current.spec), [list]: entries };
  return { object: withOwn(current, spec, wanted), notes: [...notes, ...longer] };
}

function both(there: PlainObject, entry: PlainObject): PlainObject {
  const mirrors = [...new Set([...mirrorsOf(there), ...mirrorsOf(entry)])];
  return { ...entry, ...there, ...(mirrors.length === 0 ? {} : { mirrors }) };
}

function entriesOf({ spec }: PlainObject, list: string): PlainObject[] {
  const entries = asObject(spec)[list];
  return Array.isArray(entries) ? entries.filter(isPlainObject) : [];
}

function mirrorsOf(entry: PlainObject | undefined): unknown[] {
  return Array.isArray(entry?.mirrors) ? entry.mirrors : [];
}

function mirrorsIn(set: PlainObject, list: string, source: unknown): ReadonlySet<unknown> {
  return new Set(entriesOf(set, list).flatMap((entry) => (entry.source === source ? mirrorsOf(entry) : [])));
}
