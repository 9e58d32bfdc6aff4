import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { later, said } from '../../../server/src/base/sentences.ts';
import { catalogDifference } from '../../../server/src/catalog/difference.ts';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { grpcCatalog, isGrpcAnswers } from '../../../server/src/catalog/grpcAnswers.ts';
import { type Catalog, packageOf } from '../../../server/src/catalog/model.ts';
import { indexCatalog } from '../../../server/src/catalog/rows.ts';
import { catalogSearch } from '../../../server/src/catalog/search.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import { validity } from '../../../server/src/catalog/validity.ts';
import { catalogNames, configsOf, type NamedRow, namedTables } from '../../support/catalogs.ts';
import { anyText, fuzz, inFull } from '../../support/texts.ts';

/** All that can be asked of a catalog: nothing throws, whatever it was made of. */
function askEverything(catalog: Catalog): void {
  const shown = shownCatalog(catalog);
  expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  expect(validity(catalog).some(({ message }) => message === '')).toBe(false);
  catalogSearch(catalog).find('a b');
  expect(catalogDifference(catalog, catalog).packages.changed).toEqual([]);
  catalogDifference(catalog, nothing);
}

const nothing: Catalog = { packages: [], others: [], problems: [] };

function read(text: string): Catalog {
  const catalog = fileBasedCatalog([{ path: 'a', text }]);
  askEverything(catalog);
  isGrpcAnswers(text);
  askEverything(grpcCatalog('a', text));
  return catalog;
}

const texts = catalogNames
  .flatMap((name) => configsOf(name) ?? [])
  .map(({ text }) => text)
  .filter((text) => text.length < 30_000);

describe('texts that are not whole', () => {
  it('half a file is the documents before the cut, and a problem', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.double({ min: 0, max: 1, noNaN: true }), (text, part) => {
        const cut = Math.floor(text.length * part);
        const whole = bundleCount(fileBasedCatalog([{ path: 'a', text }]));
        const half = read(text.slice(0, cut));
        expect(bundleCount(half)).toBeLessThanOrEqual(whole);
        const clean = text.lastIndexOf(text.startsWith('{') ? '\n}' : '\n---', cut - 4);
        if (clean > 0) {
          const before = fileBasedCatalog([{ path: 'a', text: text.slice(0, clean + 2) }]);
          expect(bundleCount(half)).toBeGreaterThanOrEqual(bundleCount(before) - 1);
        }
      }),
      fuzz(200),
    );
  });

  it('changed in places', () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(20),
      insert: fc.oneof(
        anyText(10),
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"',
          '\\',
          '\n',
          '\n---\n',
          '\n{',
          '\n}',
          ': ',
          '- ',
          '&a ',
          '*a',
          '<<: ',
        ),
        fc.constantFrom(
          'null',
          '0',
          '1e999',
          '"__proto__":{}',
          '__proto__:',
          '\t',
          '\ufeff',
          '\0',
          '---',
          '...',
          '!!x ',
        ),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (text, changes) => {
          let changed = text;
          for (const { at, length, insert } of changes) {
            const place = Math.floor(changed.length * at);
            changed = changed.slice(0, place) + insert + changed.slice(place + length);
          }
          read(changed);
        },
      ),
      fuzz(300),
    );
  });

  it('documents whose fields are anything', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('p', 'p.v1.0.0', '__proto__', 'constructor'),
    );
    const fields = [
      'name',
      'package',
      'image',
      'entries',
      'properties',
      'relatedImages',
      'defaultChannel',
      'icon',
    ];
    const document = fc.record({
      schema: fc.constantFrom('olm.package', 'olm.channel', 'olm.bundle', 'olm.deprecations', 'x', 7, null),
      ...Object.fromEntries(fields.map((field) => [field, value])),
    });
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), (documents) => {
        read(documents.map((one) => JSON.stringify(one)).join(''));
      }),
      fuzz(300),
    );
  });

  it('rows that are anything', () => {
    const value = fc.oneof(
      fc.constantFrom('p', 'p.v1.0.0', '__proto__', '{"packageName":"p"}', '[', null, 1, 2, 3, -1, 2n),
      fc.string(),
      fc.uint8Array({ maxLength: 5 }),
    );
    const columns = [
      'name',
      'default_channel',
      'package_name',
      'channel_name',
      'operatorbundle_name',
      'entry_id',
    ];
    const others = [
      'replaces',
      'depth',
      'version',
      'skips',
      'type',
      'value',
      'image',
      'head_operatorbundle_name',
    ];
    const row = fc.record(Object.fromEntries([...columns, ...others].map((column) => [column, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), value, (rows, manifest) => {
        askEverything(
          indexCatalog(
            namedTables(
              () => rows as NamedRow[],
              () => manifest,
            ),
          ),
        );
      }),
      fuzz(300),
    );
  });
});

