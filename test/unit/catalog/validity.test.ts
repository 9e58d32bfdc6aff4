import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { validity } from '../../../server/src/catalog/validity.ts';
import { catalogNames, configsOf, filesBelow } from '../../support/catalogs.ts';

const folder = join(import.meta.dirname, '../../fixtures/opm-validate');
const cases: { name: string; exit: number; output: string }[] = JSON.parse(
  readFileSync(join(folder, 'cases.json'), 'utf8'),
);

describe('the verdict is that of opm validate', () => {
  it.each(cases)('$name: $exit', ({ name, exit, output }) => {
    const problems = validity(fileBasedCatalog(filesBelow(join(folder, name))));
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.length > 0 ? 1 : 0, output).toBe(exit);
    // The names that opm gives are in what we say: it means the same.
    const named = [...output.matchAll(/\w+\.v\d+\.\d+\.\d+/g)].map(([text]) => text);
    const words = errors.map(({ message, bundle }) => `${message} ${bundle ?? ''}`).join('\n');
    expect(named.filter((bundle) => !words.includes(bundle))).toEqual([]);
  });
});

it.each(catalogNames.filter((name) => configsOf(name) !== undefined))('catalogs as they are: %s', (name) => {
  const problems = validity(fileBasedCatalog(configsOf(name) ?? []));
  expect(problems.map(({ message }) => message)).toEqual(
    name === 'edge-index'
      ? [
          'Bundle edge-cases-operator.v1.1.0 names quay.io/Edge/Upper:v1, which nobody can pull: the repository name must be lower-case',
        ]
      : [],
  );
});

describe('what else opm refuses', () => {
  const found = (...documents: readonly object[]) =>
    validity(
      fileBasedCatalog([{ path: 'a.json', text: documents.map((one) => JSON.stringify(one)).join('\n') }]),
    ).map(({ message }) => message);
  const bundle = (name: string, fields: object = {}) => ({
    schema: 'olm.bundle',
    name,
    package: 'p',
    image: 'quay.io/p/p:1',
    properties: [{ type: 'olm.package', value: { packageName: 'p', version: name.slice(3) } }],
    ...fields,
  });
  const channel = (...entries: object[]) => ({
    schema: 'olm.channel',
    package: 'p',
    name: 'stable',
    entries,
  });
  const owner = { schema: 'olm.package', name: 'p', defaultChannel: 'stable' };

  it.each<[what: string, documents: object[], message: string]>([
    ['no channel', [owner], 'Package p has no channel'],
    [
      'no default channel',
      [{ ...owner, defaultChannel: '' }, channel({ name: 'p.v1.0.0' }), bundle('p.v1.0.0')],
      'Package p has no default channel',
    ],
    [
      'a package twice',
      [owner, owner, channel({ name: 'p.v1.0.0' }), bundle('p.v1.0.0')],
      'Package p is there twice',
    ],
    [
      'a bundle twice',
      [owner, channel({ name: 'p.v1.0.0' }), bundle('p.v1.0.0'), bundle('p.v1.0.0')],
      'Package p has bundle p.v1.0.0 twice',
    ],
    [
      'a bundle without an image',
      [owner, channel({ name: 'p.v1.0.0' }), bundle('p.v1.0.0', { image: '' })],
      'Bundle p.v1.0.0 has no image',
    ],
    [
      'skips of nothing',
      [owner, channel({ name: 'p.v1.0.0', skips: [''] }), bundle('p.v1.0.0')],
      'p.v1.0.0 in channel stable skips an empty name',
    ],
    [
      'entries that nothing upgrades',
      [
        owner,
        channel(
          { name: 'p.v1.3.0', replaces: 'p.v1.2.0' },
          { name: 'p.v1.2.0', replaces: 'p.v0.9.0', skips: ['p.v1.1.0'] },
          { name: 'p.v1.1.0', replaces: 'p.v1.0.0' },
          { name: 'p.v1.0.0' },
        ),
        ...['p.v1.0.0', 'p.v1.1.0', 'p.v1.2.0', 'p.v1.3.0'].map((name) => bundle(name)),
      ],
      'Channel stable of package p has an entry that nothing upgrades: p.v1.0.0',
    ],
    [
      'a deprecation twice, and one with a name that has none',
      [
        owner,
        channel({ name: 'p.v1.0.0' }),
        bundle('p.v1.0.0'),
        {
          schema: 'olm.deprecations',
          package: 'p',
          entries: [{ reference: { schema: 'olm.package', name: 'p' }, message: 'gone' }],
        },
      ],
      'The deprecation of package p names p, and must have no name',
    ],
  ])('%s', (_what, documents, message) => {
    expect(found(...documents)).toEqual([message]);
  });

  it('and it accepts manifests instead of an image, and images that say little', () => {
    expect(
      found(
        owner,
        channel({ name: 'p.v1.0.0', skipRange: '>=0.1.0 <1.0.0' }),
        bundle('p.v1.0.0', {
          image: '',
          properties: [
            { type: 'olm.package', value: { packageName: 'p', version: '1.0.0' } },
            { type: 'olm.bundle.object', value: { data: 'e30=' } },
          ],
          relatedImages: ['', 'nginx', 'community-4.10-43fec34', 'quay.io/p/x'].map((image) => ({
            name: '',
            image,
          })),
        }),
      ),
    ).toEqual([]);
  });
});
