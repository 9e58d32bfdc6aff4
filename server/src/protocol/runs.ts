/** A mirror run of the view: the last one of a command, wherever it was started. */
export interface MirrorRunRow {
  /** Its folder, a path. */
  readonly run: string;
  /** What is mirrored, and where to, in short. */
  readonly label: string;
  /** How far it is, or what came of it, in a line. */
  readonly description: string;
  /** - `done`: nothing is missing; `incomplete`: something is; `stopped`: it did not come to its end */
  readonly state: 'running' | 'done' | 'incomplete' | 'stopped';
  /** Markdown. */
  readonly tooltip: string;
  /** When, ISO 8601, UTC. */
  readonly begun: string;
  /** The process that runs it, or ran it. */
  readonly process: number;
  /** What can be done about it here. */
  readonly can: readonly RunAction[];
}

/**
 * - `again`: the same command can be run here; `retry`: it would bring what failed
 * - `report`, `manifests`: they are there
 * - `verify`: the files of the run can be held to its destination
 */
export type RunAction = 'again' | 'retry' | 'report' | 'manifests' | 'verify';

/** What is new of mirror runs. */
export interface RunNews {
  readonly changed: readonly MirrorRunRow[];
  /** True where runs came or went: the list is to be asked for again. */
  readonly isListNew: boolean;
}

/** What a run is asked for by its folder; other clients have other words for it than paths. */
export interface RunQuestion {
  readonly run: string;
}

/** A line below a run. */
export interface RunPart {
  /**
   * Names it among the lines beside it; what is below it is asked for by the names of all above it. `more-N` leads to the lines from
   * the Nth one on.
   */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly kind:
    | 'command'
    | 'destination'
    | 'counts'
    | 'failures'
    | 'cause'
    | 'image'
    | 'advice'
    | 'catalog'
    | 'brokenCatalog'
    | 'bundle'
    | 'manifests'
    | 'report'
    | 'next'
    | 'step'
    | 'more';
  /** Whether there is something below it, and whether that is shown at first. */
  readonly below: 'nothing' | 'closed' | 'open';
  /** Plain text: all of what the line has no room for. */
  readonly tooltip?: string;
  /** What a click does. */
  readonly does?: RunStep;
  /** What is copied of it. */
  readonly copy?: string;
  /** Of an image that can be tried again without the others: by which it is asked for, one of `only` of `runCommand`. */
  readonly retry?: string;
}

/** What a line leads to. */
export type RunStep =
  /** A file that is shown, or a folder: paths. */
  | { readonly do: 'openFile'; readonly path: string }
  | { readonly do: 'openFolder'; readonly path: string }
  | { readonly do: 'showReport'; readonly path: string }
  /** Shows what applying the folder of this file does. */
  | { readonly do: 'forecast'; readonly path: string }
  /** Put the files of a folder on the cluster, after a question. */
  | { readonly do: 'apply'; readonly path: string }
  /** The same command once more. */
  | { readonly do: 'again' }
  /** A command of the command line, in a folder. */
  | {
      readonly do: 'run';
      readonly line: CommandLine;
      /** True for one that reaches no registry. */
      readonly isLocal?: true;
    }
  /** The same, with a destination behind it that is to be asked for. */
  | { readonly do: 'runTo'; readonly line: CommandLine }
  /** A text for the clipboard. */
  | { readonly do: 'copy'; readonly text: string };

/** What stands behind `operator-mirror`, and the folder in which it is run. */
export interface CommandLine {
  readonly arguments: readonly string[];
  readonly folder: string;
}
