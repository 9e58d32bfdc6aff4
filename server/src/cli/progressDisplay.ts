import type { PlannedImage } from '../mirror/copy/events.ts';

/** Where a run stands. */
export interface ProgressState {
  /** Images that are finished, well or badly. */
  readonly done: number;
  /** Undefined until all images are known. */
  readonly total: number | undefined;
  /** Bytes that were moved so far. */
  readonly bytes: number;
  /** The image that was finished last. */
  readonly last: PlannedImage | undefined;
}

/** One way to show how far a run is. */
export interface ProgressDisplay {
  /** True for a display that time changes too: it is shown again when nothing has happened. */
  readonly live: boolean;
  /** Called at most ten times a second. */
  show(state: ProgressState): void;
  /** Makes room for lines that are printed now. */
  clear(): void;
  /** The last call. `end` is what a run came to; undefined when it ended with an error. */
  end(end: Readonly<Record<string, unknown>> | undefined): void;
}
