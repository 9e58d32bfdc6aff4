import type { RunRecord } from './journalReader.ts';
import type { RunProgress } from './runProgress.ts';

/** A run as it is seen on a disk now. */
export interface SeenRun {
  /** Its own folder, with the journal: an absolute path. */
  readonly folder: string;
  readonly record: RunRecord;
  readonly progress: RunProgress | undefined;
  /** True while its process is there. */
  readonly isAlive: boolean;
  /** Whether the folder in which it was run is here, and that of the files that it wrote. */
  readonly isFolderHere: boolean;
  readonly areManifestsHere: boolean;
}

/** - `done`: nothing is missing; `incomplete`: something is; `stopped`: it did not come to its end */
export type RunState = 'running' | 'done' | 'incomplete' | 'stopped';

/** Where a run stands. One whose process is gone without a word has stopped. */
export function stateOf({ record: { end }, isAlive }: SeenRun): RunState {
  if (end === undefined) return isAlive ? 'running' : 'stopped';
  if (end.isStopped) return 'stopped';
  return end.isComplete ? 'done' : 'incomplete';
}

/** How many images a run has finished, well or badly, and of how many. */
export function reachedBy({ record, progress }: SeenRun): { readonly done: number; readonly total: number } {
  const { counts } = record.end ?? {};
  if (counts !== undefined) {
    const done = counts.copied + counts.skipped + counts.failed;
    return { done, total: done + counts.stopped };
  }
  if (progress !== undefined) return progress;
  return { done: record.brought + record.failed, total: record.planned?.images ?? 0 };
}
