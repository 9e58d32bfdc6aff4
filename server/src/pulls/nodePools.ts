import { LayeredMap } from '../base/layeredMap.ts';
import { memoByPair } from '../base/memo.ts';
import type { Range } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { type MachineConfig, nodeDropInFolder, nodeRegistriesConf } from '../documents/machineConfig.ts';
import {
  mergeRegistriesConf,
  type NamedRegistriesConf,
  type PullRule,
  type PullRules,
} from '../documents/pullRules.ts';
import { parseRegistriesConf, type RegistriesConf } from '../documents/registriesConf.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { MirrorSets } from './mirrorSets.ts';

/** The pools that every cluster has; one of a single node has no nodes in `worker`. */
export const usualRoles: readonly string[] = ['worker', 'master'];

/** A configuration file of registries that nodes of a pool have because of a MachineConfig. */
export interface PoolConf extends NamedRegistriesConf {
  /** Its path on the nodes; `path` is that of the MachineConfig’s file. */
  readonly nodePath: string;
  /** `metadata.name` of the MachineConfig. */
  readonly configName: string;
}

/** What the nodes of one pool have besides what mirror sets and the image configuration make. */
export interface NodePool {
  /** `worker`, `master`, or the name of a pool of somebody's own, whose nodes get what `worker` gets too. */
  readonly role: string;
  /** In the order in which nodes read them: `registries.conf` itself, then drop-ins by their names. */
  readonly confs: readonly PoolConf[];
  /** Files that nodes refuse: with one of these they pull no image at all. */
  readonly refused: readonly RefusedConf[];
}

/** A file about registries that a node cannot read. */
export interface RefusedConf {
  /** The file of the MachineConfig. */
  readonly path: string;
  /** Where the text stands in it. */
  readonly place: Range;
  /** Its path on the nodes. */
  readonly nodePath: string;
  /** Why, in words without a final dot. */
  readonly problem: string;
}

/** All MachineConfigs of a snapshot that put files about registries on nodes. Immutable. */
export interface NodePools {
  /** What it was made from. */
  readonly configs: readonly MachineConfig[];
  /** Those that any MachineConfig names, by role; others have what the mirror sets make and nothing else. */
  readonly pools: ReadonlyMap<string, NodePool>;
}

export const noNodePools: NodePools = { configs: [], pools: new Map() };

interface PlacedConfig {
  readonly path: string;
  readonly config: MachineConfig;
}

/** Of the files as they are now; the very same object as before while no such MachineConfig changes. */
export function nodePoolsIn(files: Iterable<WorkspaceFile>, before: NodePools): NodePools {
  const placed: PlacedConfig[] = [];
  for (const { path, content } of files) {
    if (content.type !== 'yaml') continue;
    for (const resource of content.yaml.resources)
      if (resource.kind === 'MachineConfig') placed.push({ path, config: resource });
  }
  const configs = placed.map(({ config }) => config);
  if (configs.length === before.configs.length && configs.every((one, at) => one === before.configs[at]))
    return before;
  const roles = new Set(configs.map(roleOf).filter((role) => role !== ''));
  return { configs, pools: new Map([...roles].sort().map((role) => [role, poolOf(role, placed)])) };
}

function roleOf({ role }: MachineConfig): string {
  return role?.value ?? '';
}

