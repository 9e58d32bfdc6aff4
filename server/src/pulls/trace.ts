import { paragraph } from '../base/words.ts';
import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import { candidatesOf, type PullPlan, planPull } from '../documents/pullEndpoints.ts';
import { mergeRegistriesConf, type PullRules, scopesOf } from '../documents/pullRules.ts';
import { normalizedPullSpec } from '../documents/pullSpec.ts';
import { lostReasons } from './lostEntries.ts';
import { confsOfPool, rulesOver } from './nodePools.ts';
import { openReason } from './openPull.ts';
import { policyWords, poolWords, refusedWords } from './poolWords.ts';
import type { PullFiles } from './pullFiles.ts';
import { type PolicyRefusal, policyRefusal } from './registryScopes.ts';
import { placeOfRule, ruleList } from './ruleList.ts';
import { type MirrorNamed, mirrorNamed, nodeName, type Pull, reasonsOf } from './tracedRules.ts';
import type { Candidate, EndpointResult, Trace, TracedEndpoint, TraceWorld, Verdict } from './traceTypes.ts';
import { explainTrace } from './traceWords.ts';
import { leftOutJson, leftOutWords, undecidedIn } from './undecided.ts';

/**
 * Where a node pulls an image from, once all of the snapshot was applied: every place in the order in which it asks
 * them, the rules that say so, and those that nearly do. Contacts nobody: results are `untested` until somebody fills
 * them in (`withResults`).
 */
export function tracePull(world: TraceWorld, image: ImageReference): Trace {
  const snapshot = world.snapshot.asApplied;
  const { mirrorSets, nodePools } = snapshot;
  const show = world.show ?? ((path: string) => path);
  const pool = confsOfPool(tracedRole, mirrorSets, nodePools);
  const confs = mergeRegistriesConf([...pool.confs, ...(world.confs ?? [])]);
  const rules = rulesOver(mirrorSets, confs, pool.replaces);
  const allUndecided = undecidedIn(world.snapshot).map((one) => ({ ...one, path: show(one.path) }));
  const names = candidatesOf(rules, image);
  const candidates = (names.length === 0 ? [image] : names).map((name): Candidate => {
    const candidate = candidateOf(normalizedPullSpec(name), rules, confs, snapshot, show);
    const lost = lostReasons(candidate.pull, world.snapshot, show);
    const open = openReason(candidate, allUndecided, tracedRole);
    return { ...candidate, reasons: [...candidate.reasons, ...lost], open };
  });
  const refusedFiles = refusedWords(tracedRole, nodePools, show);
  const pullsNothing = refusedFiles.length > 0;
  const endpoints = pullsNothing ? [] : candidates.flatMap((candidate) => candidate.endpoints);
  const [first] = candidates;
  const refusal = first && policyRefusal(first.pull.name, mirrorSets.scopes);
  const sources = new Set(candidates.flatMap(({ pull }) => [...scopesOf(pull.name)]));
  const undecided = allUndecided.filter(({ source }) => source === undefined || sources.has(source));
  const named = candidates.length === 1 ? first?.names : undefined;
  const { explanation, remedy } = explainTrace(candidates, {
    ...world,
    snapshot,
    whole: world.snapshot,
    show,
  });
  return {
    image: image.registry === '' ? image : normalizedPullSpec(image),
    ...ruleList(candidates, [...confs.registries.values()], world.snapshot, show),
    endpoints,
    refusal,
    names: named,
    verdict: verdictOf(endpoints, refusal, named),
    explanation: pullsNothing
      ? refusedFiles
      : [
          ...policyWords(refusal, first?.pull.name ?? ''),
          ...explanation,
          ...poolWords({ ...world, snapshot }, image, endpoints),
          ...leftOutWords(
            undecided.filter(
              ({ source }) => source === undefined || endpoints.some(({ from }) => from === 'mirror'),
            ),
            (path) => path,
          ),
        ],
    remedy: pullsNothing ? undefined : remedy,
    undecided,
    open: pullsNothing ? undefined : candidates.find(({ open }) => open !== undefined)?.open,
  };
}

