import { folderOf, lastComponent, shortPath } from '../base/paths.ts';
import { shiftRange, type TextEdit } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { registryOf } from '../documents/imageReference.ts';
import { insertEntries, type NewEntry } from '../documents/insertEntries.ts';
import {
  isMirrorSet,
  type MirrorEntry,
  type MirrorSet,
  type MirrorSetKind,
  mirrorSetTypes,
} from '../documents/mirrorSet.ts';
import { appendMirrors } from '../documents/mirrorSetEdits.ts';
import { validResourceName } from '../documents/naming.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { mirrorSetText } from '../pulls/mirrorSetText.ts';
import { hasTagMirrorSets } from '../pulls/openShiftVersion.ts';
import type { PullKind } from '../pulls/redirects.ts';
import { type WantedRedirect, withoutShadows } from '../pulls/withoutShadows.ts';
import { clusterVersion } from '../workspace/clusterVersion.ts';
import { freePath } from './freePath.ts';
import type { FileChange, Fix, RuleContext } from './rule.ts';

/** Pulls that a mirror set should redirect and none does. */
export type Wanted = WantedRedirect;

/** Where an entry for a source belongs. */
type Home =
  | { readonly type: 'entry'; readonly file: WorkspaceFile; readonly set: MirrorSet; readonly index: number }
  | { readonly type: 'set'; readonly file: WorkspaceFile; readonly set: MirrorSet }
  | { readonly type: 'new'; readonly path: string; readonly kind: MirrorSetKind };

/**
 * The fix that redirects pulls: it adds what is missing to the mirror set that the images belong to, or makes a new
 * one beside the file. Undefined where the cluster has no such set, or where nothing can be written.
 *
 * @param line the line from which the finding's edits count
 */
export function redirectFix(wanted: Wanted, line: number, context: RuleContext): Fix | undefined {
  const place = homeOf(wanted, context);
  if (place === undefined) return undefined;
  return fixOf(`redirect ${wanted.by}`, titleOf(wanted, place, context), [wanted], line, context);
}

/** The same for many sources at once: a fix of the whole file. */
export function redirectAllFix(
  title: string,
  wanted: readonly Wanted[],
  line: number,
  context: RuleContext,
): Fix[] {
  const [first] = wanted;
  if (first === undefined || wanted.length < 2 || homeOf(first, context) === undefined) return [];
  return [{ ...fixOf(`redirect all ${first.by}`, title, wanted, line, context), wholeFile: true }];
}

function fixOf(
  id: string,
  title: string,
  wanted: readonly Wanted[],
  line: number,
  context: RuleContext,
): Fix {
  let made: readonly FileChange[] | undefined;
  const changes = () => {
    made ??= changesFor(withoutShadows(wanted, context.snapshot.mirrorSets), context);
    return made;
  };
  const isOwn = ({ path }: FileChange) => path === context.path;
  return {
    id,
    title,
    preferred: false,
    edits: () =>
      changes()
        .filter(isOwn)
        .flatMap((change) => ('edits' in change ? change.edits : []))
        .map((edit) => ({ ...edit, range: shiftRange(edit.range, -line) })),
    others: () => changes().filter((change) => !isOwn(change)),
  };
}

function changesFor(wanted: readonly Wanted[], context: RuleContext): FileChange[] {
  const appended = new Map<string, TextEdit[]>();
  const inserted = new Map<MirrorSet, { file: WorkspaceFile; entries: NewEntry[] }>();
  const created = new Map<string, { kind: MirrorSetKind; entries: NewEntry[] }>();
  for (const one of wanted) {
    const place = homeOf(one, context);
    if (place === undefined) continue;
    if (place.type === 'entry') {
      const edits = appendMirrors(place.set, place.index, one.mirrors, linesOf(place.file)) ?? [];
      appended.set(place.file.path, [...(appended.get(place.file.path) ?? []), ...edits]);
    } else if (place.type === 'set') {
      const others = inserted.get(place.set)?.entries ?? [];
      inserted.set(place.set, { file: place.file, entries: [...others, one] });
    } else {
      const others = created.get(place.path)?.entries ?? [];
      created.set(place.path, { kind: place.kind, entries: [...others, one] });
    }
  }
  // Mirrors are appended first: an entry may be written behind the same line.
  for (const [set, { file, entries }] of inserted) {
    const edit = insertEntries(set, entries, linesOf(file));
    if (edit !== undefined) appended.set(file.path, [...(appended.get(file.path) ?? []), edit]);
  }
  const edited = [...appended].map(([path, edits]) => ({ path, edits }));
  const news = [...created].map(([path, { kind, entries }]) => ({
    path,
    text: mirrorSetText(kind, newName(kind, context), entries),
  }));
  return [...edited.filter(({ edits }) => edits.length > 0), ...news];
}

