import { type ImageConfig, isClusterImageConfig } from '../documents/imageConfig.ts';
import type { MirrorSet } from '../documents/mirrorSet.ts';
import type { RegistryTable } from '../documents/registriesConf.ts';
import { registriesConfText } from '../documents/registriesConfText.ts';
import { applied, filesOf, type PlacedSet, type SetChange, setsIn } from './appliedSets.ts';
import { deadSources, isDead } from './deadSources.ts';
import { effectOfChanges, type RegistryChange, registryChanges } from './drain.ts';
import { dropInChanges } from './dropInChanges.ts';
import type { ClusterState, Forecast, NodeEffect, PlacedProblem } from './forecastTypes.ts';
import { explainForecast } from './forecastWords.ts';
import { localOrigin } from './hop.ts';
import { lineOfScope } from './imageConfigs.ts';
import { tablesAfter } from './knownTables.ts';
import { lineOf, MirrorSets } from './mirrorSets.ts';
import { nodePoolsIn, noNodePools } from './nodePools.ts';
import { type NodeProblem, nodeSearchRegistries } from './nodeRegistries.ts';
import { hasTagMirrorSets, isBefore } from './openShiftVersion.ts';
import { noOrigins, type Origins } from './origins.ts';
import { wholeConfWords } from './poolWords.ts';
import type { ApplyFiles, ForecastFiles } from './pullFiles.ts';
import { undecidedIn, undecidedWords } from './undecided.ts';

/**
 * What `oc apply` of all mirror sets of a folder does to a cluster. Sets of the same kind and name are replaced,
 * others are added, and none is removed.
 * @param version `MAJOR.MINOR` of the cluster; undefined is taken for a current one
 */
export function forecast(
  folder: ForecastFiles,
  cluster: ClusterState,
  version: string | undefined,
): Forecast {
  const current = setsIn(cluster.sets);
  const folderSets = setsIn(folder);
  const { after, sets, refused } = applied(current, folderSets, version);
  const configBefore = imageConfigFile(cluster.sets);
  const configAfter = imageConfigFile(folder) ?? configBefore;
  const setsBefore = MirrorSets.none.after(filesOf(current, configBefore));
  const setsAfter = MirrorSets.none.after(filesOf(after, configAfter));
  const tables =
    cluster.conf === undefined
      ? { before: setsBefore.writtenTables, after: setsAfter.writtenTables, problems: [] }
      : tablesAfter(cluster.conf.map(inNewerForm), filesOf(after, configAfter));
  const changes = registryChanges(tables.before, tables.after);
  const files = new Map([...(cluster.sets?.files ?? []), ...folder.files]);
  const problems = [
    ...refused,
    ...[...setsAfter.problems, ...tables.problems].filter(({ stops }) => stops),
  ].map((problem) => placed(problem, files));
  const registriesConf = registriesConfText(tables.after, {
    unqualifiedSearchRegistries: nodeSearchRegistries,
    byDigestOnly: !hasTagMirrorSets(version),
  });
  // Until there is a first set or scope nodes have the file that comes with the system, which is written in another way.
  const isFirst =
    cluster.conf === undefined &&
    !hasContent(current, setsBefore) &&
    hasContent(after, setsAfter) &&
    folder.files.size > 0;
  const dropIns = dropInChanges(folder, cluster.sets);
  const restarting = [...new Set(dropIns.flatMap(({ role, restarts }) => (restarts ? [role] : [])))].sort();
  const ofSets = effectOf(problems, changes, isFirst, version);
  const effect = restarting.length > 0 && ofSets !== 'stopped' ? 'reboot' : ofSets;
  const configChange = imageConfigChange(configBefore, imageConfigFile(folder));
  const counting = after.filter((one) => folderSets.includes(one)).map(({ set }) => set);
  const result = {
    effect,
    restarting,
    takesEffect:
      effect !== 'stopped' &&
      (imageConfigFile(folder) !== undefined ||
        dropIns.some(({ restarts }) => restarts) ||
        changes.some(({ source }) => localOrigin(source, folder.provenance) === undefined) ||
        counting.some((set) => redirects(set, setsAfter, folder.provenance))),
    sets: [
      ...sets,
      ...(configChange === undefined ? [] : [configChange]),
      ...dropIns.map(({ name, path, change }) => ({ kind: 'MachineConfig', name, path, change })),
    ],
    changes,
    problems,
    registriesConf,
    undecided: undecidedIn(folder),
  };
  const dead = deadSources(counting, folder.provenance);
  return {
    ...result,
    explanation: explainForecast(result, cluster, version, dead, [
      ...wholeConfWords(setsAfter, nodePoolsIn(files.values(), noNodePools)),
      ...undecidedWords(result.undecided),
    ]),
  };
}

