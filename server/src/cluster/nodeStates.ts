import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { asObject } from './withOwn.ts';

/** A node as `oc get nodes` shows it. */
export interface NodeState {
  readonly name: string;
  readonly isReady: boolean;
  /** False while it is drained: no pod is started on it. */
  readonly isSchedulable: boolean;
  /** Why it is not ready, as the cluster says it; empty where it is. */
  readonly problem: string;
}

/** A pool of nodes that have one configuration: https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/machine_configuration */
export interface PoolState {
  readonly name: string;
  /** The configuration that all its nodes are to have. */
  readonly target: string;
  /** True once all of them have it. */
  readonly isUpdated: boolean;
  /** True where somebody holds changes back. */
  readonly isPaused: boolean;
  readonly machines: number;
  readonly updatedMachines: number;
  /** What the machine-config-operator cannot do, as it says it; empty where nothing is wrong. */
  readonly problem: string;
}

/** The pools of a cluster and all nodes, at one moment. */
export interface SeenCluster {
  readonly pools: readonly PoolState[];
  readonly nodes: readonly NodeState[];
}

/** What an object of the API says of a node. */
export function nodeState(node: PlainObject): NodeState {
  const ready = conditionOf(node, 'Ready');
  const isReady = ready?.status === 'True';
  return {
    name: nameOf(node),
    isReady,
    isSchedulable: asObject(node.spec).unschedulable !== true,
    problem: isReady ? '' : text(ready?.message),
  };
}

/** What an object of the API says of a MachineConfigPool. */
export function poolState(pool: PlainObject): PoolState {
  const spec = asObject(pool.spec);
  const status = asObject(pool.status);
  const target = text(asObject(spec.configuration).name);
  const broken = ['RenderDegraded', 'NodeDegraded', 'Degraded']
    .map((type) => conditionOf(pool, type))
    .find((condition) => condition?.status === 'True');
  const machines = count(status.machineCount);
  const updatedMachines = count(status.updatedMachineCount);
  return {
    name: nameOf(pool),
    target,
    isUpdated:
      conditionOf(pool, 'Updated')?.status === 'True' &&
      target === text(asObject(status.configuration).name) &&
      updatedMachines === machines,
    isPaused: spec.paused === true,
    machines,
    updatedMachines,
    problem: broken === undefined ? '' : text(broken.message) || text(broken.reason) || text(broken.type),
  };
}

/** A condition of an object by its type. */
export function conditionOf(object: PlainObject, type: string): PlainObject | undefined {
  const { conditions } = asObject(object.status);
  return Array.isArray(conditions)
    ? conditions.filter(isPlainObject).find((condition) => condition.type === type)
    : undefined;
}

export function nameOf(object: PlainObject): string {
  return text(asObject(object.metadata).name);
}

/** A text of an object; empty for anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** For a list that is the same whenever it is asked for. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
