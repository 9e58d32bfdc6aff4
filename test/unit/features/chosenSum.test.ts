import { describe, expect, it } from 'vitest';
import type { PackageSelection } from '../../../server/src/catalog/selection.ts';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { chosenSum, selectionOfChoice } from '../../../server/src/features/chosenSum.ts';
import { type Facts, noFacts } from '../../../server/src/workspace/facts.ts';
import { viewCatalog } from '../../support/viewCatalog.ts';

function sumOf(packages: readonly PackageSelection[], facts: Facts = noFacts) {
  const choice = { id: 'docker://x/y:v1', catalog: viewCatalog(), packages };
  return chosenSum([{ choice, selection: selectionOfChoice(choice) }], facts);
}

/** Knows how large some images are, by the beginning of their names. */
function sizes(known: Readonly<Record<string, number>>): Facts {
  return {
    ...noFacts,
    peek: (reference) => {
      const size = Object.entries(known).find(([name]) => formatReference(reference).startsWith(name))?.[1];
      if (size === undefined) return { state: 'pending' };
      const value = {
        digest: formatReference(reference),
        mediaType: '',
        size,
        platforms: [],
        created: undefined,
        labels: {},
      };
      return { state: 'known', value, at: 0 };
    },
  };
}

describe('what a choice comes to', () => {
  it('counts bundles and different images', () => {
    expect(sumOf([{ name: 'certs' }]).words).toBe('1 bundle, 1 image');
    expect(sumOf([{ name: 'keys', channels: [{ name: 'stable', minVersion: '1.1.0' }] }]).words).toBe(
      '4 bundles, 1 image',
    );
    expect(sumOf([{ name: 'certs' }, { name: 'needy' }]).words).toBe('2 bundles, 3 images');
  });

  it('says bytes as far as they are known', () => {
    const choice = [{ name: 'certs' }, { name: 'needy' }];
    expect(sumOf(choice, sizes({ 'quay.io/needy': 1024 * 1024 }))).toMatchObject({
      words: '2 bundles, 3 images, at least 2.00 MiB',
      unknownSizes: 1,
    });
    expect(sumOf(choice, sizes({ quay: 1024 * 1024 }))).toMatchObject({
      words: '2 bundles, 3 images, 3.00 MiB',
      unknownSizes: 0,
    });
  });

  it('says which package is needed besides, and by whom', () => {
    expect(sumOf([{ name: 'needy' }]).problems).toEqual([
      {
        catalog: 'docker://x/y:v1',
        message: 'Add certs (needed by needy.v0.1.0)',
        severity: 'warning',
        package: 'needy',
        add: ['certs'],
      },
    ]);
    expect(sumOf([{ name: 'needy' }, { name: 'certs' }]).problems).toEqual([]);
  });
});
