import { isMirrorSet, type MirrorSet } from '../documents/mirrorSet.ts';
import type { RegistryTable } from '../documents/registriesConf.ts';
import { registriesConfText } from '../documents/registriesConfText.ts';
import { hasTagMirrorSets, isBefore } from './clusterVersion.ts';
import { type RegistryChange, registryChanges } from './drain.ts';
import { explainForecast } from './forecastWords.ts';
import { localOrigin } from './hop.ts';
import { mirrorOrder } from './mirrorOrder.ts';
import { lineOf, MirrorSets } from './mirrorSets.ts';
import {
  inWrittenOrder,
  type NodeProblem,
  type NodeRegistry,
  nodeSearchRegistries,
} from './nodeRegistries.ts';
import { Snapshot, type WorkspaceFile } from './snapshot.ts';

/**
 * What nodes do because of a change:
 * - `none`: nothing changes for them
 * - `reload`: CRI-O reads its configuration again, and pods stay where they are
 * - `drain`: each node of each pool is drained, one after the other, and does not restart
 * - `reboot`: each node is drained and restarts
 * - `stopped`: the machine-config-operator stops, and no node gets any change of mirrors until that is repaired
 */
export type NodeEffect = 'none' | 'reload' | 'drain' | 'reboot' | 'stopped';

/** What `oc apply` does to one mirror set; `refused` by the API server, `stays` for one that is on the cluster alone. */
export interface SetChange {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
  readonly change: 'added' | 'replaced' | 'unchanged' | 'refused' | 'stays';
}

/** What applying mirror sets to a cluster does. */
export interface Forecast {
  readonly effect: NodeEffect;
  readonly sets: readonly SetChange[];
  readonly changes: readonly RegistryChange[];
  /** What the API server refuses or the machine-config-operator stops at, with the place. */
  readonly problems: readonly PlacedProblem[];
  /** The registries.conf that nodes have afterwards; while the machine-config-operator stops, would have. */
  readonly registriesConf: string;
  /** Whole sentences, the answer first. */
  readonly explanation: readonly string[];
}

export interface PlacedProblem {
  readonly path: string;
  /** One-based; undefined where the file is not at hand. */
  readonly line: number | undefined;
  readonly message: string;
  readonly stops: boolean;
}

/** What is on the cluster: its mirror sets, or a node’s registries.conf. Neither means a cluster without any. */
export interface ClusterState {
  readonly sets?: Snapshot;
  readonly conf?: readonly RegistryTable[];
}

interface PlacedSet {
  readonly path: string;
  readonly set: MirrorSet;
}

/**
 * What `oc apply` of all mirror sets of a folder does to a cluster. Sets of the same kind and name are replaced,
 * others are added, and none is removed.
 * @param version `MAJOR.MINOR` of the cluster; undefined is taken for a current one
 */
export function forecast(folder: Snapshot, cluster: ClusterState, version: string | undefined): Forecast {
  const current = setsIn(cluster.sets);
  const { after, sets, refused } = applied(current, setsIn(folder), version);
  const setsBefore = MirrorSets.none.after(filesOf(current));
  const setsAfter = MirrorSets.none.after(filesOf(after));
  const before = [
    ...(cluster.conf ?? []).map(inNewerForm),
    ...inWrittenOrder(setsBefore.registries.values()),
  ];
  const now =
    cluster.conf === undefined
      ? inWrittenOrder(setsAfter.registries.values())
      : merged(cluster.conf.map(inNewerForm), inWrittenOrder(setsAfter.registries.values()));
  const changes = registryChanges(before, now);
  const files = new Map([...(cluster.sets?.files ?? []), ...folder.files]);
  const problems = [...refused, ...setsAfter.problems.filter(({ stops }) => stops)].map((problem) =>
    placed(problem, files),
  );
  const effect = effectOf(problems, changes, version);
  const result = {
    effect,
    sets,
    changes,
    problems,
    registriesConf: registriesConfText(now, {
      unqualifiedSearchRegistries: nodeSearchRegistries,
      byDigestOnly: !hasTagMirrorSets(version),
    }),
  };
  return { ...result, explanation: explainForecast(result, cluster, version, localSources(folder)) };
}

/** How many sources are paths left by a `file://` hop, which no pull ever matches. */
function localSources(folder: Snapshot): number {
  return setsIn(folder)
    .flatMap(({ set }) => set.entries)
    .filter(
      ({ source }) => source !== undefined && localOrigin(source.value, folder.provenance) !== undefined,
    ).length;
}

function effectOf(
  problems: readonly PlacedProblem[],
  changes: readonly RegistryChange[],
  version: string | undefined,
): NodeEffect {
  if (problems.some(({ stops }) => stops)) return 'stopped';
  if (changes.length === 0) return 'none';
  // Until 4.6 every change restarts nodes, and 4.7 drains them for any. https://bugzilla.redhat.com/show_bug.cgi?id=1943315
  if (version !== undefined && isBefore(version, '4.7')) return 'reboot';
  if (version !== undefined && isBefore(version, '4.8')) return 'drain';
  return changes.some(({ drains }) => drains !== undefined) ? 'drain' : 'reload';
}

