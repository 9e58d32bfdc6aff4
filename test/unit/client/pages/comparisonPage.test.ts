import { describe, expect, it } from 'vitest';
import { comparisonPage } from '../../../../client/src/pages/comparisonPage.ts';
import { catalogDifference } from '../../../../server/src/catalog/difference.ts';
import { catalogComparison } from '../../../../server/src/features/catalogComparison.ts';
import type { CatalogComparison } from '../../../../server/src/protocol/comparison.ts';
import { catalogOfDocuments, packageDocuments } from '../../../support/channels.ts';
import { inEnglish, linesOf } from '../../../support/pages.ts';

const question = { before: 'docker://quay.io/x/index:v1', after: '/catalogs/new' };
const old = catalogOfDocuments([
  ...packageDocuments('gone', [{ version: '0.1.0' }]),
  ...packageDocuments('same', [{ version: '1.0.0' }]),
  ...packageDocuments('some', [{ version: '1.0.0' }], 'alpha'),
]);
const now = catalogOfDocuments([
  ...packageDocuments('new', [{ version: '3.0.0' }]),
  ...packageDocuments('same', [{ version: '1.0.0' }]),
  ...packageDocuments('some', [{ version: '1.0.0' }, { version: '1.1.0', replaces: '1.0.0' }]),
  {
    schema: 'olm.deprecations',
    package: 'some',
    entries: [{ reference: { schema: 'olm.bundle', name: 'some.v1.0.0' }, message: 'Too old.' }],
  },
]);
const answer = catalogComparison(question, old, now, catalogDifference(old, now));

describe('the page of two catalogs', () => {
  it('says what came and went, which defaults moved, what is deprecated, and all that changed', () => {
    expect(linesOf(comparisonPage(answer, inEnglish).text)).toEqual([
      '# i1 package came, 1 package went, 1 package changed',
      'quay.io/x/index:v1 →compared with /catalogs/new',
      '[Swap]',
      '[Compare Other Catalogs…]',
      '## Came 1',
      '- new 3.0.0',
      '## Went 1',
      '- gone 0.1.0',
      '## Default channel moved 1',
      '- some alpha → stable',
      '## Deprecated now 1',
      '- some some.v1.0.0',
      '## Changed 1',
      '-',
      'some 1.0.0 → 1.1.0 default channel deprecated',
      '- default channel: stable, was alpha',
      '- new channels: stable',
      '- channels that are gone: alpha',
      '- new versions: some.v1.1.0',
      '- now deprecated: some.v1.0.0',
      '[Open Operator]',
      '1 package is the same in both.',
    ]);
  });

  it('opens each package in the catalog that has it', () => {
    const { text } = comparisonPage(answer, inEnglish);
    expect(
      [...text.matchAll(/data-action="open-operator" data-argument="([^"]*)"/g)].map(([, one]) => one),
    ).toEqual(['after:new', 'before:gone', 'after:some', 'after:some', 'after:some']);
  });

  it('has nothing to filter where nothing differs', () => {
    const { text } = comparisonPage(
      catalogComparison(question, now, now, catalogDifference(now, now)),
      inEnglish,
    );
    expect(linesOf(text)).toEqual([
      '# iNothing differs',
      'quay.io/x/index:v1 →compared with /catalogs/new',
      '[Swap]',
      '[Compare Other Catalogs…]',
      '3 packages are the same in both.',
    ]);
  });

  it('keeps every word of a catalog as text', () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e';
    const poisoned = JSON.parse(JSON.stringify(answer), (_, value) =>
      typeof value === 'string' ? value + hostile : value,
    ) as CatalogComparison;
    expect(comparisonPage(poisoned, inEnglish).text).not.toMatch(/<script|<img|\u202e|\sstyle="|\son\w+="/);
  });
});
