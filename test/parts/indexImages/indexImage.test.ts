import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import {
  catalogFacts,
  catalogNames,
  comparedBundle,
  comparedPackage,
  configsOf,
  indexOf,
  sorted,
} from '../../support/catalogs.ts';
import { testImage, testIndex } from '../../support/images.ts';
import {
  configsImage,
  configsLabel,
  configsLayer,
  databaseLabel,
  databaseOf,
  packagesOf,
  packageText,
  readImage,
} from '../../support/indexImages.ts';
import { folder, hardlink, type RawEntry, rawTar, symlink } from '../../support/rawTar.ts';
import { tar } from '../../support/tar.ts';

const fileBased = catalogNames.filter((name) => configsOf(name) !== undefined);
const inSqlite = catalogNames.filter((name) => indexOf(name) !== undefined);

describe('the catalog of an index image holds what its facts say', () => {
  it.each(fileBased)('%s, file-based', async (name) => {
    const { catalog } = await readImage(
      configsImage({ layers: [{ 'etc/os-release': '' }, configsLayer(name)] }),
    );
    expect(catalog).toEqual(fileBasedCatalog(configsOf(name) ?? []));
    const facts = catalogFacts(name);
    const shown = shownCatalog(catalog);
    expect(shown.packages.map(comparedPackage)).toEqual(sorted(facts.packages).map(comparedPackage));
    expect(sorted(shown.bundles).map(comparedBundle)).toEqual(
      sorted(facts.bundles.filter(({ channels }) => channels.length > 0)).map(comparedBundle),
    );
  });

  it.each(inSqlite)('%s, SQLite', async (name) => {
    const image = testImage({
      labels: { [databaseLabel]: '/database/index.db' },
      layers: [{ 'etc/os-release': '' }, { 'database/index.db': databaseOf(name) }],
    });
    const shown = shownCatalog((await readImage(image)).catalog);
    expect(shown.packages.map(comparedPackage)).toEqual(
      sorted(catalogFacts(name).packages).map(comparedPackage),
    );
  });

  it('whichever platform of a list is asked: that of linux/amd64 is read, else the first', async () => {
    const of = (architecture: string, name: string) =>
      configsImage({
        platform: { os: 'linux', architecture },
        layers: [{ 'configs/a.json': packageText(name) }],
      });
    const list = testIndex([of('arm64', 'arm'), of('amd64', 'amd')]);
    expect(await packagesOf(list)).toEqual(['amd']);
    expect(await packagesOf(testIndex([of('s390x', 'z'), of('arm64', 'arm')]))).toEqual(['z']);
    expect(await packagesOf(testIndex([list], { format: 'oci' }))).toEqual(['amd']);
  });
});

const archive = (...entries: RawEntry[]) => gzipSync(rawTar(entries));
const file = (name: string, of: string): RawEntry => ({ name, content: packageText(of) });