/** True when a set has a source that pulls can match, and nodes have mirrors for it. */
function redirects({ entries }: MirrorSet, { registries }: MirrorSets, provenance: Origins): boolean {
  return entries.some(
    (entry) => entry.source !== undefined && registries.has(entry.source.value) && !isDead(entry, provenance),
  );
}

/** True when the machine-config-operator writes a registries.conf at all. */
function hasContent(sets: readonly PlacedSet[], { scopes }: MirrorSets): boolean {
  return sets.length > 0 || scopes.blocked.size > 0 || scopes.insecure.size > 0;
}

interface ImageConfigFile {
  readonly path: string;
  readonly config: ImageConfig;
}

/** The image configuration of a snapshot; of several the last counts, as it does for `oc apply`. */
function imageConfigFile(snapshot: ApplyFiles | undefined): ImageConfigFile | undefined {
  let found: ImageConfigFile | undefined;
  for (const { path, content } of snapshot?.files.values() ?? []) {
    if (content.type !== 'yaml') continue;
    for (const config of content.yaml.resources)
      if (config.kind === 'Image' && isClusterImageConfig(config)) found = { path, config };
  }
  return found;
}

function imageConfigChange(
  before: ImageConfigFile | undefined,
  after: ImageConfigFile | undefined,
): SetChange | undefined {
  const [file] = after === undefined ? [before] : [after];
  if (file === undefined) return undefined;
  const change =
    after === undefined
      ? 'stays'
      : before === undefined
        ? 'added'
        : sameConfig(before.config, after.config)
          ? 'unchanged'
          : 'replaced';
  return { kind: 'Image', name: file.config.name?.value ?? '', path: file.path, change };
}

function sameConfig(a: ImageConfig, b: ImageConfig): boolean {
  const shape = (config: ImageConfig) =>
    JSON.stringify(
      [
        config.insecureRegistries,
        config.blockedRegistries,
        config.allowedRegistries,
        config.searchRegistries,
      ].map((list) => list.map(({ value }) => value)),
    );
  return shape(a) === shape(b);
}

function effectOf(
  problems: readonly PlacedProblem[],
  changes: readonly RegistryChange[],
  isFirst: boolean,
  version: string | undefined,
): NodeEffect {
  if (problems.some(({ stops }) => stops)) return 'stopped';
  if (changes.length === 0 && !isFirst) return 'none';
  // Until 4.6 every change restarts nodes, and 4.7 drains them for any. https://bugzilla.redhat.com/show_bug.cgi?id=1943315
  if (version !== undefined && isBefore(version, '4.7')) return 'reboot';
  if (version !== undefined && isBefore(version, '4.8')) return 'drain';
  return effectOfChanges(changes);
}

/** What one new set does to a cluster that has none for the same sources. For a word beside the set. */
export function forecastOfSet(path: string, set: MirrorSet, version: string | undefined): Forecast {
  const content = {
    type: 'yaml',
    yaml: { lines: [], resources: [set], problems: [], patches: [], template: undefined, aliased: false },
  } as const;
  const files = new Map([[path, { path, content }]]);
  return forecast({ files, patches: new Set(), provenance: noOrigins }, {}, version);
}

function placed(
  { entries, imageConfig, message, stops }: NodeProblem,
  files: ApplyFiles['files'],
): PlacedProblem {
  const [entry] = entries;
  const line =
    imageConfig !== undefined
      ? lineOfScope(imageConfig, files)
      : entry === undefined
        ? undefined
        : lineOf(entry, { files });
  const path = imageConfig?.path ?? entry?.path ?? '';
  return { path, line: line === undefined ? undefined : line + 1, message, stops };
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
