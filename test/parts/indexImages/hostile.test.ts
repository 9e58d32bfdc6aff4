import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { findIndexImage, readIndexImage } from '../../../server/src/indexImages/indexImage.ts';
import { layerEntries, usualBudget } from '../../../server/src/indexImages/layerEntries.ts';
import { type TestImage, testImage, testIndex } from '../../support/images.ts';
import {
  configsImage,
  configsLabel,
  databaseLabel,
  databaseOf,
  packageText,
  readImage,
} from '../../support/indexImages.ts';
import { MemoryPlace } from '../../support/memoryStore.ts';
import { hardlink, type RawEntry, rawEntry, rawTar, symlink, tarEnd } from '../../support/rawTar.ts';
import { tar } from '../../support/tar.ts';
import { failure, never } from '../registry/harness.ts';

const good: RawEntry = { name: 'configs/a.json', content: packageText('a') };
const image = (...archives: Uint8Array[]) => configsImage({ archives });
const withEntries = (...entries: RawEntry[]) => image(gzipSync(rawTar([good, ...entries])));
const labelled = (labels: Record<string, string>, files: Record<string, string | Uint8Array>) =>
  testImage({ labels, layers: [files] });
const database = (files: Record<string, string | Uint8Array>, path = '/index.db') =>
  labelled({ [databaseLabel]: path }, files);

/** A database as somebody makes it with these statements. */
function madeOf(...statements: string[]): Uint8Array {
  const sqlite = new Database(':memory:');
  for (const statement of statements) sqlite.exec(statement);
  const { serialize } = sqlite as unknown as { serialize(): Buffer };
  return serialize.call(sqlite);
}

const tables = [
  'CREATE TABLE package (name TEXT, default_channel TEXT)',
  'CREATE TABLE operatorbundle (name TEXT PRIMARY KEY, csv TEXT, bundlepath TEXT, version TEXT, skips TEXT, skiprange TEXT)',
];

const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);
const large = tar({ 'configs/a.json': Buffer.from(packageText('a').repeat(3000)) });
const million = 1024 * 1024;