describe('layers', () => {
  it.each([
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
    ['nothing', (bytes: Buffer) => bytes],
  ] as const)('may be packed with %s', async (_, pack) => {
    const bytes = pack(tar({ 'configs/a.json': packageText('a') }));
    expect(await packagesOf(configsImage({ archives: [bytes] }))).toEqual(['a']);
  });

  const lower = archive(folder('configs'), file('configs/a/a.json', 'a'), file('configs/b/b.json', 'b'));

  it.each<[string, RawEntry[], string[]]>([
    ['add to those below', [file('./configs/c.json', 'c')], ['a', 'b', 'c']],
    ['replace files', [file('configs/a/a.json', 'x')], ['b', 'x']],
    ['remove a file', [{ name: 'configs/a/.wh.a.json' }], ['b']],
    ['remove a folder', [{ name: 'configs/.wh.a' }], ['b']],
    [
      'remove a folder and make it anew',
      [{ name: 'configs/.wh.a' }, file('configs/a/x.json', 'x')],
      ['b', 'x'],
    ],
    [
      'hide all that a folder held',
      [file('configs/b/x.json', 'x'), { name: 'configs/b/.wh..wh..opq' }],
      ['a', 'x'],
    ],
    ['hide all', [{ name: 'configs/.wh..wh..opq' }, file('configs/x.json', 'x')], ['x']],
    ['put a file where a folder was', [file('configs/a', 'x')], ['b', 'x']],
    [
      'take the last of entries with one name',
      [file('configs/x', 'x'), file('configs/x', 'y')],
      ['a', 'b', 'y'],
    ],
    [
      'say nothing with the marks of AUFS',
      [{ name: '.wh..wh.plnk/1.2' }, { name: '.wh..wh.aufs' }],
      ['a', 'b'],
    ],
  ])('%s', async (_, entries, expected) => {
    expect(await packagesOf(configsImage({ archives: [lower, archive(...entries)] }))).toEqual(expected);
  });

  it.each<[string, RawEntry]>([
    ['removed', { name: '.wh.configs' }],
    ['made a file', { name: 'configs', content: 'x' }],
    ['made a link', symlink('configs', 'etc')],
  ])('hide for good what one %s, whatever a layer above makes there again', async (_, entry) => {
    const top = archive(file('configs/x.json', 'x'));
    const image = configsImage({ archives: [lower, archive(entry), top] });
    expect(await packagesOf(image)).toEqual(['x']);
    expect((await readImage(image)).opened).toHaveLength(2);
  });

  it('are read from the top, and none below one that hides all of the catalog', async () => {
    const base = archive(file('etc/base', 'base'));
    const opaque = archive({ name: 'configs/.wh..wh..opq' }, file('configs/x.json', 'x'));
    const top = archive(file('configs/y.json', 'y'));
    const image = configsImage({ archives: [base, lower, opaque, top] });
    const { catalog, opened } = await readImage(image);
    expect(catalog.packages.map(({ name }) => name)).toEqual(['x', 'y']);
    const digests = image.blobs.map(({ digest }) => digest);
    expect(opened).toEqual([digests[4], digests[3]]);
  });

  it('are not read below the one that has the database', async () => {
    const image = testImage({
      labels: { [databaseLabel]: 'database/index.db' },
      layers: [
        { 'etc/base': 'base' },
        { 'database/index.db': databaseOf('my-operator-index') },
        { 'etc/top': 'top' },
      ],
    });
    const { opened } = await readImage(image);
    const digests = image.blobs.map(({ digest }) => digest);
    expect(opened).toEqual([digests[3], digests[2]]);
  });
});

describe('links inside of an image', () => {
  it.each<[string, RawEntry[][], string[]]>([
    ['to a file beside', [[file('configs/a', 'a'), symlink('configs/b', 'a')]], ['a']],
    ['to a file elsewhere', [[file('data/a', 'a'), symlink('configs/b', '../data/a')]], ['a']],
    ['to a file in another layer', [[file('data/a', 'a')], [symlink('configs/b', '/data/a')]], ['a']],
    ['in the place of the folder', [[file('data/v1/a', 'a'), symlink('configs', 'data/v1')]], ['a']],
    [
      'one after another',
      [[file('data/a', 'a')], [symlink('x', 'data')], [symlink('configs/b', '/x/a')]],
      ['a'],
    ],
    ['as another name of a file', [[file('data/a', 'a'), hardlink('configs/b', 'data/a')]], ['a']],
    [
      'as another name of a file that a layer above removes',
      [[file('configs/a', 'a'), hardlink('configs/b', 'configs/a')], [{ name: 'configs/.wh.a' }]],
      ['a'],
    ],
    [
      'as another name of what a layer above replaces',
      [[file('configs/a', 'a'), hardlink('configs/b', 'configs/a')], [file('configs/a', 'x')]],
      ['a', 'x'],
    ],
  ])('%s', async (_, layers, expected) => {
    const image = configsImage({ archives: layers.map((entries) => archive(...entries)) });
    expect(await packagesOf(image)).toEqual(expected);
  });
});

it('leaves out what .indexignore names, wherever in the archive it stands', async () => {
  const archives = [
    archive(file('configs/a.json', 'a'), file('configs/b.json', 'b')),
    archive({ name: 'configs/.indexignore', content: 'b.json\n' }),
  ];
  expect(await packagesOf(configsImage({ archives }))).toEqual(['a']);
});

it('stops when nobody wants it any more', async () => {
  const wanted = new AbortController();
  wanted.abort(new Error('stopped'));
  const image = configsImage({ layers: [{ 'configs/a.json': packageText('a') }] });
  await expect(readImage(image, wanted.signal)).rejects.toThrow('stopped');
});

it('takes the file-based catalog where an image says to have both', async () => {
  const image = testImage({
    labels: { [databaseLabel]: '/database/index.db', [configsLabel]: '/configs/' },
    layers: [{ 'configs/a.json': packageText('a') }],
  });
  expect(await packagesOf(image)).toEqual(['a']);
});
