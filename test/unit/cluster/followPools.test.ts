import { describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { type Clock, followPools } from '../../../server/src/cluster/followPools.ts';
import type { NodeState, PoolState } from '../../../server/src/cluster/nodeStates.ts';

const minute = 60_000;

/** A clock that stands still until somebody waits. */
class StandingClock implements Clock {
  time = 0;
  readonly now = () => this.time;
  readonly wait = async (milliseconds: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    this.time += milliseconds;
  };
}

function pool(name: string, target: string, more: Partial<PoolState> = {}): PoolState {
  return {
    name,
    target,
    isUpdated: true,
    isPaused: false,
    machines: 2,
    updatedMachines: 2,
    problem: '',
    ...more,
  };
}

const node = (more: Partial<NodeState> = {}): NodeState => {
  return { name: 'one', isReady: true, isSchedulable: true, problem: '', ...more };
};
const changing = pool('worker', 'b', { isUpdated: false, updatedMachines: 1 });
const away = new UserError('cluster', 'oc: no route to host');

/** Follows what a cluster shows, look by look; the last look lasts. */
async function follow(looks: readonly (readonly PoolState[] | Error)[], before = [pool('worker', 'a')]) {
  const clock = new StandingClock();
  const lines: string[] = [];
  const left = [...looks];
  const stop = new AbortController();
  const followed = await followPools({
    look: async () => {
      const seen = left.length > 1 ? left.shift() : left[0];
      if (seen instanceof Error) throw seen;
      return { pools: seen ?? [], nodes: [node()] };
    },
    before,
    concerned: () => true,
    tell: (line) => lines.push(line),
    clock,
    signal: stop.signal,
  });
  return { ...followed, lines, time: clock.time };
}

describe('followPools', () => {
  it('ends when all pools have what they are to have, and tells each change once', async () => {
    const { end, lines } = await follow([
      [pool('worker', 'a')],
      [pool('worker', 'a')],
      [changing],
      [changing],
      [pool('worker', 'b')],
    ]);
    expect(end).toBe('done');
    expect(lines).toEqual([
      'Pool worker has not begun yet.',
      'Node one: Ready',
      'Pool worker changes: 1 of 2 nodes are done.',
      'Pool worker is done: 2 of 2 nodes.',
    ]);
  });

  it('takes no pool for done that has not begun, and gives up after minutes', async () => {
    const { end, time } = await follow([[pool('worker', 'a')]]);
    expect(end).toBe('unbegun');
    expect(time).toBeGreaterThan(5 * minute);
    expect(time).toBeLessThan(6 * minute);
  });

  it('lets a problem go by, and ends with one that stays', async () => {
    const broken = pool('worker', 'b', { isUpdated: false, problem: 'failed to drain node' });
    const over = await follow([[broken], [broken], [changing], [pool('worker', 'b')]]);
    expect(over.end).toBe('done');
    expect(over.lines).toContain('Pool worker cannot go on: failed to drain node');
    expect((await follow([[broken]])).end).toBe('stuck');
  });

  it('waits for no pool that is paused, and says that it is', async () => {
    const paused = pool('worker', 'b', { isUpdated: false, isPaused: true });
    const { end, lines } = await follow(
      [
        [paused, changing],
        [paused, pool('master', 'b')],
      ],
      [pool('worker', 'a'), pool('master', 'a')],
    );
    expect(end).toBe('stuck');
    expect(lines[0]).toMatch(/^Pool worker is paused: it gets no change until/);
  });

  it('goes on when the API is away for a while, and not for ever', async () => {
    const { end, lines } = await follow([[changing], away, away, [pool('worker', 'b')]]);
    expect(end).toBe('done');
    expect(lines).toContain('The cluster does not answer for the moment: oc: no route to host');
    await expect(follow([away])).rejects.toBe(away);
    const forbidden = new UserError('forbidden', 'oc: no');
    await expect(follow([[changing], forbidden])).rejects.toBe(forbidden);
  });
});