/** An entry of the same source; else the set with mirrors in the same registry, nearest first; else a new file. */
function homeOf({ source, mirrors, by }: Wanted, context: RuleContext): Home | undefined {
  const { snapshot, path } = context;
  const fits = (kind: MirrorSetKind) => mirrorSetTypes[kind].pulls === by;
  for (const placed of snapshot.mirrorSets.groups.get(source)?.entries ?? []) {
    if (!fits(placed.kind) || placed.entry.mirrors.length === 0) continue;
    const found = findEntry(snapshot.files.get(placed.path), placed.entry);
    if (found !== undefined) return found;
  }
  const host = registryOf(mirrors[0] ?? '');
  const candidates = [...setsOf(context)].filter(({ set }) => fits(set.kind) && hasMirrorAt(set, host));
  const nearest = candidates.find(({ file }) => folderOf(file.path) === folderOf(path)) ?? candidates.at(0);
  if (nearest !== undefined) return { type: 'set', ...nearest };
  const kind = newKind(by, context);
  return kind === undefined ? undefined : newPlace(kind, context);
}

function findEntry(file: WorkspaceFile | undefined, entry: MirrorEntry): Home | undefined {
  if (file === undefined || !isSound(file) || file.content.type !== 'yaml') return undefined;
  for (const set of file.content.yaml.resources) {
    const index = isMirrorSet(set) ? set.entries.indexOf(entry) : -1;
    if (isMirrorSet(set) && index !== -1) return { type: 'entry', file, set, index };
  }
  return undefined;
}

function* setsOf({ snapshot }: RuleContext): Generator<{ file: WorkspaceFile; set: MirrorSet }> {
  for (const file of snapshot.files.values()) {
    if (file.content.type !== 'yaml' || !isSound(file)) continue;
    for (const set of file.content.yaml.resources) if (isMirrorSet(set)) yield { file, set };
  }
}

/** What is broken beyond one place, or means more than it shows, is left to people. */
function isSound({ content }: WorkspaceFile): boolean {
  return (
    content.type === 'yaml' && !content.yaml.aliased && content.yaml.problems.every(({ local }) => local)
  );
}

function hasMirrorAt({ entries }: MirrorSet, host: string): boolean {
  return entries.some(({ mirrors }) => mirrors.some(({ value }) => registryOf(value) === host));
}

function newKind(by: PullKind, context: RuleContext): MirrorSetKind | undefined {
  const isNew = hasTagMirrorSets(clusterVersion(context));
  if (by === 'tag') return isNew ? 'ImageTagMirrorSet' : undefined;
  return isNew ? 'ImageDigestMirrorSet' : 'ImageContentSourcePolicy';
}

function newPlace(kind: MirrorSetKind, context: RuleContext): Home | undefined {
  const path = freePath(`${kind.charAt(0).toLowerCase()}${kind.slice(1)}`, context);
  return path === undefined ? undefined : { type: 'new', path, kind };
}

/** The name of the set beside it, where there is one of another kind; else that of the folder. */
function newName(kind: MirrorSetKind, context: RuleContext): string {
  const folder = folderOf(context.path);
  const all = [...setsOf(context)];
  const beside = all.find(({ file, set }) => folderOf(file.path) === folder && set.name !== undefined);
  const stem =
    validResourceName(beside?.set.name?.value ?? '', 240) ||
    validResourceName(lastComponent(folder), 240) ||
    'operator-mirror';
  const taken = new Set(all.filter(({ set }) => set.kind === kind).map(({ set }) => set.name?.value));
  let name = stem;
  for (let number = 2; taken.has(name); number++) name = `${stem}-${number}`;
  return name;
}

function linesOf({ content }: WorkspaceFile): readonly string[] {
  return content.type === 'yaml' ? content.yaml.lines : [];
}

function titleOf({ source, by }: Wanted, place: Home, { path }: RuleContext): string {
  if (place.type === 'new')
    return by === 'digest'
      ? t('Create {0} that redirects pulls of {1} by digest', lastComponent(place.path), source)
      : t('Create {0} that redirects pulls of {1} by tag', lastComponent(place.path), source);
  const file = place.file.path;
  const where = folderOf(file) === folderOf(path) ? lastComponent(file) : shortPath(file);
  return place.type === 'entry'
    ? t('Add the mirror to the entry for {0} in {1}', source, where)
    : t('Add {0} to the {1} in {2}', source, place.set.kind, where);
}
