import {
  byName,
  type NodeState,
  nodeState,
  type PoolState,
  poolState,
  type SeenCluster,
} from './nodeStates.ts';
import { listOf } from './objects.ts';
import type { Oc } from './oc.ts';

/** @throws UserError as `runOc` */
export async function seeCluster(oc: Oc): Promise<SeenCluster> {
  const [pools, nodes] = await Promise.all([readPools(oc), readNodes(oc)]);
  return { pools, nodes };
}

/** @throws UserError as `runOc` */
async function readNodes(oc: Oc): Promise<readonly NodeState[]> {
  return (await listOf(oc, '/api/v1/nodes')).map(nodeState).toSorted(byName);
}

/** Empty for a cluster without a machine-config-operator. @throws UserError as `runOc` */
export async function readPools(oc: Oc): Promise<readonly PoolState[]> {
  const pools = await listOf(oc, '/apis/machineconfiguration.openshift.io/v1/machineconfigpools');
  return pools.map(poolState).toSorted(byName);
}
