import { execFile } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { putInto, type ServedCatalog, serveCatalog } from '../support/mirrorCatalog.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;

let folder: string;
let source: DockerRegistry;
let destination: DockerRegistry;
let served: ServedCatalog;
beforeAll(async () => {
  folder = temporaryFolder();
  [source, destination] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  served = await serveCatalog(source.host, putInto(source));
});
afterAll(async () => {
  await Promise.all([source?.stop(), destination?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function run(...argv: string[]) {
  const args = [cli, ...argv, '--format', 'json', '--progress', 'none'];
  const { code, stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: { HOME: folder },
  }).then(
    (done) => ({ code: 0, ...done }),
    (error) => error,
  );
  return { code, stderr, ...JSON.parse(stdout || '{}') };
}

const storage = (...names: string[]) => join(destination.directory, 'data/docker/registry/v2', ...names);
const blobFile = (digest: string) => storage('blobs/sha256', digest.slice(7, 9), digest.slice(7), 'data');
const repository = (name: string) => storage('repositories/m', name);
const imageAt = (name: string) => {
  const found = served.images.get(name)?.image;
  if (found === undefined) throw new Error(name);
  return found;
};
const kindsOf = ({ problems }: { problems: { problem: string; images: string[] }[] }) =>
  problems.map(({ problem, images }) => `${problem} for ${images.length}`).sort();

describe('a registry that mirror filled', () => {
  let manifests: string;
  beforeEach(async () => {
    rmSync(storage(), { recursive: true, force: true });
    rmSync(join(folder, 'mirror-runs'), { recursive: true, force: true });
    const mirrored = await run('mirror', served.index, `docker://${destination.host}/m`);
    expect(mirrored, mirrored.stderr).toMatchObject({ code: 0, failed: 0 });
    manifests = join(folder, mirrored.manifests);
  });

  it('is whole: every image, every bundle that the catalog offers, every pull', async () => {
    const result = await run('verify', manifests, '--deep');
    expect(result, result.stderr).toMatchObject({
      code: 0,
      skipped: 7,
      failed: 0,
      problems: [],
      catalogs: [{ catalog: served.index, bundles: 3, lacking: [] }],
      lostPulls: [],
      manifests,
    });
    expect(result.bytes).toBeGreaterThan(1000);
    expect(await run('verify', served.index, `docker://${destination.host}/m`)).toMatchObject({
      code: 0,
      skipped: 7,
    });
  });

  const collector = () => imageAt('logging/collector');
  const damages: readonly [string, () => void, readonly string[], readonly string[]][] = [
    [
      'a layer is gone from a repository',
      () =>
        rmSync(
          join(
            repository('logging-operator'),
            '_layers/sha256',
            imageAt('logging/operator').blobs[2]?.digest.slice(7) ?? '',
          ),
          { recursive: true },
        ),
      ['missing for 1'],
      ['logging.v1.0.0', 'logging.v2.0.0'],
    ],
    [
      'a layer was changed',
      () => {
        const path = blobFile(imageAt('search/operator').blobs[2]?.digest ?? '');
        const bytes = readFileSync(path);
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
      ['damaged for 1'],
      ['search.v1.0.0'],
    ],
    [
      'one platform of an index is gone',
      () =>
        rmSync(
          join(
            repository('logging-collector'),
            '_manifests/revisions/sha256',
            collector().children[1]?.manifest.digest.slice(7) ?? '',
          ),
          { recursive: true },
        ),
      ['missing for 1'],
      ['logging.v2.0.0'],
    ],
    [
      'a manifest was changed',
      () => appendFileSync(blobFile(imageAt('search/bundle').manifest.digest), '\n'),
      ['damaged for 1'],
      ['search.v1.0.0'],
    ],
    [
      'a tag is gone',
      () => rmSync(join(repository('search-operator'), '_manifests/tags/v1'), { recursive: true }),
      ['missing for 1'],
      ['search.v1.0.0'],
    ],
  ];
  it.each(damages)(
    'is found not to be whole, with the bundles that this takes: %s',
    async (_name, damage, kinds, bundles) => {
      damage();
      const result = await run('verify', manifests, '--deep', '--retry-times', '0');
      expect(result.code).toBe(1);
      expect(kindsOf(result)).toEqual(kinds);
      const [{ lacking }] = result.catalogs;
      expect(lacking.map(({ name }: { name: string }) => name)).toEqual(bundles);
    },
  );

  it('is not reached where the mirror sets do not lead there', async () => {
    const sets = readdirSync(manifests).filter((name) => /mirror-?set/i.test(name));
    expect(sets.length).toBeGreaterThan(0);
    for (const name of sets) rmSync(join(manifests, name));
    const result = await run('verify', manifests);
    expect(result).toMatchObject({ code: 1, failed: 0 });
    expect(result.lostPulls.map(({ image }: { image: string }) => image).sort()).toEqual(
      [...served.images.values()].map(({ reference }) => reference).sort(),
    );
  });

  it('offers what is not there where somebody else copied the whole catalog with a part of its images', async () => {
    rmSync(storage(), { recursive: true, force: true });
    const place = `docker://${destination.host}/m`;
    const part = [served.index, place, '--packages', 'search'];
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'plan', ...part, '--mapping'], {
      cwd: folder,
      env: { HOME: folder },
    });
    const mapping = join(folder, 'part.txt');
    writeFileSync(mapping, `${stdout}${served.index}=${destination.host}/m/ns-index:v1\n`);
    expect(await run('copy', '-f', mapping)).toMatchObject({ code: 0 });
    expect(await run('verify', '-f', mapping)).toMatchObject({ code: 0, skipped: 3 });
    const result = await run('verify', ...part);
    expect(result).toMatchObject({ code: 1, skipped: 3 });
    expect(result.catalogs).toMatchObject([
      { bundles: 3, lacking: [{ name: 'logging.v1.0.0' }, { name: 'logging.v2.0.0' }] },
    ]);
  });
});

it('holds a layout to what its runs planned, wherever it lies now', async () => {
  rmSync(join(folder, 'mirror-runs'), { recursive: true, force: true });
  const layout = join(folder, 'layout');
  const mirrored = await run('mirror', served.index, `oci://${layout}`);
  expect(mirrored, mirrored.stderr).toMatchObject({ code: 0 });
  const carried = join(folder, 'carried');
  await promisify(execFile)('mv', [layout, carried]);
  expect(await run('verify', carried, '--offline', '--deep')).toMatchObject({
    code: 0,
    problems: [],
    catalogs: [{ catalog: served.index, bundles: 3, lacking: [] }],
  });
  const index = JSON.parse(readFileSync(join(carried, 'index.json'), 'utf8'));
  index.manifests = index.manifests.filter(
    (entry: object) => !JSON.stringify(entry).includes('search/operator'),
  );
  writeFileSync(join(carried, 'index.json'), JSON.stringify(index));
  const result = await run('verify', carried, '--offline');
  expect(result.code).toBe(1);
  expect(kindsOf(result)).toEqual(['missing for 1']);
  expect(result.catalogs).toMatchObject([{ lacking: [{ name: 'search.v1.0.0' }] }]);
});
