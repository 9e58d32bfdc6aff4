import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { SharedObject } from './applyOrder.ts';
import type { MirrorSets } from './mirrorSets.ts';
import type { NodePools } from './nodePools.ts';
import type { Origins } from './origins.ts';

/**
 * Files as `oc apply` takes them. This and the interfaces below are all that this room knows of a workspace; a
 * `Snapshot` is one of each, and a test or a saved file of a cluster need not be more than what is asked.
 */
export interface ApplyFiles {
  /** By path. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  /** The paths of files that kustomizations name as patches: fragments, which are never applied themselves. */
  readonly patches: ReadonlySet<string>;
}

/** Files of which somebody wants to know what they would do. */
export interface ForecastFiles extends ApplyFiles {
  readonly provenance: Origins;
}

/** What nodes make of files: their registries, and what MachineConfigs put over them. */
export interface NodeRules {
  readonly mirrorSets: MirrorSets;
  readonly nodePools: NodePools;
}

/** Files through which a pull is traced. */
export interface PullFiles extends ForecastFiles, NodeRules {
  /** Manifests of one object in several places, of which `oc apply` leaves the last. */
  readonly sharedObjects: readonly SharedObject[];
  /** What is left of the files on a cluster after `oc apply` of all of them. */
  readonly asApplied: PullFiles;
  /** The catalogs’ own repositories in file stores, without `file://`: they tell what a hop has put before a path. */
  readonly catalogRepositories: readonly string[];
}
