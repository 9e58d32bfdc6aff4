import type { RegistryTable } from '../documents/registriesConf.ts';
import type { SetChange } from './appliedSets.ts';
import type { RegistryChange } from './drain.ts';
import type { ApplyFiles } from './pullFiles.ts';
import type { Undecided } from './undecided.ts';

/**
 * What nodes do because of a change:
 * - `none`: nothing changes for them
 * - `reload`: CRI-O reads its configuration again, and pods stay where they are
 * - `drain`: each node of each pool is drained, one after the other, and does not restart
 * - `reboot`: each node is drained and restarts: of all pools, or of those whose drop-ins change
 * - `stopped`: the machine-config-operator stops, and no node gets any change of mirrors until that is repaired
 */
export type NodeEffect = 'none' | 'reload' | 'drain' | 'reboot' | 'stopped';

/** What applying mirror sets to a cluster does. */
export interface Forecast {
  readonly effect: NodeEffect;
  /** The pools whose nodes restart because drop-ins of MachineConfigs change, whatever the mirror sets do. */
  readonly restarting: readonly string[];
  readonly sets: readonly SetChange[];
  readonly changes: readonly RegistryChange[];
  /** What the API server refuses or the machine-config-operator stops at, with the place. */
  readonly problems: readonly PlacedProblem[];
  /** The registries.conf that nodes have afterwards; while the machine-config-operator stops, would have. */
  readonly registriesConf: string;
  /**
   * True when something of the folder reaches the nodes and means anything there: no set redirects a pull whose sources
   * were all left by a `file://` hop, that is empty, or that is refused.
   */
  readonly takesEffect: boolean;
  /** Whole sentences, the answer first. */
  readonly explanation: readonly string[];
  /** What of the folder nobody knows yet, such as templates. */
  readonly undecided: readonly Undecided[];
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
  readonly sets?: ApplyFiles;
  readonly conf?: readonly RegistryTable[];
}
