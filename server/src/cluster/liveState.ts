import { splitLines } from '../documents/lines.ts';
import { parseYaml } from '../documents/yamlFile.ts';
import { Snapshot } from '../workspace/snapshot.ts';
import { readClusterMirrorSets } from './clusterMirrorSets.ts';
import { readClusterNodeSettings } from './clusterNodeSettings.ts';
import type { Oc } from './oc.ts';

/** What decides on the nodes of a cluster now. */
export interface LiveState {
  readonly state: { readonly sets: Snapshot };
  /** `MAJOR.MINOR.PATCH`; undefined where the cluster does not say. */
  readonly version: string | undefined;
  /** What the cluster did not tell, in sentences. */
  readonly unread: readonly string[];
  /** The files of the state are called by the commands that print them. */
  show(path: string): string;
}

/** @throws UserError as `readClusterMirrorSets` */
export async function liveState(oc: Oc): Promise<LiveState> {
  const [{ lists, version }, settings] = await Promise.all([
    readClusterMirrorSets(oc),
    readClusterNodeSettings(oc),
  ]);
  const texts = [...lists, ...settings.lists].map(([resource, text]) => {
    return [`oc get ${resource}`, { type: 'yaml', yaml: parseYaml(splitLines(text)) }] as const;
  });
  const sets = new Snapshot().withAll(new Map(texts));
  return { state: { sets }, version, unread: settings.unread, show: (path) => path };
}
