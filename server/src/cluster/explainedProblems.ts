import { parseReference } from '../documents/imageReference.ts';
import { parseLog } from '../log/parseLog.ts';
import type { Trace, TracedRule } from '../pulls/traceTypes.ts';
import { withFiles } from '../workspace/logLinks.ts';
import { defaultSettings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { trace } from '../workspace/trace.ts';
import type { ClusterProblem } from './clusterProblems.ts';

/** A problem with what it means, and where nodes look for its image. */
export interface ExplainedProblem {
  /** All objects that have it. */
  readonly objects: readonly string[];
  /** The words of the cluster. */
  readonly says: string;
  /** As `explain` names it; empty for words that it does not know. */
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
  readonly image: string;
  /** How nodes pull the image now; undefined where no image is named. */
  readonly trace: Trace | undefined;
  /** The rule that decides where nodes pull it from; undefined where none does. */
  readonly rule: TracedRule | undefined;
}

/**
 * Says of each problem what `explain` says of a log, and traces its image as `trace` does, through what is on the cluster. What
 * several objects have in common is one problem.
 * @param version `MAJOR.MINOR` of the cluster; undefined where nobody knows
 */
export function explainedProblems(
  problems: readonly ClusterProblem[],
  snapshot: Snapshot,
  version: string | undefined,
): readonly ExplainedProblem[] {
  const found = new Map<string, ExplainedProblem>();
  for (const problem of problems) {
    const one = explained(problem, snapshot, version);
    const key = JSON.stringify([one.code, one.image, one.code === '' ? one.says : '']);
    const same = found.get(key);
    found.set(key, same === undefined ? one : { ...same, objects: [...same.objects, ...one.objects] });
  }
  return [...found.values()];
}

function explained(
  { object, says, image }: ClusterProblem,
  snapshot: Snapshot,
  version: string | undefined,
): ExplainedProblem {
  const said = parseLog([says.replaceAll(/\s*[\r\n]+\s*/g, ' ')]);
  const { lines } = withFiles(said, { own: snapshot, near: snapshot, version });
  const line = lines.find(({ severity }) => severity === 'error') ?? lines[0];
  const named = image === '' ? (line?.image ?? '') : image;
  const parsed = parseReference(named);
  const settings = { cluster: { ...defaultSettings.cluster, version: version ?? '' } };
  const traced = named !== '' && parsed.ok ? trace({ snapshot, settings }, parsed.reference) : undefined;
  return {
    objects: [object],
    says,
    code: line?.code ?? '',
    cause: line?.cause ?? '',
    fix: line?.fix ?? '',
    image: named,
    trace: traced,
    rule: traced?.rules.find(({ matched }) => matched),
  };
}
