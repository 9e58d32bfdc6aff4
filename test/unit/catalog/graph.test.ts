import { describe, expect, it } from 'vitest';
import {
  danglingEdges,
  headOf,
  headsOf,
  replacesChain,
  strandedEntries,
} from '../../../server/src/catalog/graph.ts';
import type { CatalogChannel } from '../../../server/src/catalog/model.ts';

/** `c>b a` is an entry c that replaces b and skips a. */
function channelOf(text: string, statedHead?: string): CatalogChannel {
  return {
    name: 'stable',
    statedHead,
    entries: text.split(', ').map((entry) => {
      const [name = '', edges = ''] = entry.split('>');
      const [replaces = '', ...skips] = edges.split(' ');
      return { name, replaces, skips, skipRange: '' };
    }),
  };
}

describe('heads', () => {
  it.each<[channel: string, heads: string[]]>([
    ['c>b, b>a, a', ['c']],
    ['c>a b, b>a, a', ['c']],
    ['c>b, b>a, a>c', []],
    ['b>, a', ['a', 'b']],
    ['a>a', []],
    ['b>a, b>a', ['b']],
  ])('%s', (text, heads) => {
    expect(headsOf(channelOf(text))).toEqual(heads);
  });

  it('the one that an index states counts where the graph has none of its own', () => {
    expect(headOf(channelOf('c>b, b>a', 'b'))).toBe('c');
    expect(headOf(channelOf('c, b', 'b'))).toBe('b');
    expect(headOf(channelOf('c, b', 'x'))).toBeUndefined();
    expect(headOf(channelOf('c, b'))).toBeUndefined();
  });
});

describe('the chain of replaces', () => {
  it.each<[channel: string, from: string, names: string[], dangling: string | undefined, cycle: string[]]>([
    ['c>b, b>a, a', 'c', ['c', 'b', 'a'], undefined, []],
    ['c>b, b>x', 'c', ['c', 'b'], 'x', []],
    ['d>c, c>b, b>a, a>c', 'd', ['d', 'c', 'b', 'a'], undefined, ['c', 'b', 'a', 'c']],
    ['a>a', 'a', ['a'], undefined, ['a', 'a']],
    ['a', 'x', [], undefined, []],
  ])('%s', (text, from, names, dangling, cycle) => {
    const chain = replacesChain(channelOf(text), from);
    expect(chain.entries.map(({ name }) => name)).toEqual(names);
    expect(chain).toMatchObject({ dangling, cycle });
  });
});

it.each<[channel: string, stranded: string[]]>([
  ['c>b, b>a, a', []],
  ['c>b, b, a', []],
  ['d>b c, c>b, b>a, a', []],
  ['d>b c, c>x, x>y, y, b', ['x', 'y']],
  ['d>c b, c>b, b>a, a', ['a']],
])('entries that nothing upgrades: %s', (text, stranded) => {
  // Of two heads nobody knows which chain is meant.
  expect(strandedEntries(channelOf(text))).toEqual(headsOf(channelOf(text)).length === 1 ? stranded : []);
});

it('where the graph leaves the channel', () => {
  const found = danglingEdges(channelOf('c>b x y, b>z, y'));
  expect(found.map(({ entry, kind, target }) => `${entry.name} ${kind} ${target}`)).toEqual([
    'c skips x',
    'b replaces z',
  ]);
});
