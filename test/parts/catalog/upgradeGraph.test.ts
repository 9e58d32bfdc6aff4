import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { CatalogPackage } from '../../../server/src/catalog/model.ts';
import { type RowRun, type UpgradeGraph, upgradeGraph } from '../../../server/src/catalog/upgradeGraph.ts';
import { configsOf } from '../../support/catalogs.ts';
import { type BundleSpec, packageOfBundles } from '../../support/channels.ts';
import { growthsOf } from '../../support/growth.ts';

function graphOf(bundles: readonly BundleSpec[]): UpgradeGraph {
  return ofPackage(packageOfBundles(bundles));
}

function ofPackage(owner: CatalogPackage): UpgradeGraph {
  const [channel] = owner.channels;
  return upgradeGraph(owner, channel ?? expect.unreachable());
}

/** A line for each row: its label and what it says, other rows by their labels. */
function lines({ rows }: UpgradeGraph): string[] {
  const labels = (runs: readonly RowRun[]) =>
    runs
      .map(([first, last]) =>
        first === last ? rows[first]?.label : `${rows[first]?.label}…${rows[last]?.label}`,
      )
      .join();
  return rows.map(({ label, state, replaces, skips, skipRange, inRange }) =>
    [
      state === 'plain' ? label : `${label} ${state}`,
      ...(replaces < 0 ? [] : [`replaces ${rows[replaces]?.label}`]),
      ...(skips.length === 0 ? [] : [`skips ${labels(skips)}`]),
      ...(skipRange === '' ? [] : [`${skipRange} has ${labels(inRange)}`]),
    ].join('; '),
  );
}

describe('the rows of an upgrade graph', () => {
  it('are the versions, the newest first, with what they replace and skip', () => {
    const graph = graphOf([
      { version: '1.0.0' },
      { version: '1.1.0', replaces: '1.0.0' },
      { version: '1.2.0' },
      { version: '1.3.0' },
      { version: '2.0.0', replaces: '1.1.0', skips: ['1.3.0', '1.2.0'], skipRange: '>=1.1.0 <2.0.0' },
    ]);
    expect(lines(graph)).toEqual([
      '2.0.0 head; replaces 1.1.0; skips 1.3.0…1.2.0; >=1.1.0 <2.0.0 has 1.3.0…1.1.0',
      '1.3.0',
      '1.2.0',
      '1.1.0; replaces 1.0.0',
      '1.0.0',
    ]);
  });

  it('never stand above what upgrades them, whatever their versions say', () => {
    expect(
      lines(
        graphOf([
          { version: '3.0.0' },
          { version: '1.0.0', replaces: '3.0.0' },
          { version: '0.9.0', replaces: '1.0.0' },
        ]),
      ),
    ).toEqual(['0.9.0 head; replaces 1.0.0', '1.0.0; replaces 3.0.0', '3.0.0']);
  });

  it('mark what is stranded, and what the channel does not have', () => {
    expect(
      lines(
        graphOf([
          { version: '1.0.0', replaces: '0.8.0' },
          { version: '1.1.0', replaces: '0.9.0' },
          { version: '2.0.0', replaces: '1.1.0', skips: ['0.5.0'] },
        ]),
      ),
    ).toEqual([
      '2.0.0 head; replaces 1.1.0; skips 0.5.0',
      '1.1.0; replaces 0.9.0',
      '1.0.0 head; replaces 0.8.0',
      '0.9.0 missing',
      '0.8.0 missing',
      '0.5.0 missing',
    ]);
    const stranded = graphOf([
      { version: '2.0.0', replaces: '1.1.0', skips: ['1.2.0'] },
      { version: '1.2.0', replaces: '1.0.0' },
      { version: '1.1.0' },
      { version: '1.0.0' },
    ]);
    expect(lines(stranded).at(-1)).toBe('1.0.0 stranded');
  });

  it('of what is skipped and not there are the newest few', () => {
    const skips = Array.from({ length: 300 }, (_, index) => `1.0.${index}`);
    const graph = graphOf([{ version: '2.0.0', skips }]);
    expect(graph.missing).toBe(300);
    expect(graph.rows).toHaveLength(11);
    expect(lines(graph)[1]).toBe('1.0.299 missing');
  });

  it('end in a circle where the channel goes in one', () => {
    expect(
      lines(
        graphOf([
          { version: '1.0.0', replaces: '1.1.0' },
          { version: '1.1.0', replaces: '1.0.0' },
        ]),
      ),
    ).toEqual(['1.0.0; replaces 1.1.0', '1.1.0; replaces 1.0.0']);
  });

  it('call a version by its bundle where it comes twice or is none', () => {
    const owner = packageOfBundles([{ version: '1.0.0' }, { version: '2.0.0', replaces: '1.0.0' }]);
    const twice = { ...owner, bundles: owner.bundles.map((bundle) => ({ ...bundle, version: '1.0.0' })) };
    expect(ofPackage(twice).rows.map(({ label }) => label)).toEqual(['p.v2.0.0', 'p.v1.0.0']);
  });
});

it('has every entry of real channels once', () => {
  const { packages } = fileBasedCatalog(configsOf('community-part') ?? []);
  let channels = 0;
  for (const owner of packages) {
    for (const channel of owner.channels) {
      const graph = upgradeGraph(owner, channel);
      const there = graph.rows.flatMap(({ state, name }) => (state === 'missing' ? [] : [name]));
      expect(there.toSorted()).toEqual([...new Set(channel.entries.map(({ name }) => name))].sort());
      for (const [row, { replaces }] of graph.rows.entries())
        if (replaces >= 0) expect(replaces).toBeGreaterThan(row);
      channels++;
    }
  }
  expect(channels).toBeGreaterThan(5);
});

it('of versions that each skip all before takes work that grows with what they name', () => {
  const versionsThatSkip = (count: number) => {
    const versions = Array.from({ length: count }, (_, index) => `1.${index}.0`);
    return packageOfBundles(
      versions.map((version, index) => ({
        version,
        skips: versions.slice(0, index),
        skipRange: `<1.${index}.0`,
      })),
    );
  };
  expect(ofPackage(versionsThatSkip(300)).rows[0]).toMatchObject({ skips: [[1, 299]], inRange: [[1, 299]] });
  // Twice as many versions name four times as many.
  const [growth] = growthsOf([{ given: versionsThatSkip, work: ofPackage, size: 75 }]);
  expect(growth).toBeLessThan(4.5);
});

it('has the newest 500 of more versions, and says how many are left out', () => {
  const { rows, leftOut } = graphOf(
    Array.from({ length: 700 }, (_, index) => ({
      version: `1.${index}.0`,
      ...(index === 0 ? {} : { replaces: `1.${index - 1}.0` }),
    })),
  );
  expect([rows.length, rows[0]?.label, leftOut]).toEqual([500, '1.699.0', 200]);
});