/** What is wrong, the image, and what the error says of it. */
const cases: [what: string, image: () => TestImage, says: RegExp][] = [
  // Names.
  [
    'a path that leads out',
    () => withEntries({ name: 'configs/../../etc/x' }),
    /"configs\/\.\.\/\.\.\/etc\/x".*leads out/,
  ],
  ['an absolute path', () => withEntries({ name: '/etc/x' }), /"\/etc\/x".*absolute/],
  [
    'NUL in a name',
    () => withEntries({ name: 'x', pax: { path: 'configs/a\0b' } }),
    /"configs\/a\\u0000b".*NUL/,
  ],
  [
    'a file in the place of the root',
    () => withEntries({ name: './', type: '0', pax: { path: '.' } }),
    /root folder/,
  ],
  [
    'a whiteout of the folder above',
    () => withEntries({ name: 'configs/.wh...' }),
    /"configs\/\.wh\.\.\.".*whiteout/,
  ],
  ['a name without an end', () => withEntries({ name: 'x', pax: { path: 'a/'.repeat(5000) } }), /too long/],
  // Links.
  [
    'a link that leads out',
    () => withEntries(symlink('configs/x', '../../../etc/passwd')),
    /"configs\/x".*out of the image/,
  ],
  [
    'a link to what is not there',
    () => withEntries(symlink('configs/x', '/etc/passwd')),
    /"configs\/x".*not in the image/,
  ],
  [
    'a hard link to what is not there',
    () => withEntries(hardlink('configs/x', 'etc/passwd')),
    /"configs\/x".*etc\/passwd/,
  ],
  [
    'a hard link that leads out',
    () => withEntries(hardlink('configs/x', '../etc/passwd')),
    /"configs\/x".*out of the image/,
  ],
  [
    'links in a circle',
    () => withEntries(symlink('configs/x', 'y'), symlink('configs/y', 'x')),
    /"configs\/x".*in a circle/,
  ],
  [
    'hard links in a circle',
    () => withEntries(hardlink('configs/x', 'configs/x')),
    /"configs\/x".*in a circle/,
  ],
  [
    'a link to a folder',
    () => withEntries(symlink('configs/x', '/configs')),
    /"configs\/x".*a link to a folder/,
  ],
  [
    'links to ever other places',
    () => withEntries(...Array.from({ length: 3000 }, (_, at) => symlink(`configs/${at}`, `/x/${at}`))),
    /one link of too many|not in the image/,
  ],
  // What is no file.
  ['a device', () => withEntries({ name: 'configs/sda', type: '4' }), /"configs\/sda".*device/],
  ['a pipe', () => withEntries({ name: 'configs/pipe', type: '6' }), /"configs\/pipe".*pipe/],
  [
    'a sparse file of GNU tar',
    () => withEntries({ name: 'configs/s', type: 'S', magic: 'ustar  \0', content: 'x' }),
    /"configs\/s".*sparse/,
  ],
  [
    'a sparse file by PAX',
    () =>
      withEntries({
        name: 'configs/s',
        content: 'x',
        pax: { 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '9999999999' },
      }),
    /"configs\/s".*sparse/,
  ],
  [
    'part of another volume',
    () => withEntries({ name: 'configs/m', type: 'M', content: 'x' }),
    /"configs\/m".*type M/,
  ],
  // Sizes.
  [
    'a header that says too much',
    () => image(gzipSync(rawTar([{ ...good, size: 1e6 }]))),
    /"configs\/a\.json".*cut off/,
  ],
  [
    'a header that says too little',
    () => image(gzipSync(rawTar([{ ...good, content: packageText('a').repeat(9), size: 600 }]))),
    /behind its entry "configs\/a\.json"/,
  ],
  [
    'a size beyond all',
    () => image(gzipSync(rawTar([{ ...good, size: 8 ** 11 - 1 }]))),
    /more bytes than any catalog/,
  ],
  [
    'a size below zero',
    () => withEntries({ name: 'configs/x', content: 'abc', pax: { size: '-1' } }),
    /"configs\/x".*two sizes, 3 and -1/,
  ],
  [
    'another size by PAX',
    () => withEntries({ name: 'configs/x', content: 'abc', pax: { size: '99999' } }),
    /"configs\/x".*cut off/,
  ],
  [
    'a header with a wrong checksum',
    () => withEntries({ name: 'configs/x', wrongChecksum: true }),
    /behind its entry "configs\/a\.json".*checksum/,
  ],
  [
    'a PAX header without an end',
    () => withEntries({ name: 'x', pax: { path: 'x'.repeat(9 * million) } }),
    /behind its entry "configs\/a\.json"/,
  ],
  [
    'entries behind the end',
    () => image(gzipSync(Buffer.concat([rawTar([good]), rawEntry(good), tarEnd]))),
    /behind its end/,
  ],
  // Bombs.
  [
    'zeros without an end, in gzip',
    () => image(gzipSync(tar({ 'etc/zeros': Buffer.alloc(96 * million) }))),
    /"etc\/zeros".*250 times its size/,
  ],
  [
    'zeros without an end, in zstd',
    () => image(zstdCompressSync(tar({ 'configs/zeros': Buffer.alloc(96 * million) }))),
    /"configs\/zeros".*250 times its size/,
  ],
  // Streams.
  ['gzip that is cut off', () => image(cut(gzipSync(large, { level: 0 }))), /cut off/],
  ['zstd that is cut off', () => image(cut(zstdCompressSync(large))), /cut off/],
  ['tar that is cut off', () => image(cut(large)), /"configs\/a\.json".*cut off/],
  ['tar without its end', () => image(gzipSync(rawEntry(good))), /"configs\/a\.json".*cut off/],
  ['no tar', () => image(Buffer.from('<html>404</html>'.repeat(100))), /cannot be unpacked/],
  ['nothing at all', () => image(Buffer.alloc(0)), /cut off/],
  [
    'gzip that is none behind its head',
    () => image(Buffer.concat([gzipSync('x').subarray(0, 10), Buffer.alloc(500, 7)])),
    /cannot be unpacked/,
  ],
  // What the image says of itself.
  [
    'a config that is no JSON',
    () => configsImage({ config: '<html>', layers: [] }),
    /config of .* is no JSON/,
  ],
  ['no label', () => labelled({}, { 'configs/a.json': '' }), /neither the label/],
  [
    'a bundle',
    () => labelled({ 'operators.operatorframework.io.bundle.manifests.v1': 'manifests/' }, {}),
    /is a bundle image/,
  ],
  [
    'a label that leads out',
    () => labelled({ [configsLabel]: '/configs/../../etc' }, {}),
    /label .* leads out/,
  ],
  ['a label for everything', () => labelled({ [configsLabel]: '/' }, {}), /label .* names no folder/],
  ['a label with NUL', () => labelled({ [configsLabel]: '/configs\0' }, {}), /label .* NUL/],
  [
    'a label for nothing',
    () => labelled({ [configsLabel]: '/catalog' }, { 'configs/a.json': '' }),
    /nothing at \/catalog/,
  ],
  [
    'a label for a file',
    () => labelled({ [configsLabel]: '/configs' }, { configs: 'x' }),
    /has a file at \/configs/,
  ],
  [
    'a label through a link that leads out',
    () => configsImage({ archives: [rawTar([symlink('configs', '../..')])] }),
    /"configs".*out of the image/,
  ],
  ['a list without images', () => testIndex([]), /list without images/],
  // Databases.
  [
    'a database that is none',
    () => database({ 'index.db': 'no database at all'.repeat(100) }),
    /cannot be read as a database/,
  ],
  [
    'a database that is cut off',
    () => database({ 'index.db': databaseOf('my-operator-index').subarray(0, 9000) }),
    /cannot be read as a database/,
  ],
  [
    'a database of something else',
    () => database({ 'index.db': madeOf('CREATE TABLE x (y)') }),
    /no index of operators/,
  ],
  ['a folder in its place', () => database({ 'index.db/x': 'x' }), /has a folder at \/index\.db/],
  [
    'a view in the place of a table',
    () => {
      const endless = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x, x FROM c';
      return database({
        'index.db': madeOf(tables[1] ?? '', `CREATE VIEW package (name, default_channel) AS ${endless}`),
      });
    },
    /package is no table in it, but a view/,
  ],
];

