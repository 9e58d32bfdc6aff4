import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import { candidatesOf, type PullPlan, planPull } from '../documents/pullEndpoints.ts';
import {
  mergeRegistriesConf,
  type NamedRegistriesConf,
  type PullRules,
  scopesOf,
} from '../documents/pullRules.ts';
import { normalizedPullSpec } from '../documents/pullSpec.ts';
import { confsOfPool, rulesOver } from '../pulls/nodePools.ts';
import type { NodeRegistry } from '../pulls/nodeRegistries.ts';
import { type PolicyRefusal, policyRefusal } from '../pulls/registryScopes.ts';
import { type LeftOut, leftOutJson, leftOutOf, leftOutWords } from './leftOut.ts';
import { lostReasons } from './lostEntries.ts';
import { policyWords, poolWords, refusedWords } from './poolWords.ts';
import type { Remedy } from './remedy.ts';
import { placeOfRule, ruleList } from './ruleList.ts';
import type { Settings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import {
  type EntryReason,
  type MirrorNamed,
  mirrorNamed,
  nodeName,
  type Pull,
  reasonsOf,
} from './tracedRules.ts';
import { explainTrace } from './traceWords.ts';

/** A rule that holds for an image, or could have been meant for it. */
export interface TracedRule {
  readonly file: string;
  /** One-based; undefined where the file is not at hand. */
  readonly line: number | undefined;
  /** The kind of the mirror set, or `registries.conf`. */
  readonly kind: string;
  readonly source: string;
  readonly matched: boolean;
  /** Why it redirects the pull, or why it does not. Without a final dot. */
  readonly reason: string;
}

export type EndpointResult = 'untested' | 'found' | 'missing' | 'unreachable' | 'unauthorized' | 'blocked';

/** A place that a node asks. */
export interface TracedEndpoint {
  readonly reference: ImageReference;
  readonly from: 'mirror' | 'source';
  readonly result: EndpointResult;
  readonly insecure: boolean;
  /** The image that is asked for there by another name; a short name stands for several. */
  readonly image: ImageReference;
}

/**
 * What comes of a pull:
 * - `mirror`: a mirror serves it, or while nobody was asked, one is on the way. Of a short name it may be the mirror
 *   of a later candidate: a node asks the earlier ones first. Also where the image itself names a place in a registry of
 *   mirrors: to a node that is a source, and a mirror serves it all the same
 * - `source`: it comes from where its name says, or where a table moves the name
 * - `blocked`: the source is blocked and no mirror serves it, or the policy of the nodes refuses the image by its name
 * - `unreachable`: all places were asked, and none has it
 */
export type Verdict = 'mirror' | 'source' | 'blocked' | 'unreachable';

/** Where nodes pull an image from, and why. */
export interface Trace {
  /** As nodes ask for it: with Docker's defaults, unless it is a short name. */
  readonly image: ImageReference;
  readonly rules: readonly TracedRule[];
  /** How many rules have nothing to do with it. */
  readonly unrelated: number;
  /** In the order in which a node tries them. */
  readonly endpoints: readonly TracedEndpoint[];
  /** Why the policy of the nodes refuses the image by its name, wherever it would come from. */
  readonly refusal: PolicyRefusal | undefined;
  /** Whether the image itself names a mirror, or the registry of the mirrors, so that nothing needs to redirect it. */
  readonly names: MirrorNamed | undefined;
  readonly verdict: Verdict;
  /** Whole sentences, the answer first. */
  readonly explanation: readonly string[];
  /** What would make nodes ask a mirror, where none is asked and one is known. */
  readonly remedy: Remedy | undefined;
  /**
   * What could hold for the image and is a template; paths as they are shown. The sentences name an entry with a known
   * source as the reason where no mirror is asked, and else with all others of these.
   */
  readonly leftOut: readonly LeftOut[];
}

/** What a trace goes through. */
export interface TraceWorld {
  readonly snapshot: Snapshot;
  readonly settings: Pick<Settings, 'cluster'>;
  /** registries.conf files that nodes have besides what the mirror sets make, the later ones over the earlier. */
  readonly confs?: readonly NamedRegistriesConf[];
  /** How a path is shown to people. */
  readonly show?: (path: string) => string;
}

/** One image that a name stands for, with what becomes of its pull: the only one, but for short names. */
export interface Candidate {
  readonly pull: Pull;
  readonly plan: PullPlan;
  readonly endpoints: readonly TracedEndpoint[];
  readonly reasons: readonly EntryReason[];
  /** What the mirror sets make for it; undefined where another table decides, or none. */
  readonly registry: NodeRegistry | undefined;
  /** As in `Trace`. */
  readonly names: MirrorNamed | undefined;
}

/**
 * Where a node pulls an image from, once all of the snapshot was applied: every place in the order in which it asks
 * them, the rules that say so, and those that nearly do. Contacts nobody: results are `untested` until somebody fills
 * them in (`withResults`).
 */
export function trace(world: TraceWorld, image: ImageReference): Trace {
  const snapshot = world.snapshot.asApplied;
  const { mirrorSets, nodePools } = snapshot;
  const show = world.show ?? ((path: string) => path);
  const pool = confsOfPool(tracedRole, mirrorSets, nodePools);
  const confs = mergeRegistriesConf([...pool.confs, ...(world.confs ?? [])]);
  const rules = rulesOver(mirrorSets, confs, pool.replaces);
  const names = candidatesOf(rules, image);
  const candidates = (names.length === 0 ? [image] : names).map((name): Candidate => {
    const candidate = candidateOf(normalizedPullSpec(name), rules, confs, snapshot, show);
    const lost = lostReasons(candidate.pull, world.snapshot, show);
    return { ...candidate, reasons: [...candidate.reasons, ...lost] };
  });
  const refusedFiles = refusedWords(tracedRole, nodePools, show);
  const pullsNothing = refusedFiles.length > 0;
  const endpoints = pullsNothing ? [] : candidates.flatMap((candidate) => candidate.endpoints);
  const [first] = candidates;
  const refusal = first && policyRefusal(first.pull.name, mirrorSets.scopes);
  const sources = new Set(candidates.flatMap(({ pull }) => [...scopesOf(pull.name)]));
  const leftOut = leftOutOf(world.snapshot)
    .filter(({ source }) => source === undefined || sources.has(source))
    .map((one) => ({ ...one, path: show(one.path) }));
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
            leftOut.filter(
              ({ source }) => source === undefined || endpoints.some(({ from }) => from === 'mirror'),
            ),
            (path) => path,
          ),
        ],
    remedy: pullsNothing ? undefined : remedy,
    leftOut,
  };
}

/** Operators run on these nodes; what other pools do otherwise is said beside it. */
const tracedRole = 'worker';

function candidateOf(
  image: ImageReference,
  rules: PullRules,
  confs: PullRules,
  snapshot: Snapshot,
  show: (path: string) => string,
): Candidate {
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
  leftOut,
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
    explanation: explanation.join(' '),
    ...(remedy === undefined ? {} : { remedy }),
    ...leftOutJson(leftOut),
  };
}
