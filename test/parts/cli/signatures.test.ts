import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cosignImage, cosignTag, listTag, referrerOf } from '../../support/attachments.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { registryFault } from '../../support/faults.ts';
import { type TestImage, testImage } from '../../support/images.ts';
import { type Put, type ServedCatalog, serveCatalog } from '../../support/mirrorCatalog.ts';
import { CommandLine } from './copyHarness.ts';

let source: FakeRegistry;
let destination: FakeRegistry;
let line: CommandLine;
beforeEach(async () => {
  [source, destination] = await Promise.all([
    FakeRegistry.start({ referrers: 100 }),
    FakeRegistry.start({ referrers: 100 }),
  ]);
  line = new CommandLine();
});
afterEach(async () => {
  line.remove();
  await Promise.all([source.stop(), destination.stop()]);
});

const put: Put = (repository, tag, image) => source.add(repository, tag, image);
const run = async (...argv: string[]) => {
  const { stdout, ...others } = await line.run(...argv, '--dir', line.folder, '--format', 'json');
  return { ...others, json: JSON.parse(stdout) };
};
const mirror = (...argv: string[]) => run('mirror', ...argv);
const to = () => `docker://${destination.host}/m`;
/** What is asked about things beside images. */
const lookUps = (registry: FakeRegistry) =>
  registry.log.filter((entry) => /\/tags\/list|\/referrers\/|\.(?:sig|att|sbom)$/.test(entry));

/** Signs an image of the catalog in both ways. */
function sign({ images }: ServedCatalog, repository: string): [TestImage, TestImage, TestImage] {
  const image = images.get(repository)?.image;
  if (image === undefined) throw new Error(repository);
  const [signature, referrer] = [cosignImage(image, 'sig'), referrerOf(image)];
  put(repository, cosignTag(image, 'sig'), signature);
  put(repository, undefined, referrer);
  return [image, signature, referrer];
}

describe('mirror', () => {
  it('brings what images have beside them, says which have nothing, and does not ask twice', async () => {
    const served = await serveCatalog(source.host, put);
    const [image, signature, referrer] = sign(served, 'logging/operator');
    const first = await mirror(served.index, to());
    expect(first).toMatchObject({
      code: 0,
      stderr: '',
      json: { copied: 7, signatures: { copied: 2, skipped: 0, failed: [], unknown: [] } },
    });
    const { absent } = first.json.signatures;
    expect(absent).toHaveLength(6);
    expect(absent).toContain(served.index);
    const stored = (reference: string) => destination.manifest('m/logging-operator', reference)?.bytes;
    expect(stored(cosignTag(image, 'sig'))).toEqual(signature.manifest.bytes);
    expect(stored(referrer.manifest.digest)).toEqual(referrer.manifest.bytes);
    // Two for an image that has none and is alone in its repository: one of all images lists the tags, one of each the referrers.
    const asked = lookUps(source).filter((entry) => !entry.includes('logging/operator'));
    expect(asked).toHaveLength(12);

    const report = (name: string) => readFileSync(join(first.json.manifests, name), 'utf8');
    expect(JSON.parse(report('report.json')).signatures).toEqual(first.json.signatures);
    expect(report('report.md')).toContain(
      '2 signatures, attestations and bills of materials are with their images at the destination.\n\n6 images have no signature',
    );
    expect(report('report.md')).toContain(`- \`${served.index}\``);

    source.clear();
    const again = await mirror(served.index, to());
    expect(again).toMatchObject({
      code: 0,
      json: { copied: 0, signatures: { copied: 0, skipped: 2, absent } },
    });
    expect(lookUps(source)).toEqual([]);
    source.clear();
    expect(await mirror(served.index, to(), '--check-all')).toMatchObject({
      json: { signatures: { skipped: 2, absent } },
    });
    expect(lookUps(source)).not.toEqual([]);
  });

  it('ends with 1 where a signature fails, whose image is there all the same, and tries it again', async () => {
    const served = await serveCatalog(source.host, put);
    const [image] = sign(served, 'logging/operator');
    source.inject(registryFault(500, 'UNKNOWN', 'broken'), { method: 'GET', path: /manifests\/.*\.sig$/ });
    const name = `${source.host}/logging/operator:${cosignTag(image, 'sig')}`;
    const { code, stderr, json } = await mirror(served.index, to(), '--retry-times', '0');
    expect([code, json.copied, json.failed]).toEqual([1, 7, 0]);
    expect(json.signatures).toMatchObject({ copied: 1, failed: [{ name }] });
    expect(json.catalogs[0].dropped).toEqual([]);
    expect(stderr).toContain('1 signature or attestation failed: source: ');
    expect(stderr).toContain(`  ${name}\n`);
    expect(readFileSync(join(json.manifests, 'report.md'), 'utf8')).toContain(`- \`${name}\`: `);
    source.heal();
    source.clear();
    expect(await mirror(served.index, to())).toMatchObject({
      code: 0,
      json: { copied: 0, signatures: { copied: 1, skipped: 1, failed: [] } },
    });
    // Of the others it is known.
    expect(lookUps(source).every((entry) => entry.includes('logging/operator'))).toBe(true);
  });

  it('goes on where nobody can say whether there are signatures', async () => {
    const served = await serveCatalog(source.host, put);
    source.inject(registryFault(403, 'DENIED', 'not for you'), { path: /referrers|\/tags\/list/ });
    const { code, stderr, json } = await mirror(served.index, to());
    expect([code, json.copied, json.signatures.unknown.length, json.signatures.absent]).toEqual([
      0,
      7,
      7,
      [],
    ]);
    expect(stderr).toMatch(/^nobody could say whether [1-7] images have signatures: source: /);
    expect(stderr).toContain('does not let this account pull the referrers of ');
  });

  it('leaves them where they are with --no-signatures', async () => {
    const served = await serveCatalog(source.host, put);
    sign(served, 'logging/operator');
    const { code, json } = await mirror(served.index, to(), '--no-signatures');
    expect([code, json.copied, json.signatures]).toEqual([0, 7, undefined]);
    expect(lookUps(source)).toEqual([]);
  });
});

