import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { isFolder } from '../files/find.ts';
import { readText } from '../files/textFile.ts';
import { clusterTextHelp, readClusterText } from '../pulls/clusterText.ts';
import { decidesOnNodes } from '../pulls/dropInChanges.ts';
import type { ClusterState } from '../pulls/forecastTypes.ts';
import type { Terminal } from './command.ts';
import { readNodeFiles } from './nodeFiles.ts';

/** What is on a cluster, as files tell it. */
export interface SavedCluster {
  readonly state: ClusterState;
  /** A path of the state as people know it. */
  show(path: string): string;
}

/**
 * Reads what is on a cluster: saved mirror sets, a folder of them, or a node's registries.conf.
 * @throws UserError `notRecognised` for what tells nothing of a cluster; as `readText`
 */
export async function savedCluster(path: string, terminal: Terminal): Promise<SavedCluster> {
  return (await isFolder(path)) ? folderState(path, terminal) : fileState(path);
}

async function folderState(path: string, terminal: Terminal): Promise<SavedCluster> {
  const { snapshot, show } = await readNodeFiles([path], 'forecast', terminal);
  if (decidesOnNodes(snapshot)) return { state: { sets: snapshot }, show };
  throw new UserError('notRecognised', t('{0} holds no mirror sets', path), { nextStep: t(clusterTextHelp) });
}

async function fileState(path: string): Promise<SavedCluster> {
  const read = readClusterText(path, await readText(path));
  if (read.ok) return { state: read.state, show: (one) => one };
  const place = read.line === undefined ? path : `${path}:${read.line}`;
  throw new UserError('notRecognised', t('{0} tells nothing of the cluster: {1}', place, read.problem), {
    nextStep: t(clusterTextHelp),
  });
}
