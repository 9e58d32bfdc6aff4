import { describe, expect, it } from 'vitest';
import { bundlesChosen, type Choosable, choose } from '../../../server/src/catalog/choosing.ts';
import { type PackageSelection, selectFrom } from '../../../server/src/catalog/selection.ts';
import { viewPackage } from '../../support/viewCatalog.ts';

const keys = viewPackage('keys');

const all: Choosable = {};
const channel = (name: string): Choosable => ({ channel: name });
const version = (name: string, at = 'stable'): Choosable => ({ channel: at, bundle: `keys.v${name}` });

/** Ticks with `+`, takes ticks away with `-`, one after the other. */
function chosenBy(...steps: readonly (readonly ['+' | '-', Choosable])[]): PackageSelection | undefined {
  return steps.reduce<PackageSelection | undefined>(
    (before, [sign, what]) => choose(keys, before, what, sign === '+'),
    undefined,
  );
}

const stable = (range: object = {}) => ({ name: 'keys', channels: [{ name: 'stable', ...range }] });

describe('what is chosen of a package', () => {
  it.each([
    ['all of it', chosenBy(['+', all]), { name: 'keys' }],
    ['nothing', chosenBy(['+', all], ['-', all]), undefined],
    ['a channel', chosenBy(['+', channel('stable')]), stable()],
    [
      'all channels but one',
      chosenBy(['+', all], ['-', channel('old')]),
      { name: 'keys', channels: [{ name: 'candidate' }, { name: 'stable' }] },
    ],
    ['the last channel that goes', chosenBy(['+', channel('stable')], ['-', channel('stable')]), undefined],
    [
      'channels in the order of the catalog',
      chosenBy(['+', channel('stable')], ['+', channel('candidate')]),
      { name: 'keys', channels: [{ name: 'candidate' }, { name: 'stable' }] },
    ],
    [
      'another default channel, where the one of the catalog is not chosen',
      chosenBy(['+', channel('candidate')]),
      { name: 'keys', defaultChannel: 'candidate', channels: [{ name: 'candidate' }] },
    ],
    ['the head', chosenBy(['+', version('2.0.0')]), stable()],
    [
      'an older version alone',
      chosenBy(['+', version('1.1.0')]),
      stable({ minVersion: '1.1.0', maxVersion: '1.1.0' }),
    ],
    [
      'all versions down to an older one',
      chosenBy(['+', channel('stable')], ['+', version('1.1.0')]),
      stable({ minVersion: '1.1.0' }),
    ],
    [
      'all versions between two',
      chosenBy(['+', version('1.0.0')], ['+', version('1.2.0')]),
      stable({ minVersion: '1.0.0', maxVersion: '1.2.0' }),
    ],
    [
      'a range without its oldest',
      chosenBy(['+', channel('stable')], ['+', version('1.1.0')], ['-', version('1.1.0')]),
      stable({ minVersion: '1.2.0' }),
    ],
    [
      'a range without its newest',
      chosenBy(['+', channel('stable')], ['+', version('1.1.0')], ['-', version('2.0.0')]),
      stable({ minVersion: '1.1.0', maxVersion: '1.3.0' }),
    ],
    [
      'what is newer than one from the middle of a range',
      chosenBy(['+', channel('stable')], ['+', version('1.0.0')], ['-', version('1.2.0')]),
      stable({ minVersion: '1.3.0' }),
    ],
    [
      'nothing, after the only version',
      chosenBy(['+', version('1.1.0')], ['-', version('1.1.0')]),
      undefined,
    ],
    [
      'what it was, for a name that is nowhere',
      chosenBy(['+', all], ['+', channel('nowhere')]),
      { name: 'keys' },
    ],
    [
      'what it was, for a bundle that is not in the channel',
      chosenBy(['+', channel('stable')], ['+', version('2.1.0')]),
      stable(),
    ],
  ])('is %s', (_what, chosen, expected) => {
    expect(chosen).toEqual(expected);
  });

  it('is never refused by oc-mirror, in whatever order somebody ticks', () => {
    const boxes: Choosable[] = [
      all,
      ...keys.channels.flatMap(({ name, entries }) => [
        channel(name),
        ...entries.map((entry) => ({ channel: name, bundle: entry.name })),
      ]),
    ];
    const catalog = { packages: [keys], others: [], problems: [] };
    let chosen: PackageSelection | undefined;
    let seed = 7;
    for (let step = 0; step < 300; step++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const box = boxes[seed % boxes.length] ?? all;
      const on = seed % 3 !== 0;
      chosen = choose(keys, chosen, box, on);
      if (chosen === undefined) continue;
      expect(selectFrom(catalog, { full: false, packages: [chosen] }).problems).toEqual([]);
      if (box.bundle === undefined || box.channel === undefined) continue;
      const kept = bundlesChosen(keys, chosen).get(box.channel)?.has(box.bundle) === true;
      expect({ box, kept }).toEqual({ box, kept: on });
    }
  });
});
