import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { NodeState, PoolState, SeenCluster } from './nodeStates.ts';

/** The clock of whoever follows. */
export interface Clock {
  /** Milliseconds since any moment. */
  now(): number;
  /** @throws the reason of the signal once that fires */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What came of a change of all nodes. */
export interface FollowedPools extends SeenCluster {
  /** `stuck`: a pool is paused, or has not been able to go on for minutes. `unbegun`: one has not begun in time. */
  readonly end: 'done' | 'stuck' | 'unbegun';
}

/** Milliseconds for which the machine-config-operator may think before it begins: it takes seconds. */
const patienceToBegin = 5 * 60_000;
/** Milliseconds for which something may be wrong that goes by, such as a pod that cannot be evicted at once. */
const patienceWithProblem = 5 * 60_000;
/** Milliseconds for which the API may be away: with the masters its own machines restart, one after the other. */
const patienceForAnswer = 15 * 60_000;
/** Milliseconds between two looks: short while something moves, longer the longer nothing does. */
const shortest = 500;
const longest = 10_000;

/** What is followed, and how. */
export interface Followed {
  /** How the cluster is now. @throws UserError `cluster` while it does not answer */
  look(): Promise<SeenCluster>;
  /** The pools before anything was applied. */
  readonly before: readonly PoolState[];
  /** True for the pools that will change. */
  concerned(pool: PoolState): boolean;
  /** Told a line for people. */
  tell(line: string): void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Follows the pools that get another configuration until all their nodes have it, and tells each change of a node or a pool.
 * @throws UserError as `look`, and the signal's reason: the cluster goes on without us
 */
export async function followPools({
  look,
  before,
  concerned,
  tell,
  clock,
  signal,
}: Followed): Promise<FollowedPools> {
  const targets = new Map(before.map(({ name, target }) => [name, target]));
  const begun = new Set(before.filter(({ isUpdated }) => !isUpdated).map(({ name }) => name));
  const told = new Map<string, string>();
  const wrongSince = new Map<string, number>();
  const start = clock.now();
  let pause = shortest;
  let answered = start;
  for (;;) {
    const seen = await look().catch((error: unknown) => {
      const isAway = error instanceof UserError && error.code === 'cluster' && !signal.aborted;
      if (!isAway || clock.now() - answered > patienceForAnswer) throw error;
      return error.message;
    });
    if (typeof seen === 'string') {
      pause = sayOnce(told, 'cluster', t('The cluster does not answer for the moment: {0}', seen), tell)
        ? shortest
        : Math.min(pause * 2, longest);
      await clock.wait(pause, signal);
      continue;
    }
    answered = clock.now();
    told.delete('cluster');
    const { pools, nodes } = seen;
    const own = pools.filter(concerned);
    for (const { name, target, isUpdated } of own)
      if (target !== targets.get(name) || !isUpdated) begun.add(name);
    const lines = [...own.map((pool) => [pool.name, poolLine(pool, begun)] as const), ...nodeLines(nodes)];
    const news = lines.filter(([name, line]) => sayOnce(told, name, line, tell));
    const now = clock.now();
    for (const { name, problem } of own) {
      if (problem === '') wrongSince.delete(name);
      else if (!wrongSince.has(name)) wrongSince.set(name, now);
    }
    const open = own.filter(({ name, isUpdated }) => !begun.has(name) || !isUpdated);
    const waiting = open.filter(({ isPaused }) => !isPaused);
    if (waiting.length === 0) return { end: open.length === 0 ? 'done' : 'stuck', pools, nodes };
    const isStuck = ({ name }: PoolState) => now - (wrongSince.get(name) ?? now) > patienceWithProblem;
    if (waiting.some(isStuck)) return { end: 'stuck', pools, nodes };
    if (now - start > patienceToBegin && waiting.some(({ name }) => !begun.has(name)))
      return { end: 'unbegun', pools, nodes };
    pause = news.length > 0 ? shortest : Math.min(pause * 2, longest);
    await clock.wait(pause, signal);
  }
}

/** True when the line is another one than the last of its name. */
function sayOnce(
  told: Map<string, string>,
  name: string,
  line: string,
  tell: (line: string) => void,
): boolean {
  if (told.get(name) === line) return false;
  told.set(name, line);
  tell(line);
  return true;
}

/** A pool as a line for people. */
function poolLine(pool: PoolState, begun: ReadonlySet<string>): string {
  const { name, machines, updatedMachines, isUpdated, isPaused, problem } = pool;
  if (problem !== '') return t('Pool {0} cannot go on: {1}', name, problem);
  if (isPaused)
    return t('Pool {0} is paused: it gets no change until somebody sets spec.paused to false.', name);
  if (!begun.has(name)) return t('Pool {0} has not begun yet.', name);
  if (isUpdated) return t('Pool {0} is done: {1} of {1} nodes.', name, machines);
  return t('Pool {0} changes: {1} of {2} nodes are done.', name, updatedMachines, machines);
}

function nodeLines(nodes: readonly NodeState[]): (readonly [string, string])[] {
  return nodes.map((node) => [`node/${node.name}`, t('Node {0}: {1}', node.name, nodeWords(node))]);
}

/** The states of a node in the words of `oc get nodes`. */
export function nodeWords({ isReady, isSchedulable }: NodeState): string {
  return [isReady ? 'Ready' : 'NotReady', ...(isSchedulable ? [] : ['SchedulingDisabled'])].join(',');
}
