import type { ClusterObject, ClusterServer, ResourceRequest } from './clusterServer.ts';

/* What the machine-config-operator does when mirror sets change, one step behind each look at pools and nodes. */

const nodesOf = { master: ['master-1'], worker: ['worker-1', 'worker-2'] };

/** The nodes and pools of a cluster on which nothing happens. */
export function quietNodes(): ClusterObject[] {
  const names = Object.values(nodesOf).flat();
  return [
    ...names.map((name) => node(name)),
    ...Object.entries(nodesOf).map(([name, { length }]) => pool(name, 'rendered-1', length, length)),
  ];
}

/** Drains the nodes of a cluster, one after the other, once something that decides on them was changed. */
export class DrainingNodes {
  readonly #steps: (() => void)[];
  /** What was looked at since the last step. */
  readonly #seen = new Set<string>();

  constructor(cluster: ClusterServer) {
    const { master, worker } = nodesOf;
    this.#steps = [
      () => {},
      () => cluster.put(pool('worker', 'rendered-2', worker.length, 0)),
      ...worker.flatMap((name, index) => [
        () => cluster.put(node(name, { isSchedulable: false })),
        () => cluster.put(node(name, { isReady: false, isSchedulable: false })),
        () => {
          cluster.put(node(name));
          cluster.put(pool('worker', 'rendered-2', worker.length, index + 1));
        },
      ]),
      () => cluster.put(pool('master', 'rendered-2', master.length, 0)),
      () => cluster.put(pool('master', 'rendered-2', master.length, master.length)),
    ];
  }

  /**
   * Somebody asks for a resource. Pools and nodes are asked for at the same time, in either order: once both are answered the next
   * step is made, so that each look sees one step whole.
   */
  asked({ method, plural }: ResourceRequest): void {
    if (method !== 'GET' || !['nodes', 'machineconfigpools'].includes(plural)) return;
    this.#seen.add(plural);
    if (this.#seen.size < 2) return;
    this.#seen.clear();
    queueMicrotask(() => this.#steps.shift()?.());
  }
}

export function node(
  name: string,
  { isReady = true, isSchedulable = true }: { isReady?: boolean; isSchedulable?: boolean } = {},
): ClusterObject {
  const condition = isReady
    ? { type: 'Ready', status: 'True', message: 'kubelet is posting ready status' }
    : { type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting node status.' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: isSchedulable ? {} : { unschedulable: true },
    status: { conditions: [condition] },
  };
}

export function pool(
  name: string,
  target: string,
  machines: number,
  updated: number,
  more: { problem?: string; paused?: boolean } = {},
): ClusterObject {
  const isUpdated = machines === updated;
  return {
    apiVersion: 'machineconfiguration.openshift.io/v1',
    kind: 'MachineConfigPool',
    metadata: { name },
    spec: { configuration: { name: target }, paused: more.paused === true },
    status: {
      configuration: { name: isUpdated ? target : 'rendered-1' },
      machineCount: machines,
      updatedMachineCount: updated,
      conditions: [
        { type: 'Updated', status: isUpdated ? 'True' : 'False' },
        { type: 'Updating', status: isUpdated ? 'False' : 'True' },
        ...(more.problem === undefined
          ? []
          : [{ type: 'NodeDegraded', status: 'True', message: more.problem }]),
      ],
    },
  };
}