/** What one new set does to a cluster that has none for the same sources. For a word beside the set. */
export function forecastOfSet(path: string, set: MirrorSet, version: string | undefined): Forecast {
  const content = {
    type: 'yaml',
    yaml: { lines: [], resources: [set], problems: [], aliased: false },
  } as const;
  return forecast(new Snapshot().with(path, content), {}, version);
}

function setsIn(snapshot: Snapshot | undefined): PlacedSet[] {
  return [...(snapshot?.files.values() ?? [])].flatMap(({ path, content }) =>
    content.type === 'yaml' ? content.yaml.resources.filter(isMirrorSet).map((set) => ({ path, set })) : [],
  );
}

function keyOf({ set }: PlacedSet): string {
  return `${set.kind} ${set.name?.value ?? ''}`;
}

function applied(
  current: readonly PlacedSet[],
  folder: readonly PlacedSet[],
  version: string | undefined,
): { after: PlacedSet[]; sets: SetChange[]; refused: NodeProblem[] } {
  const after = new Map(current.map((one) => [keyOf(one), one]));
  const sets = new Map<string, SetChange>();
  const refused: NodeProblem[] = [];
  for (const one of folder) {
    const { path, set } = one;
    const key = keyOf(one);
    const problems = refusals(one, version);
    refused.push(...problems);
    const there = after.get(key);
    const change =
      problems.length > 0
        ? 'refused'
        : there === undefined
          ? 'added'
          : sameEntries(there.set, set)
            ? 'unchanged'
            : 'replaced';
    // Of sets with one name in one folder the last one counts, as it does for `oc apply`.
    const name = set.name?.value ?? '';
    sets.set(key, {
      kind: set.kind,
      name,
      path,
      change: sets.get(key)?.change === 'added' ? 'added' : change,
    });
    if (change !== 'refused') after.set(key, one);
  }
  for (const one of current) {
    const { path, set } = one;
    if (!sets.has(keyOf(one)))
      sets.set(keyOf(one), { kind: set.kind, name: set.name?.value ?? '', path, change: 'stays' });
  }
  return { after: [...after.values()], sets: [...sets.values()], refused };
}

/** Why the API server takes a set not at all. */
function refusals({ path, set }: PlacedSet, version: string | undefined): NodeProblem[] {
  const problems = MirrorSets.none.after(filesOf([{ path, set }])).problems.filter(({ stops }) => !stops);
  if (set.kind === 'ImageContentSourcePolicy' || hasTagMirrorSets(version)) return problems;
  const message = `OpenShift ${version} does not know ${set.kind}, which came with 4.13`;
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

function filesOf(sets: readonly PlacedSet[]): WorkspaceFile[] {
  const files = new Map<string, MirrorSet[]>();
  for (const { path, set } of sets) files.set(path, [...(files.get(path) ?? []), set]);
  return [...files].map(([path, resources]) => ({
    path,
    content: { type: 'yaml', yaml: { lines: [], resources, problems: [], aliased: false } },
  }));
}

function placed(problem: NodeProblem, files: Snapshot['files']): PlacedProblem {
  const [entry] = problem.entries;
  const line = entry === undefined ? undefined : lineOf(entry, { files });
  const { message, stops } = problem;
  return { path: entry?.path ?? '', line: line === undefined ? undefined : line + 1, message, stops };
}

/** The older form of a table, `mirror-by-digest-only`, in the words of the newer one. */
function inNewerForm(table: RegistryTable): RegistryTable {
  if (!table.mirrorByDigestOnly) return table;
  const mirrors = table.mirrors.map((mirror) => ({
    ...mirror,
    pullFromMirror: mirror.pullFromMirror ?? ('digest-only' as const),
  }));
  return { ...table, mirrorByDigestOnly: false, mirrors };
}

/** Tables that are there with what mirror sets add to them. A file does not tell which sets it comes from. */
function merged(tables: readonly RegistryTable[], added: readonly NodeRegistry[]): RegistryTable[] {
  const registries = new Map(added.map((registry) => [registry.source, registry]));
  const kept = tables.map((table): RegistryTable => {
    const registry = registries.get(table.prefix);
    registries.delete(table.prefix);
    if (registry === undefined) return table;
    const order = (pulls: 'digest-only' | 'tag-only', more: readonly string[]) => {
      const own = table.mirrors.filter(({ pullFromMirror }) => pullFromMirror === pulls);
      const lists = [own.map(({ location }) => location), more].filter((list) => list.length > 0);
      return (lists.length === 0 ? [] : mirrorOrder(table.prefix, lists)).map(
        (location) =>
          own.find((mirror) => mirror.location === location) ?? {
            location,
            insecure: false,
            pullFromMirror: pulls,
            range: table.range,
          },
      );
    };
    const others = table.mirrors.filter(
      ({ pullFromMirror: use }) => use !== 'digest-only' && use !== 'tag-only',
    );
    const mirrors = [
      ...others,
      ...order('digest-only', registry.digestMirrors),
      ...order('tag-only', registry.tagMirrors),
    ];
    return { ...table, blocked: table.blocked || registry.blocked, mirrors };
  });
  return [...kept, ...registries.values()];
}
