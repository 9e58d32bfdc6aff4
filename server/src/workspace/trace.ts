import type { ImageReference } from '../documents/imageReference.ts';
import { tracePull } from '../pulls/trace.ts';
import type { Trace, TraceWorld } from '../pulls/traceTypes.ts';
import { clusterVersion } from './clusterVersion.ts';
import { copiesOf } from './copies.ts';
import type { Settings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';

/** What a trace through a workspace goes through. */
export interface TracedWorkspace extends Pick<TraceWorld, 'confs' | 'show'> {
  readonly snapshot: Snapshot;
  readonly settings: Pick<Settings, 'cluster'>;
}

/** `tracePull` through the files of a workspace, with what its mapping.txt files tell of copies and its settings of the cluster. */
export function trace({ snapshot, settings, ...more }: TracedWorkspace, image: ImageReference): Trace {
  const applied = snapshot.asApplied;
  return tracePull(
    {
      ...more,
      snapshot,
      versionFor: (path) => clusterVersion({ snapshot: applied, settings, path }),
      copiesOf: (copied) => copiesOf(applied, copied),
    },
    image,
  );
}
