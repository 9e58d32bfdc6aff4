import type { Effect, FailedPull, LogSeverity, VersionedFix } from './pattern.ts';

/**
 * A log of the tools that mirror and pull: what each line that matters means, and what came of each command. Never
 * throws, and takes time linear in the text.
 */
export interface LogDocument {
  /** The worst of the runs. */
  readonly verdict: Verdict;
  readonly runs: readonly LogRun[];
  /** In the order of the text. A line may stand here twice, where it means two things. */
  readonly lines: readonly ExplainedLine[];
  /** What `oc` wrote, by the name that it has at the destination → its digest. */
  readonly digests: ReadonlyMap<string, string>;
  /** True when a line can be of nothing but such a log. Other texts may hold words like `error:`. */
  readonly isLog: boolean;
}

/**
 * What a log says of its command:
 * - `failed`: it ended with an error
 * - `incomplete`: images are missing or damaged, whatever the exit code
 * - `not-pulled`: a node or a pod could not pull an image. It is no run that lost anything: nothing is said of the mirror
 * - `complete`: all was done
 * - `unknown`: it does not tell
 */
export type Verdict = 'failed' | 'incomplete' | 'not-pulled' | 'unknown' | 'complete';

/** From the worst on. That nothing is known is worse than that all is well. */
export const verdicts: readonly Verdict[] = ['failed', 'incomplete', 'not-pulled', 'unknown', 'complete'];

/** One command's part of the log. */
export interface LogRun {
  /** `oc`, `oc-mirror`, `opm`, `podman`, `skopeo`, `kubelet`, `olm`, or the program that the command names. */
  readonly tool: string;
  /** As it was typed; empty where the log does not show it. */
  readonly command: string;
  readonly verdict: Verdict;
  /** The lines of its output, zero-based; `end` is one behind the last. */
  readonly start: number;
  readonly end: number;
  /** The folder that the run wrote its manifests to, as the log names it. */
  readonly manifests: string | undefined;
  /** The line in which it says that it is through, zero-based. */
  readonly through: number | undefined;
  /** The mapping.txt that it wrote or read, as the log names it. */
  readonly mapping: string | undefined;
  /** True when it copied to files. */
  readonly toFiles: boolean;
  /** True when it copied from files. */
  readonly fromFiles: boolean;
  /** The images that it planned to write, by their names at the destination; undefined where the log leaves parts out. */
  readonly planned: ReadonlySet<string> | undefined;
}

export interface ExplainedLine {
  /** Zero-based. */
  readonly line: number;
  readonly code: string;
  readonly severity: LogSeverity;
  /** Plain sentences. */
  readonly cause: string;
  readonly fix: string;
  /** What to do instead, once the version of the cluster is known. */
  readonly fixByVersion?: VersionedFix;
  /** Set where a pull failed. */
  readonly pull?: FailedPull;
  /** The image that the line names, as it names it. */
  readonly image: string | undefined;
  readonly effect: Effect | undefined;
}
