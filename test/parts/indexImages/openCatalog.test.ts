import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { grpcCatalog } from '../../../server/src/catalog/grpcAnswers.ts';
import { indexCatalog } from '../../../server/src/catalog/rows.ts';
import { Database } from '../../../server/src/database/database.ts';
import { KeptCatalogs } from '../../../server/src/database/keptCatalogs.ts';
import { catalogPlace } from '../../../server/src/indexImages/catalogPlace.ts';
import { type OpenedCatalog, openCatalog } from '../../../server/src/indexImages/openCatalog.ts';
import { catalogFixtures, configsOf, indexOf } from '../../support/catalogs.ts';
import { addToStore, unpack } from '../../support/fileStore.ts';
import { testImage, testIndex } from '../../support/images.ts';
import { configsImage, configsLayer, databaseOf, packageText } from '../../support/indexImages.ts';
import { MemoryPlace } from '../../support/memoryStore.ts';
import { writeLayout } from '../../support/ociLayout.ts';
import { failure, never } from '../registry/harness.ts';

let folder: string;
let database: Database;
let kept: KeptCatalogs;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-catalog-'));
  const opened = await Database.open({ file: join(folder, 'facts.db'), report: expect.unreachable });
  database = opened ?? expect.unreachable();
  kept = new KeptCatalogs(database);
});
afterEach(() => {
  vi.unstubAllEnvs();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const registry = new MemoryPlace('quay.io');
const at = (...names: string[]) => join(folder, ...names);
const open = async (text: string, store?: string): Promise<OpenedCatalog> =>
  openCatalog(await catalogPlace(text, store), {
    openSource: ({ repository }) => registry.store(repository),
    kept,
    signal: never,
  });
const packages = async (text: string, store?: string) =>
  (await open(text, store)).catalog.packages.map(({ name }) => name);

const catalogImage = (name: string) =>
  configsImage({ format: 'oci', layers: [{ [`configs/${name}.json`]: packageText(name) }] });
const whole = fileBasedCatalog(configsOf('my-operator-index') ?? []);

describe('a catalog may be', () => {
  it('an image in a registry', async () => {
    registry.add('x/catalog', 'v1', catalogImage('a'));
    const { digest } = catalogImage('a').manifest;
    expect(await packages('quay.io/x/catalog:v1')).toEqual(['a']);
    expect(await packages(`docker://quay.io/x/catalog@${digest}`)).toEqual(['a']);
    expect((await failure(open('quay.io/x/catalog:v2'))).code).toBe('missing');
    expect((await failure(open('quay.io/X'))).code).toBe('badReference');
  });

  it('the only image of an OCI layout, or its only index image, or the one that is named', async () => {
    const [a, b] = [catalogImage('a'), catalogImage('b')];
    const app = testImage({ format: 'oci' });
    writeLayout(at('one'), [{ image: a }]);
    expect(await packages(`oci://${at('one')}`)).toEqual(['a']);
    expect(await packages(at('one'))).toEqual(['a']);
    writeLayout(at('some'), [
      { name: 'quay.io/x/app:v1', image: app },
      { name: 'quay.io/x/catalog:v1', image: testIndex([a], { format: 'oci' }) },
    ]);
    expect(await packages(`oci://${at('some')}`)).toEqual(['a']);
    writeLayout(at('many'), [
      { name: 'quay.io/x/a:v1', image: a },
      { name: 'quay.io/x/b:v1', image: b },
    ]);
    const error = await failure(open(`oci://${at('many')}`));
    expect(error.line).toContain('several index images: quay.io/x/a:v1, quay.io/x/b:v1');
    expect(await packages(`oci://${at('many')}:quay.io/x/b:v1`)).toEqual(['b']);
    expect(await packages(`oci://${at('many')}@${a.manifest.digest}`)).toEqual(['a']);
    expect((await failure(open(`oci://${at('nowhere')}`))).code).toBe('missing');
    mkdirSync(at('empty'));
    expect((await failure(open(`oci://${at('empty')}`))).code).toBe('noStore');
    writeLayout(at('apps'), [{ image: app }, { image: testImage({ format: 'oci', seed: 'other' }) }]);
    expect((await failure(open(`oci://${at('apps')}`))).code).toBe('noIndexImage');
  });

  it('in the v2/ folder that oc wrote', async () => {
    addToStore(folder, 'x/app', 'v1', testImage());
    addToStore(folder, 'x/catalog', 'v1', catalogImage('a'));
    expect(await packages(`file://${folder}`)).toEqual(['a']);
    expect(await packages('file://x/catalog:v1', folder)).toEqual(['a']);
    expect((await failure(open('file://x/catalog', folder))).code).toBe('badReference');
    expect((await failure(open('file://x/catalog:v1', at('x')))).code).toBe('noStore');
  });

  it.each([
    ['jaeger-reg2file-oc48', ['jaeger-product']],
    ['edge-fbc-reg2file-oc412', ['dotvirt-operator', 'edge-cases-operator']],
  ] as const)('in the v2/ folder of a real run, among all that it copied: %s', async (run, expected) => {
    unpack(run, folder);
    expect(await packages(`file://${folder}`)).toEqual(expected);
  });

  it('a folder of files, of which .indexignore leaves some out', async () => {
    expect((await open(join(catalogFixtures, 'my-operator-index/configs'))).catalog).toEqual(whole);
    mkdirSync(at('fbc/deep'), { recursive: true });
    writeFileSync(at('fbc/deep/a.json'), packageText('a'));
    writeFileSync(at('fbc/b.yaml'), packageText('b'));
    writeFileSync(at('fbc/.indexignore'), 'b.yaml\n');
    expect(await packages(at('fbc'))).toEqual(['a']);
    symlinkSync('deep', at('fbc/again'));
    symlinkSync('b.yaml', at('fbc/c.yaml'));
    expect(await packages(at('fbc'))).toEqual(['a', 'b']);
    symlinkSync(at('outside'), at('fbc/out'));
    writeFileSync(at('outside'), packageText('x'));
    expect((await failure(open(at('fbc')))).code).toBe('unreadable');
    mkdirSync(at('nothing'));
    expect((await failure(open(at('nothing')))).code).toBe('missing');
  });

  it.each([
    ['as it is', (bytes: Buffer) => bytes],
    ['in gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['in zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ] as const)('an index.db %s', async (_, pack) => {
    writeFileSync(at('index.db'), pack(databaseOf('my-operator-index')));
    const tables = indexOf('my-operator-index');
    expect((await open(at('index.db'))).catalog).toEqual(tables && indexCatalog(tables));
    expect(readdirSync(folder).filter((name) => name.startsWith('index.db'))).toEqual(['index.db']);
  });

  it('an index.db where it lies, without room for a copy', async () => {
    writeFileSync(at('index.db'), databaseOf('my-operator-index'));
    symlinkSync(at('index.db'), at('link.db'));
    vi.stubEnv('TMPDIR', at('no such folder'));
    expect((await open(at('link.db'))).catalog.packages).not.toEqual([]);
  });

  it.each([
    ['that was written by way of a log', (file: string) => new Sqlite(file).pragma('journal_mode = WAL')],
    ['beside which a journal lies', (file: string) => writeFileSync(`${file}-journal`, 'of what?')],
    ['that somebody has locked', (file: string) => new Sqlite(file).exec('BEGIN EXCLUSIVE')],
  ])('an index.db %s, which stays as it is', async (_, prepare) => {
    writeFileSync(at('index.db'), databaseOf('my-operator-index'));
    prepare(at('index.db'));
    const names = () => readdirSync(folder).filter((name) => name.startsWith('index.db'));
    const files = () => names().map((name) => [name, readFileSync(at(name))]);
    const before = files();
    const tables = indexOf('my-operator-index');
    expect((await open(at('index.db'))).catalog).toEqual(tables && indexCatalog(tables));
    expect(files()).toEqual(before);
  });

  it('what grpcurl printed', async () => {
    copyFileSync(join(catalogFixtures, 'packages.out'), at('packages.out'));
    const text = readFileSync(at('packages.out'), 'utf8');
    expect((await open(at('packages.out'))).catalog).toEqual(grpcCatalog(at('packages.out'), text));
  });

  it('one file of a file-based catalog, or a pipe', async () => {
    writeFileSync(at('a.json'), packageText('a'));
    expect(await packages(at('a.json'))).toEqual(['a']);
    execFileSync('mkfifo', [at('pipe')]);
    const [read] = await Promise.all([
      packages(at('pipe')),
      promisify(execFile)('sh', ['-c', 'cat "$0" > "$1"', at('a.json'), at('pipe')]),
    ]);
    expect(read).toEqual(['a']);
  });

  it.each([
    ['no.db', undefined, 'missing'],
    ['image.png', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'unsupported'],
    ['notes.txt', Buffer.from('some notes'), 'unsupported'],
    ['empty.json', Buffer.alloc(0), 'unsupported'],
    ['cut.db', databaseOf('my-operator-index').subarray(0, 5000), 'damaged'],
    ['cut.gz', gzipSync('x'.repeat(1000)).subarray(0, 20), 'unreadable'],
  ] as const)('but not %s', async (name, bytes, code) => {
    if (bytes !== undefined) writeFileSync(at(name), bytes);
    expect((await failure(open(at(name)))).code).toBe(code);
  });
});

describe('a catalog that was open before', () => {
  it('is not read again: no layer and no config', async () => {
    registry.add('x/kept', 'v1', configsImage({ layers: [configsLayer('my-operator-index')] }));
    const first = await open('quay.io/x/kept:v1');
    expect(first.wasKept).toBe(false);
    registry.log.length = 0;
    const second = await open('quay.io/x/kept:v1');
    expect(second.wasKept).toBe(true);
    expect(second.catalog).toEqual(first.catalog);
    expect(registry.log.map(({ what }) => what)).toEqual(['getManifest']);
  });

  it('is there without the network, by its tag and by its digest', async () => {
    registry.add('x/kept', 'v1', catalogImage('a'));
    const { digest } = await open('quay.io/x/kept:v1');
    const offline = async (text: string) =>
      openCatalog(await catalogPlace(text), { openSource: undefined, kept, signal: never });
    expect((await offline('quay.io/x/kept:v1')).wasKept).toBe(true);
    expect((await offline(`quay.io/x/kept@${digest}`)).wasKept).toBe(true);
    expect((await failure(offline('quay.io/x/kept:v2'))).code).toBe('offline');
  });

  it('is read again when the tag moves, or the file changes', async () => {
    registry.add('x/moves', 'v1', catalogImage('a'));
    expect(await packages('quay.io/x/moves:v1')).toEqual(['a']);
    registry.add('x/moves', 'v1', catalogImage('b'));
    expect(await packages('quay.io/x/moves:v1')).toEqual(['b']);

    writeFileSync(at('a.json'), packageText('a'));
    expect((await open(at('a.json'))).wasKept).toBe(false);
    expect((await open(at('a.json'))).wasKept).toBe(true);
    writeFileSync(at('a.json'), packageText('b'));
    utimesSync(at('a.json'), 1, 1);
    expect(await packages(at('a.json'))).toEqual(['b']);

    cpSync(join(catalogFixtures, 'my-operator-index/configs'), at('fbc'), { recursive: true });
    expect((await open(at('fbc'))).wasKept).toBe(false);
    expect((await open(at('fbc'))).wasKept).toBe(true);
    writeFileSync(at('fbc/more.json'), packageText('more'));
    expect(await packages(at('fbc'))).toContain('more');
  });

  it('is not kept where reading it failed', async () => {
    writeFileSync(at('cut.db'), databaseOf('my-operator-index').subarray(0, 5000));
    expect((await failure(open(at('cut.db')))).code).toBe('damaged');
    expect((await failure(open(at('cut.db')))).code).toBe('damaged');
  });
});