function poolOf(role: string, placed: readonly PlacedConfig[]): NodePool {
  const own = placed.filter(
    ({ config }) => roleOf(config) === role || (roleOf(config) === 'worker' && role !== 'master'),
  );
  // Of MachineConfigs with one name the last counts, as it does for `oc apply`; of files with one path the last by name.
  const byName = [...new Map(own.map((one) => [nameOf(one), one])).values()].sort((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : 1,
  );
  const files = new Map<string, PoolConf>();
  const refused = new Map<string, RefusedConf>();
  for (const { path, config } of byName)
    for (const file of config.files) {
      if (file.text === undefined) continue;
      const conf = parseRegistriesConf(file.text);
      const nodePath = file.path.value;
      const problem = refusal(conf, nodePath);
      if (problem !== undefined) {
        files.delete(nodePath);
        refused.set(nodePath, { path, place: file.place, nodePath, problem });
        continue;
      }
      refused.delete(nodePath);
      // Places in the text are no places in the file; where the text stands is.
      const registries = conf.registries.map((table) => ({ ...table, range: file.place }));
      files.set(nodePath, {
        path,
        conf: { ...conf, registries },
        nodePath,
        configName: config.name?.value ?? '',
      });
    }
  const confs = [...files.values()].sort((a, b) => (a.nodePath < b.nodePath ? -1 : 1));
  return { role, confs, refused: [...refused.values()] };
}

/** Why nodes refuse a file; undefined where they read it. */
function refusal({ problems, version }: RegistriesConf, nodePath: string): string | undefined {
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem !== undefined) return problem.message;
  return version === 1 && nodePath !== nodeRegistriesConf
    ? t('a drop-in may not be in version 1 of the format')
    : undefined;
}

function nameOf({ config }: PlacedConfig): string {
  return config.name?.value ?? '';
}

/**
 * What decides on the nodes of a pool: the tables of the mirror sets under those of the drop-ins. A MachineConfig that
 * writes `registries.conf` itself takes the place of what the machine-config-operator writes there, unless its name
 * comes before that of the operator's own, `99-ROLE-generated-registries`.
 */
export function rulesOfPool(role: string, sets: MirrorSets, { pools }: NodePools): PullRules {
  const pool = pools.get(role) ?? (usualRoles.includes(role) ? undefined : pools.get('worker'));
  if (pool === undefined || pool.confs.length === 0) return sets.rules;
  return rulesOf(sets, pool);
}

const rulesOf = memoByPair((sets: MirrorSets, pool: NodePool) => findRules(pool, sets));

/** The files of a pool that count, and whether they take the place of what the mirror sets make. */
export interface CountedConfs {
  readonly confs: readonly PoolConf[];
  readonly replaces: boolean;
}

/** Which files about registries decide on the nodes of a pool; none where no MachineConfig names it. */
export function confsOfPool(role: string, sets: MirrorSets, { pools }: NodePools): CountedConfs {
  const pool = pools.get(role) ?? (usualRoles.includes(role) ? undefined : pools.get('worker'));
  return pool === undefined ? { confs: [], replaces: false } : countedConfs(pool, sets);
}

/** The files that nodes of a pool refuse; none where no MachineConfig names it. */
export function refusedConfs(role: string, { pools }: NodePools): readonly RefusedConf[] {
  return pools.get(role)?.refused ?? [];
}

function countedConfs({ role, confs }: NodePool, sets: MirrorSets): CountedConfs {
  const generated = `99-${role}-generated-registries`;
  const whole = confs.find(
    ({ nodePath, configName }) =>
      nodePath === nodeRegistriesConf && (sets.hasNoTables || configName > generated),
  );
  const dropIns = confs.filter(({ nodePath }) => nodePath.startsWith(nodeDropInFolder));
  return whole === undefined
    ? { confs: dropIns, replaces: false }
    : { confs: [whole, ...dropIns], replaces: true };
}

function findRules(pool: NodePool, sets: MirrorSets): PullRules {
  const { confs, replaces } = countedConfs(pool, sets);
  return rulesOver(sets, mergeRegistriesConf(confs), replaces);
}

/**
 * What decides on a node that has other files besides what the mirror sets make, put together in `confs`.
 * @param replaces true where the first of them takes the place of the registries.conf of the mirror sets
 */
export function rulesOver(sets: MirrorSets, confs: PullRules, replaces: boolean): PullRules {
  const { registries, aliases, unqualifiedSearchRegistries: search } = confs;
  const below: LayeredMap<string, PullRule> = replaces ? LayeredMap.empty() : LayeredMap.over(sets.tables);
  return {
    ...sets.rules,
    registries: below.with([...registries]),
    aliases,
    unqualifiedSearchRegistries: search.length > 0 ? search : sets.rules.unqualifiedSearchRegistries,
  };
}