/** Where copies of databases are put while this file runs. */
let copies: string;
beforeAll(() => {
  copies = mkdtempSync(join(tmpdir(), 'operator-mirror-copies-'));
  vi.stubEnv('TMPDIR', copies);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(copies, { recursive: true, force: true });
});

describe('an index image that nobody made in good faith ends in one clear error', () => {
  it.each(cases)('%s', async (_, made, says) => {
    const error = await failure(readImage(made()));
    expect(error).toBeInstanceOf(UserError);
    expect(error.line).toMatch(says);
    expect(error.line).not.toContain('\n');
    expect(error.line).not.toContain('\0');
  });

  it('has another digest than its manifest says, whatever is in it', async () => {
    for (const bytes of [
      gzipSync(rawTar([good])),
      Buffer.from('no tar'.repeat(1000)),
      cut(gzipSync(large)),
    ]) {
      const place = new MemoryPlace('registry.example');
      const made = image(bytes);
      place.add('x/catalog', 'v1', made);
      const wrong = Buffer.from(bytes);
      wrong[wrong.length - 1] = (wrong[wrong.length - 1] ?? 0) ^ 1;
      place.content('x/catalog').blobs.set(made.blobs[1]?.digest ?? '', wrong);
      const source = place.store('x/catalog');
      const manifest = await findIndexImage(source, 'v1', never);
      expect((await failure(readIndexImage(source, manifest, never))).code).toBe('digestMismatch');
    }
  });

  it('has more entries than any image has', async () => {
    const entries = Array.from({ length: 2000 }, (_, at) => ({ name: `x/${at}` }));
    const budget = { ...usualBudget(), entries: 2500 };
    const read = async () => {
      const bytes = Readable.from([rawTar(entries)]);
      for await (const _ of layerEntries({ name: 'layer sha256:…', bytes }, budget)) {
        // All of them.
      }
    };
    await read();
    expect((await failure(read())).line).toMatch(/at its entry "x\/500".*more entries than any image/);
    // Ten million are more than that.
    expect(usualBudget().entries).toBeLessThan(10_000_000);
  });

  it('never leaves a copy of a database behind', () => {
    expect(readdirSync(copies)).toEqual([]);
  });
});

it('does not execute what a database computes', async () => {
  const computed = 'CREATE TABLE package (name TEXT, default_channel TEXT AS (upper(name)) VIRTUAL)';
  const made = madeOf(tables[1] ?? '', computed, "INSERT INTO package (name) VALUES ('a')");
  const { catalog } = await readImage(database({ 'index.db': made }));
  expect(catalog.packages.map(({ name, defaultChannel }) => [name, defaultChannel])).toEqual([['a', '']]);
});

it.each([
  ['as opm writes it', 'CREATE TABLE package (name TEXT PRIMARY KEY, default_channel TEXT)'],
  ['without numbers of its rows', 'CREATE TABLE package (name TEXT PRIMARY KEY) WITHOUT ROWID'],
  ['that calls something else the number of a row', 'CREATE TABLE package (name TEXT, _RowID_ TEXT)'],
])('reads all rows of a long table %s', async (_, table) => {
  const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234)';
  const rows = `${numbers} INSERT INTO package (name) SELECT 'a' || i FROM n`;
  const { catalog } = await readImage(database({ 'index.db': madeOf(table, tables[1] ?? '', rows) }));
  expect(catalog.packages.map(({ name }) => name)).toEqual(
    Array.from({ length: 1234 }, (_, at) => `a${at + 1}`).sort(),
  );
});

it('reads a database that was written with a log beside it, and does not touch it', async () => {
  const made = Buffer.from(madeOf(...tables, "INSERT INTO package VALUES ('a', 'stable')"));
  made[18] = 2;
  made[19] = 2;
  const { catalog } = await readImage(database({ 'index.db': made }));
  expect(catalog.packages.map(({ name }) => name)).toEqual(['a']);
});
