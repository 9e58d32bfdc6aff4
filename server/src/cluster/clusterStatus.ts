import { messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { type CatalogState, readCatalogSources, readClusterCatalogs, readPackages } from './catalogStates.ts';
import { readInstallProblems, readPullProblems } from './clusterProblems.ts';
import { type ExplainedProblem, explainedProblems } from './explainedProblems.ts';
import { liveState } from './liveState.ts';
import type { SeenCluster } from './nodeStates.ts';
import type { Oc } from './oc.ts';
import { seeCluster } from './seeCluster.ts';

/** How a cluster is, as far as mirrors and catalogs go. */
export interface ClusterStatus extends SeenCluster {
  readonly version: string | undefined;
  /** What redirects pulls there. */
  readonly sets: Snapshot;
  readonly catalogs: readonly CatalogState[];
  readonly problems: readonly ExplainedProblem[];
  /** What somebody who is logged in like this may not see, in whole sentences. */
  readonly unread: readonly string[];
}

/**
 * Asks for all of it at once. Whoever may see only some of it is told what is missing.
 * @param known files that tell where images were brought, for traces
 * @param now milliseconds since 1970
 * @throws UserError where the cluster does not answer, or is no OpenShift
 */
export async function readClusterStatus(oc: Oc, known: Snapshot, now: number): Promise<ClusterStatus> {
  const unread: string[] = [];
  const seen = async <Result>(read: Promise<Result>, otherwise: Result): Promise<Result> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof UserError) || (error.code !== 'forbidden' && error.code !== 'refused'))
        throw error;
      unread.push(t('Not everything can be seen: {0}.', messageOf(error)));
      return otherwise;
    }
  };
  const sources = seen(readPackages(oc), undefined).then((packages) =>
    seen(readCatalogSources(oc, packages), []),
  );
  const [live, cluster, catalogSources, clusterCatalogs, pulls, installs] = await Promise.all([
    liveState(oc),
    seen(seeCluster(oc), { pools: [], nodes: [] }),
    sources,
    seen(readClusterCatalogs(oc), []),
    seen(readPullProblems(oc), []),
    seen(readInstallProblems(oc, now), []),
  ]);
  const { sets } = live.state;
  const whole = sets.withAll(new Map([...known.files].map(([path, { content }]) => [path, content])));
  const version = live.version?.split('.').slice(0, 2).join('.');
  return {
    ...cluster,
    version: live.version,
    sets,
    catalogs: [...catalogSources, ...clusterCatalogs],
    problems: explainedProblems([...pulls, ...installs], whole, version),
    unread: [...unread, ...live.unread],
  };
}
