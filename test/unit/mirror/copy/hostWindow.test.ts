import { describe, expect, it } from 'vitest';
import { HostWindow } from '../../../../server/src/mirror/copy/hostWindow.ts';

/** The sizes after so many rounds, in each of which as many requests end as the host gets. */
function sizes(
  window: HostWindow,
  rounds: number,
  strainAt: (size: number) => number,
  refusals = 0,
): number[] {
  return Array.from({ length: rounds }, () => {
    const { size } = window;
    for (let request = 0; request < size; request++) window.ended({ refusals, strain: strainAt(size) });
    return window.size;
  });
}

describe('what a host gets at the same time', () => {
  it('grows by one with each round while it answers as fast as ever, up to a bound', () => {
    const grown = sizes(new HostWindow(), 40, () => 1);
    expect(grown.slice(0, 3)).toEqual([13, 14, 15]);
    expect(grown.at(-1)).toBe(24);
  });

  it('settles where a host that works on two at once has enough to do', () => {
    const settled = sizes(new HostWindow(), 40, (size) => size / 2).slice(-10);
    expect(Math.min(...settled)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...settled)).toBeLessThanOrEqual(14);
  });

  it('shrinks while a host becomes slower the more it gets, and is never less than a few', () => {
    expect(sizes(new HostWindow(), 40, () => 1).at(-1)).toBe(24);
    const window = new HostWindow();
    sizes(window, 40, () => 1);
    expect(sizes(window, 3, () => 10)).toEqual([23, 22, 21]);
    expect(sizes(window, 60, () => 100).at(-1)).toBeGreaterThanOrEqual(4);
  });

  it('is halved by a refusal, once for all that were under way, down to one', () => {
    const window = new HostWindow();
    for (let refusals = 1; refusals <= 4; refusals++) window.ended({ refusals, strain: 1 });
    expect(window.size).toBe(6);
    for (let refusals = 5; refusals <= 40; refusals++) window.ended({ refusals, strain: 1 });
    expect(window.size).toBe(1);
    expect(sizes(window, 3, () => 1, 40)).toEqual([2, 3, 4]);
  });
});
