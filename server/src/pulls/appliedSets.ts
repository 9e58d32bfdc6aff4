import { t } from '../base/sentences.ts';
import { isMirrorSet, type MirrorSet } from '../documents/mirrorSet.ts';
import type { Resource } from '../documents/resources.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { compareApplyOrder, lostSources } from './applyOrder.ts';
import { MirrorSets } from './mirrorSets.ts';
import type { NodeProblem } from './nodeRegistries.ts';
import { hasTagMirrorSets } from './openShiftVersion.ts';
import type { ApplyFiles } from './pullFiles.ts';

/**
 * What `oc apply` does to one mirror set: `refused` by the API server, `stays` for one that is on the cluster alone,
 * `overwritten` for one of the folder that a later one of the same kind and name takes the place of.
 */
export interface SetChange {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
  readonly change: 'added' | 'replaced' | 'unchanged' | 'refused' | 'stays' | 'overwritten';
  /** Of one that is overwritten: the file of the later one. */
  readonly by?: string;
  /** Of one that is overwritten: how many of its sources the later one has not with all their mirrors. */
  readonly lostSources?: number;
}

/** A mirror set with the file that it stands in. */
export interface PlacedSet {
  readonly path: string;
  readonly set: MirrorSet;
}

function objectKey({ set }: PlacedSet): string {
  return `${set.kind} ${set.name?.value ?? ''}`;
}

/**
 * What is on a cluster after `oc apply` of a folder, and what becomes of each set on the way.
 * @param version `MAJOR.MINOR` of the cluster; undefined is taken for a current one
 */
export function applied(
  current: readonly PlacedSet[],
  folder: readonly PlacedSet[],
  version: string | undefined,
): { after: PlacedSet[]; sets: SetChange[]; refused: NodeProblem[] } {
  const there = new Map(current.map((one) => [objectKey(one), one]));
  const after = new Map(there);
  const refused: NodeProblem[] = [];
  const sets: SetChange[] = [];
  for (const manifests of byObject(folder)) {
    const taken = manifests.filter((one) => {
      const problems = refusals(one, version);
      refused.push(...problems);
      return problems.length === 0;
    });
    // Of sets with one name the last that the API server takes is what is left.
    const last = taken.at(-1);
    if (last !== undefined) after.set(objectKey(last), last);
    for (const one of manifests) sets.push(changeOf(one, last, taken, there.get(objectKey(one))));
  }
  const named = new Set(folder.map(objectKey));
  for (const one of current) if (!named.has(objectKey(one))) sets.push({ ...namesOf(one), change: 'stays' });
  return { after: [...after.values()], sets, refused };
}

/** The sets of a folder, those of one kind and name together in the order in which `oc apply` takes them. */
function byObject(folder: readonly PlacedSet[]): Iterable<PlacedSet[]> {
  const objects = new Map<string, PlacedSet[]>();
  for (const one of folder.toSorted((a, b) => compareApplyOrder(a.path, b.path))) {
    const others = objects.get(objectKey(one));
    if (others === undefined) objects.set(objectKey(one), [one]);
    else others.push(one);
  }
  return objects.values();
}

function namesOf({ path, set }: PlacedSet): Pick<SetChange, 'kind' | 'name' | 'path'> {
  return { kind: set.kind, name: set.name?.value ?? '', path };
}

function changeOf(
  one: PlacedSet,
  last: PlacedSet | undefined,
  taken: readonly PlacedSet[],
  there: PlacedSet | undefined,
): SetChange {
  const names = namesOf(one);
  if (last === undefined || !taken.includes(one)) return { ...names, change: 'refused' };
  if (one !== last) {
    const lost = new Set(lostSources(one.set, last.set));
    return { ...names, change: 'overwritten', by: last.path, lostSources: lost.size };
  }
  if (there === undefined) return { ...names, change: 'added' };
  return { ...names, change: sameEntries(there.set, one.set) ? 'unchanged' : 'replaced' };
}

/** Why the API server takes a set not at all. */
function refusals({ path, set }: PlacedSet, version: string | undefined): NodeProblem[] {
  const problems = MirrorSets.none.after(filesOf([{ path, set }])).problems.filter(({ stops }) => !stops);
  if (set.kind === 'ImageContentSourcePolicy' || hasTagMirrorSets(version)) return problems;
  const message = t('OpenShift {0} does not know {1}, which came with 4.13', version ?? '', set.kind);
  const entries = set.entries.slice(0, 1).map((entry) => ({ path, kind: set.kind, setName: '', entry }));
  return [{ kind: 'unknown-kind', message, stops: false, entries }, ...problems];
}

function sameEntries(a: MirrorSet, b: MirrorSet): boolean {
  const shape = ({ entries }: MirrorSet) =>
    JSON.stringify(
      entries.map(({ source, mirrors, policy }) => [
        source?.value,
        mirrors.map(({ value }) => value),
        policy?.value,
      ]),
    );
  return shape(a) === shape(b);
}

/** All mirror sets of a snapshot that `oc apply` takes: a patch of kustomize is none. */
export function setsIn(snapshot: ApplyFiles | undefined): PlacedSet[] {
  return [...(snapshot?.files.values() ?? [])].flatMap(({ path, content }) =>
    content.type === 'yaml' && !snapshot?.patches.has(path)
      ? content.yaml.resources.filter(isMirrorSet).map((set) => ({ path, set }))
      : [],
  );
}

/** Files that hold some sets, and one resource besides. */
export function filesOf(
  sets: readonly PlacedSet[],
  config?: { readonly path: string; readonly config: Resource },
): WorkspaceFile[] {
  const files = new Map<string, Resource[]>();
  for (const { path, set } of sets) {
    const others = files.get(path);
    if (others === undefined) files.set(path, [set]);
    else others.push(set);
  }
  if (config !== undefined) files.set(config.path, [...(files.get(config.path) ?? []), config.config]);
  return [...files].map(([path, resources]) => ({
    path,
    content: {
      type: 'yaml',
      yaml: { lines: [], resources, problems: [], patches: [], template: undefined, aliased: false },
    },
  }));
}