describe('copy', () => {
  it('brings what images have beside them, unless it is told not to', async () => {
    const [signed, other] = [testImage({ seed: 'signed' }), testImage({ seed: 'other' })];
    source.add('a/app', 'v1', signed);
    source.add('a/app', cosignTag(signed, 'sig'), cosignImage(signed, 'sig'));
    source.add('a/other', 'v1', other);
    const names = ['app', 'other'].map(
      (name) => `${source.host}/a/${name}:v1=${destination.host}/m/${name}:v1`,
    );
    const path = line.write('mapping.txt', `${names.join('\n')}\n`);
    expect(await run('copy', '-f', path, '--no-signatures')).toMatchObject({
      code: 0,
      json: { summary: { copied: 2 } },
    });
    expect(lookUps(source)).toEqual([]);
    const { code, stderr, json } = await run('copy', '-f', path);
    expect([code, stderr]).toEqual([0, '']);
    expect(json).toMatchObject({
      summary: { copied: 0, skipped: 2, failed: 0 },
      signatures: { copied: 1, skipped: 0, absent: [`${source.host}/a/other:v1`] },
    });
    expect(destination.manifest('m/app', cosignTag(signed, 'sig'))).toBeDefined();
  });

  it('ends with 1 where a signature fails', async () => {
    const image = testImage();
    source.add('a/app', 'v1', image);
    source.add('a/app', cosignTag(image, 'sig'), cosignImage(image, 'sig'));
    source.inject(registryFault(404, 'MANIFEST_UNKNOWN', 'gone'), { path: /manifests\/.*\.sig$/ });
    const path = line.write('mapping.txt', `${source.host}/a/app:v1=${destination.host}/m/app:v1\n`);
    const { code, stderr, json } = await run('copy', '-f', path);
    expect([code, json.summary.copied, json.signatures.failed.length]).toEqual([1, 1, 1]);
    expect(stderr).toContain('1 signature or attestation failed: source: ');
  });

  it('says of referrers that a registry has and cannot list where they are, and ends with 0', async () => {
    const image = testImage();
    source.add('a/app', 'v1', image);
    source.add('a/app', undefined, referrerOf(image));
    const old = await FakeRegistry.start();
    try {
      const name = `${old.host}/m/app:${listTag(image)}`;
      const path = line.write('mapping.txt', `${source.host}/a/app:v1=${name}\n`);
      const { code, stderr, json } = await run('copy', '-f', path);
      expect([code, json.summary.copied, json.signatures.failed.length]).toEqual([0, 1, 1]);
      expect(stderr).toContain('1 signature or attestation failed: destination: ');
      expect(stderr).toContain('use a registry that knows the referrers of OCI 1.1');
    } finally {
      await old.stop();
    }
  });
});