const bundle = (version: string, fields: object = {}) => ({
  schema: 'olm.bundle',
  name: `p.v${version}`,
  package: 'p',
  image: 'quay.io/p/p:1',
  properties: [{ type: 'olm.package', value: { packageName: 'p', version } }],
  ...fields,
});
const channel = (name: string, entries: readonly object[]) =>
  JSON.stringify({ schema: 'olm.channel', package: 'p', name, entries });
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Texts that get long and bad by a number. Where the time for one grew with its square, the test would not end. */
const growing: Readonly<Record<string, (count: number) => string>> = {
  'braces that nobody closes': (n) => '{\n'.repeat(n),
  'braces and quotes that nobody closes': (n) => '{"\n'.repeat(n),
  'JSON documents that are none': (n) => '{ x\n}\n'.repeat(n),
  'documents on one line': (n) => '{"schema":"a"}'.repeat(n),
  'documents on one line, and the last one ends far away': (n) => `${'{"schema":"a"}'.repeat(n)}\n}`,
  backslashes: (n) => `{"a":"${'\\'.repeat(n)}"}`,
  'backslashes and quotes': (n) => `{"${'\\\\\\"'.repeat(n)}`,
  'arrays in arrays': (n) => `{"schema":"a","x":${'['.repeat(n)}${']'.repeat(n)}}`,
  'a property of arrays in arrays': (n) =>
    JSON.stringify(bundle('1.0.0')).replace(
      '}}]',
      `}},{"type":"x","value":${'['.repeat(n)}${']'.repeat(n)}}]`,
    ),
  'YAML arrays in arrays': (n) => `schema: a\nx: ${'['.repeat(n)}`,
  'YAML lists in lists': (n) => `schema: a\nx:\n ${'- '.repeat(n)}`,
  'YAML documents that are none': (n) => 'a: b: c\n---\n'.repeat(n / 4),
  'empty YAML documents': (n) => '# x\n---\n'.repeat(n),
  'YAML aliases': (n) => `schema: a\nx:\n- &a x\n${'- *a\n'.repeat(n)}`,
  'YAML merges': (n) => `schema: a\nb: &b {x: 1}\n${many(n, (i) => `k${i}: {<<: *b}`).join('\n')}`,
  'a chain of replaces': (n) =>
    channel(
      'c',
      many(n, (i) => ({ name: `e${i}`, replaces: `e${i + 1}` })),
    ),
  'a circle of replaces': (n) =>
    channel(
      'c',
      many(n, (i) => ({ name: `e${i}`, replaces: `e${(i + 1) % n}` })),
    ),
  'a circle below the head': (n) =>
    channel(
      'c',
      many(n, (i) => ({ name: `e${i}`, replaces: `e${i + 1 === n ? 1 : i + 1}` })),
    ),
  'one entry again and again': (n) =>
    channel(
      'c',
      many(n, () => ({ name: 'e' })),
    ),
  'one that skips all': (n) => channel('c', [{ name: 'e', skips: many(n, (i) => `s${i}`) }]),
  'channels with one entry': (n) => many(n, (i) => channel(`c${i}`, [{ name: 'e' }])).join(''),
  'channels with two entries': (n) =>
    many(n, (i) => channel(`c${i}`, [{ name: 'e' }, { name: `f${i}` }])).join(''),
  'one channel again and again': (n) => many(n, (i) => channel('c', [{ name: `e${i}` }])).join(''),
  'one bundle again and again': (n) => JSON.stringify(bundle('1.0.0')).repeat(n / 4),
  'one image with many names': (n) =>
    JSON.stringify(bundle('1.0.0', { relatedImages: many(n, (i) => ({ name: `n${i}`, image: 'q/x:1' })) })),
  'a version that does not end': (n) => JSON.stringify(bundle(`1.0.0-${'1.'.repeat(n)}1`)),
  'a range that does not end': (n) =>
    channel('c', [{ name: 'e', skipRange: '>=1.0.0 <2.0.0 || '.repeat(n) }]),
  'a range of nines': (n) => channel('c', [{ name: 'e', skipRange: `${'9'.repeat(n)}.x` }]),
  'an image that does not end': (n) => JSON.stringify(bundle('1.0.0', { image: 'a/'.repeat(n) })),
  'names of what every object has': (n) =>
    '{"schema":"olm.package","name":"__proto__","__proto__":{"x":1}}'.repeat(n / 4),
  'a number of very many digits': (n) => `{"schema":"olm.channel","name":1e999,"package":${'9'.repeat(n)}}`,
};