/** Operators run on these nodes; what other pools do otherwise is said beside it. */
const tracedRole = 'worker';

function candidateOf(
  image: ImageReference,
  rules: PullRules,
  confs: PullRules,
  snapshot: PullFiles,
  show: (path: string) => string,
): Omit<Candidate, 'open'> {
  const plan = planPull(rules, image);
  const decides = plan.rule;
  const fromConf = decides !== undefined && confs.registries.get(decides.prefix) === decides;
  const deciding =
    decides === undefined || fromConf ? undefined : snapshot.mirrorSets.tables.get(decides.prefix);
  const pull: Pull = {
    name: nodeName(image),
    image,
    by: image.digest === undefined ? 'tag' : 'digest',
    deciding,
    replacedBy: fromConf ? placeOfRule(decides, show) : undefined,
  };
  const endpoints = endpointsOf(plan, image);
  const names = leavesAlone(plan) ? mirrorNamed(image, snapshot) : undefined;
  return { pull, plan, endpoints, reasons: reasonsOf(pull, snapshot), registry: deciding, names };
}

/** True where no table has mirrors for the image or moves its name. One that only says `insecure` leaves it alone. */
function leavesAlone({ rule }: PullPlan): boolean {
  const place = rule?.location ?? '';
  return rule === undefined || (rule.mirrors.length === 0 && (place === '' || place === rule.prefix));
}

/**
 * The first place that has the image, or that may have it while nobody asked. As long as a place is untested, a mirror
 * behind it counts before it: what stands before a mirror is the source of an earlier candidate of a short name.
 */
export function verdictOf(
  endpoints: readonly TracedEndpoint[],
  refusal?: PolicyRefusal,
  names?: MirrorNamed,
): Verdict {
  if (refusal !== undefined) return 'blocked';
  const found = endpoints.findIndex(({ result }) => result === 'found');
  const open = (found === -1 ? endpoints : endpoints.slice(0, found + 1)).filter(
    ({ result }) => result === 'found' || result === 'untested',
  );
  if (open.some(({ from }) => from === 'mirror')) return 'mirror';
  if (open.length > 0) return names === undefined ? 'source' : 'mirror';
  return endpoints.some(({ from, result }) => from === 'source' && result === 'blocked')
    ? 'blocked'
    : 'unreachable';
}

/** The trace after places were asked; `results` in the order of its endpoints. */
export function withResults(traced: Trace, results: readonly EndpointResult[]): Trace {
  const endpoints = traced.endpoints.map((endpoint, index) => ({
    ...endpoint,
    result: endpoint.result === 'blocked' ? 'blocked' : (results[index] ?? endpoint.result),
  }));
  return { ...traced, endpoints, verdict: verdictOf(endpoints, traced.refusal, traced.names) };
}

function endpointsOf(plan: PullPlan, image: ImageReference): TracedEndpoint[] {
  if (!plan.ok) return [];
  return plan.endpoints.map(({ from, reference, insecure, blockedBy }) => ({
    from,
    reference,
    insecure,
    result: blockedBy === undefined ? 'untested' : 'blocked',
    image,
  }));
}

/** A trace as JSON has it: names and shapes are fixed. */
export function traceJson({
  image,
  rules,
  unrelated,
  endpoints,
  verdict,
  explanation,
  remedy,
  undecided,
}: Trace): object {
  return {
    image: formatReference(image),
    rules: rules.map(({ file, line, kind, source, matched, reason }) => ({
      file,
      line: line ?? null,
      kind,
      source,
      matched,
      reason,
    })),
    unrelated,
    endpoints: endpoints.map(({ reference, from, result }) => ({
      image: formatReference(reference),
      from,
      result,
    })),
    verdict,
    explanation: paragraph(explanation),
    ...(remedy === undefined ? {} : { remedy }),
    ...leftOutJson(undecided),
  };
}
