import { describe, expect, it } from 'vitest';
import { fileBasedCatalog, fileBasedReader, packagesAtTop } from '../../../server/src/catalog/fileBased.ts';
import { packageOf } from '../../../server/src/catalog/model.ts';
import { saidProblem } from '../../../server/src/catalog/readProblem.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import {
  catalogFacts,
  catalogNames,
  comparedBundle,
  comparedPackage,
  configsOf,
  sorted,
} from '../../support/catalogs.ts';

const fileBased = catalogNames.filter((name) => configsOf(name) !== undefined);

describe('a file-based catalog holds what its facts say', () => {
  it.each(fileBased)('%s', (name) => {
    const facts = catalogFacts(name);
    const shown = shownCatalog(fileBasedCatalog(configsOf(name) ?? []));
    expect(shown.packages.map(comparedPackage)).toEqual(sorted(facts.packages).map(comparedPackage));
    expect(sorted(shown.bundles).map(comparedBundle)).toEqual(
      // A database keeps bundles that no channel has any more.
      sorted(facts.bundles.filter(({ channels }) => channels.length > 0)).map(comparedBundle),
    );
  });
});

const packageText = '{"schema":"olm.package","name":"p","defaultChannel":"stable"}';
const channelText = `
schema: olm.channel
package: p
name: stable
entries:
- name: p.v1.1.0
  replaces: p.v1.0.0
  skips: [p.v1.0.1]
  skipRange: '>=1.0.0 <1.1.0'
- name: p.v1.0.0
`;
const bundle = (name: string, version: string) => ({
  schema: 'olm.bundle',
  name,
  package: 'p',
  image: `quay.io/p/bundle:${version}`,
  properties: [{ type: 'olm.package', value: { packageName: 'p', version } }],
});

describe('what a file-based catalog may be made of', () => {
  it('JSON documents without anything between, YAML documents, files of any name, documents in any order', () => {
    const catalog = fileBasedCatalog([
      {
        path: 'a',
        text: JSON.stringify(bundle('p.v1.0.0', '1.0.0')) + JSON.stringify(bundle('p.v1.1.0', '1.1.0')),
      },
      { path: 'b/c.txt', text: channelText },
      { path: 'z.json', text: `\ufeff${packageText}\n` },
    ]);
    expect(catalog.problems).toEqual([]);
    expect(shownCatalog(catalog)).toEqual({
      packages: [
        {
          name: 'p',
          defaultChannel: 'stable',
          channels: [
            {
              name: 'stable',
              head: 'p.v1.1.0',
              entries: [
                { name: 'p.v1.1.0', replaces: 'p.v1.0.0', skips: ['p.v1.0.1'], skipRange: '>=1.0.0 <1.1.0' },
                { name: 'p.v1.0.0', replaces: null, skips: [], skipRange: null },
              ],
            },
          ],
        },
      ],
      bundles: ['1.0.0', '1.1.0'].map((version) => ({
        name: `p.v${version}`,
        package: 'p',
        version,
        image: `quay.io/p/bundle:${version}`,
        channels: ['stable'],
        relatedImages: [],
      })),
    });
  });

  it('documents of other schemas are kept, with their images and their place', () => {
    const text = `${packageText}\n{"schema":"example.com.thing","package":"p","name":"x","image":"quay.io/p/x:1","relatedImages":[{"name":"y","image":"quay.io/p/y:1"}]}`;
    expect(fileBasedCatalog([{ path: 'a.json', text }]).others).toEqual([
      {
        schema: 'example.com.thing',
        package: 'p',
        name: 'x',
        image: 'quay.io/p/x:1',
        relatedImages: [{ name: 'y', image: 'quay.io/p/y:1' }],
        place: { file: 'a.json', line: 2 },
      },
    ]);
  });

  it('what stands in .indexignore is left out', () => {
    const texts = {
      '.indexignore': '*.md\nold/',
      'README.md': 'not YAML: [',
      'old/a.json': '{',
      'a.json': packageText,
    };
    const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
    const catalog = fileBasedCatalog(files);
    expect(catalog.problems).toEqual([]);
    expect(catalog.packages.map(({ name }) => name)).toEqual(['p']);
  });

  it('the packages that a file begins with are known at a glance', () => {
    const other = packageText.replace('"p"', '"q"');
    const text = `${packageText}${other}\n${JSON.stringify(bundle('p.v1.0.0', '1.0.0'))}{ broken`;
    expect(packagesAtTop(text)).toEqual([
      { name: 'p', defaultChannel: 'stable' },
      { name: 'q', defaultChannel: 'stable' },
    ]);
    for (const none of ['', '{', 'a: [', channelText]) expect(packagesAtTop(none)).toEqual([]);
    const files = fileBased
      .flatMap((name) => configsOf(name) ?? [])
      .filter(({ path }) => /\/catalog\./.test(path));
    expect(files.filter(({ text: each }) => packagesAtTop(each).length === 0)).toEqual([]);
  });

  it('a package is known before the last bundle was read', () => {
    const reader = fileBasedReader();
    const slices = reader.read({
      path: 'a',
      text: packageText + JSON.stringify(bundle('p.v1.0.0', '1.0.0')),
    });
    expect(slices.next().done).toBe(false);
    const early = reader.catalog();
    expect(early.packages).toMatchObject([{ name: 'p', defaultChannel: 'stable', bundles: [] }]);
    for (const _ of slices);
    expect(reader.catalog().packages[0]?.bundles).toHaveLength(1);
    expect(early.packages[0]?.bundles).toEqual([]);
  });
});

describe('what is broken is a problem with its place, and the rest is read', () => {
  const good = JSON.stringify(bundle('p.v1.0.0', '1.0.0'), null, 2);
  const cases: [what: string, text: string, line: number, message: string][] = [
    ['a comma', `${packageText}\n{"schema":"olm.channel",}\n${good}`, 2, 'no valid JSON'],
    ['an unclosed brace', `${packageText}\n{"schema":{"a":1\n${good}`, 2, 'does not end'],
    ['text between', `${packageText}\nhello\n${good}`, 2, 'stands what is none'],
    ['a tab in YAML', `---\nschema: a\n---\nschema: b\n\tc: d\n---\n${good}`, 5, 'no valid YAML'],
    ['a list', `---\n- a\n---\n${good}`, 1, 'no object'],
    ['no schema', `{"name":"x"}\n${good}`, 1, 'no schema'],
    ['a number for a name', `\n{"schema":"olm.package","name":4.8}\n${good}`, 2, '4.8, and must be text'],
  ];
  it.each(cases)('%s', (_what, text, line, message) => {
    const catalog = fileBasedCatalog([{ path: 'a/b', text }]);
    const [problem, ...more] = catalog.problems.map(saidProblem);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ severity: 'error', place: { file: 'a/b', line } });
    expect(problem?.message).toContain(message);
    expect(packageOf(catalog, 'p')?.bundles.map(({ name }) => name)).toEqual(['p.v1.0.0']);
  });
});