describe('texts that are made to hurt', () => {
  it.each(Object.keys(growing))('%s', (name) => {
    read(growing[name]?.(inFull(32_000)) ?? '');
  });

  it('YAML that says very much in a few lines, or goes round in circles', () => {
    const laughs = many(40, (i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join()}]`).join('\n');
    const catalog = read(`schema: olm.bundle
name: p.v1.0.0
package: p
a0: &a0 [x,x,x,x,x,x,x,x,x]
${laughs}
circle: &circle
- *circle
properties:
- {type: olm.package, value: {packageName: p, version: 1.0.0}}
- {type: x, value: *a40}
- {type: olm.constraint, value: *circle}
- {type: olm.csv.metadata, value: {annotations: *a40, keywords: *a40, links: *a40, maintainers: *circle}}
image: quay.io/p/p:1
relatedImages: *a40
`);
    const [found] = packageOf(catalog, 'p')?.bundles ?? [];
    expect(found).toMatchObject({ name: 'p.v1.0.0', version: '1.0.0', properties: [], requires: [] });
    expect(catalog.problems.map(({ message }) => said(message))).toEqual([
      'Bundle p.v1.0.0 has a property x whose value cannot be read',
      'Bundle p.v1.0.0 has a property olm.constraint whose value cannot be read',
    ]);
  });

  it('names of what every object has are names', () => {
    const catalog = read(
      ['__proto__', 'constructor', 'toString']
        .map((name) => JSON.stringify({ schema: 'olm.package', name, defaultChannel: 'hasOwnProperty' }))
        .join('\n'),
    );
    expect(catalog.packages.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(
      read('{"schema":"olm.package","name":"p","__proto__":{"description":"x"}}').packages[0]?.description,
    ).toBe('');
    expect(read('schema: olm.package\nname: p\n__proto__: {description: x}').packages[0]?.description).toBe(
      '',
    );
  });

  it('of very many problems it says how many more there are', () => {
    const { problems } = read('{"schema":7}\n'.repeat(3_000));
    expect(problems).toHaveLength(1_001);
    expect(problems.at(-1)).toMatchObject({ message: later('The catalog has {0} more problems', 2000) });
  });
});

function bundleCount({ packages }: Catalog): number {
  return packages.reduce((sum, { bundles }) => sum + bundles.length, 0);
}
