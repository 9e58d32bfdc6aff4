import { formatReference, type ImageReference, withDockerDefaults } from '../documents/imageReference.ts';
import { candidatesOf, type PullPlan, planPull } from '../documents/pullEndpoints.ts';
import {
  mergeRegistriesConf,
  type NamedRegistriesConf,
  type PullRule,
  scopesOf,
} from '../documents/pullRules.ts';
import { lineOf } from './mirrorSets.ts';
import type { NodeRegistry } from './nodeRegistries.ts';
import type { Remedy } from './remedy.ts';
import type { Settings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import { type EntryReason, nodeName, type Pull, reasonsOf } from './tracedRules.ts';
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
}

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
  readonly verdict: Verdict;
  /** Whole sentences, the answer first. */
  readonly explanation: readonly string[];
  /** What would make nodes ask a mirror, where none is asked and one is known. */
  readonly remedy: Remedy | undefined;
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

/**
 * Where a node pulls an image from: every place in the order in which it asks them, the rules that say so, and those
 * that nearly do. Contacts nobody: results are `untested` until somebody fills them in (`withResults`).
 */
export function trace(world: TraceWorld, image: ImageReference): Trace {
  const confs = mergeRegistriesConf(world.confs ?? []);
  const { rules: ofSets, registries } = world.snapshot.mirrorSets;
  const search = confs.unqualifiedSearchRegistries;
  const rules = {
    ...ofSets,
    registries: new Map<string, PullRule>([...ofSets.registries, ...confs.registries]),
    aliases: confs.aliases,
    unqualifiedSearchRegistries: search.length > 0 ? search : ofSets.unqualifiedSearchRegistries,
  };
  const names = candidatesOf(rules, image);
  const candidates = (names.length === 0 ? [image] : names).map(withDockerDefaults);
  const plans = candidates.map((candidate) => planPull(rules, candidate));
  const endpoints = plans.flatMap(endpointsOf);
  const [first = withDockerDefaults(image)] = candidates;
  const [plan] = plans;
  const decides = plan?.rule;
  const fromConf = decides !== undefined && confs.registries.get(decides.prefix) === decides;
  const show = world.show ?? ((path: string) => path);
  const pull: Pull = {
    name: nodeName(first),
    image: first,
    by: first.digest === undefined ? 'tag' : 'digest',
    deciding: decides === undefined || fromConf ? undefined : registries.get(decides.prefix),
    replacedBy: fromConf ? `${show(decides.path)}:${decides.range.start.line + 1}` : undefined,
  };
  const { reasons, unrelated } = reasonsOf(pull, world.snapshot);
  const { traced, others } = confRules(pull, decides, [...confs.registries.values()], show);
  const entries = reasons.map((reason) => tracedRule(reason, world.snapshot, show));
  const found: Found = { pull, plan, short: names.length > 1, reasons, registry: pull.deciding, show };
  return {
    image: image.registry === '' ? image : first,
    rules: [...traced, ...entries].sort((a, b) => Number(b.matched) - Number(a.matched)),
    unrelated: unrelated + others,
    endpoints,
    verdict: verdictOf(endpoints),
    ...explainTrace(found, endpoints, world),
  };
}

/** What a trace found, for the words about it. */
export interface Found {
  readonly pull: Pull;
  readonly plan: PullPlan | undefined;
  /** True for a short name that stands for several images. */
  readonly short: boolean;
  readonly reasons: readonly EntryReason[];
  readonly registry: NodeRegistry | undefined;
  readonly show: (path: string) => string;
}

/**
 * What comes of a pull: the first place that has the image, or while nobody asked, the first that is asked. Without
 * one it is `blocked` when the source is blocked, else `unreachable`.
 */
export function verdictOf(endpoints: readonly TracedEndpoint[]): Verdict {
  const serves = endpoints.find(({ result }) => result === 'found' || result === 'untested');
  if (serves !== undefined) return serves.from;
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
  return { ...traced, endpoints, verdict: verdictOf(endpoints) };
}

function endpointsOf(plan: PullPlan): TracedEndpoint[] {
  if (!plan.ok) return [];
  return plan.endpoints.map(({ from, reference, insecure, blockedBy }) => ({
    from,
    reference,
    insecure,
    result: blockedBy === undefined ? 'untested' : 'blocked',
  }));
}

function tracedRule(
  { placed, matched, reason }: EntryReason,
  snapshot: Snapshot,
  show: (path: string) => string,
): TracedRule {
  const line = lineOf(placed, snapshot);
  return {
    file: show(placed.path),
    line: line === undefined ? undefined : line + 1,
    kind: placed.kind,
    source: placed.entry.source?.value ?? '',
    matched,
    reason,
  };
}

function confRules(
  pull: Pull,
  decides: PullRule | undefined,
  tables: readonly PullRule[],
  show: (path: string) => string,
): { traced: TracedRule[]; others: number } {
  const scopes = new Set(scopesOf(pull.name));
  const holding = tables.filter(({ prefix }) => scopes.has(prefix));
  const traced = holding.map((table): TracedRule => {
    const { prefix, path, range, mirrors, blocked } = table;
    const reason =
      table !== decides
        ? `the longer prefix ${decides?.prefix ?? ''} decides alone`
        : `the longest prefix that holds for this image${mirrors.length === 0 ? '; it has no mirrors' : ''}${blocked ? '; it blocks the source' : ''}`;
    const matched = table === decides;
    return {
      file: show(path),
      line: range.start.line + 1,
      kind: 'registries.conf',
      source: prefix,
      matched,
      reason,
    };
  });
  return { traced, others: tables.length - holding.length };
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
  };
}
