import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Descriptor } from '../../../server/src/content/descriptor.ts';
import { isOciLayout, OciLayout } from '../../../server/src/stores/ociLayout.ts';
import { temporaryFolder } from '../../support/fileStore.ts';
import { multiArchImage, type TestBlob, testImage } from '../../support/images.ts';
import { blobPath, writeLayout } from '../../support/ociLayout.ts';
import { bytesOf, failure, never } from '../registry/harness.ts';

let folder: string;
beforeEach(() => {
  folder = join(temporaryFolder(), 'layout');
});
afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

const app = testImage({ seed: 'app', format: 'oci' });
const catalog = multiArchImage({ seed: 'catalog', format: 'oci' });
const [config] = app.blobs as [TestBlob];
const layout = () => new OciLayout(folder);

describe('an OCI image layout', () => {
  it('holds all images in one, each under its original reference', async () => {
    writeLayout(folder, [
      { name: 'quay.io/x/app:v1', image: app },
      { name: 'registry.redhat.io/x/catalog:v4.18', image: catalog },
    ]);
    expect(await isOciLayout(folder)).toBe(true);
    expect(await layout().listTags(never)).toEqual([
      'quay.io/x/app:v1',
      'registry.redhat.io/x/catalog:v4.18',
    ]);
    expect(await layout().resolveTag('quay.io/x/app:v1', never)).toBe(app.manifest.digest);
    expect(await layout().resolveTag('v4.18', never)).toBe(catalog.manifest.digest);
    expect(await layout().resolveTag('v2', never)).toBeUndefined();
    const manifest = await layout().getManifest('quay.io/x/app:v1', never);
    expect(manifest?.digest).toBe(app.manifest.digest);
    expect(Buffer.from(manifest?.bytes ?? [])).toEqual(app.manifest.bytes);
    expect(await layout().hasManifest(catalog.children[0]?.manifest.digest ?? '', never)).toBe(true);
    expect(await bytesOf(await layout().getBlob(config, never))).toEqual(config.bytes);
    expect(await layout().hasBlob(config.digest, never, config.size)).toBe(true);
  });

  it('names its images as skopeo does, by a tag alone, or not at all', async () => {
    writeLayout(folder, [{ name: 'latest', image: app }, { image: catalog }]);
    expect(await layout().resolveTag('latest', never)).toBe(app.manifest.digest);
    expect((await layout().images(never)).map(({ name }) => name)).toEqual(['latest', '']);
  });

  it('asks which one is meant where several have the tag', async () => {
    writeLayout(folder, [
      { name: 'quay.io/x/app:v1', image: app },
      { name: 'quay.io/x/catalog:v1', image: catalog },
    ]);
    expect((await failure(layout().resolveTag('v1', never))).code).toBe('ambiguous');
  });

  it('is nowhere else', async () => {
    mkdirSync(folder);
    expect(await isOciLayout(folder)).toBe(false);
    expect((await failure(layout().images(never))).code).toBe('noStore');
  });
});

describe('a layout that is damaged', () => {
  beforeEach(() => writeLayout(folder, [{ name: 'quay.io/x/app:v1', image: app }]));

  it('has content with another digest', async () => {
    const same = Buffer.from(config.bytes);
    same[5] = (same[5] ?? 0) ^ 1;
    writeFileSync(blobPath(folder, config.digest), same);
    expect((await failure(layout().getBlob(config, never).then(bytesOf))).code).toBe('digestMismatch');
    expect(await layout().hasBlob(config.digest, never)).toBe(false);
  });

  it('has a manifest with another digest', async () => {
    writeFileSync(blobPath(folder, app.manifest.digest), '{}');
    expect((await failure(layout().getManifest('v1', never))).line).toContain('has another digest');
  });

  it('has a blob of another size', async () => {
    writeFileSync(blobPath(folder, config.digest), 'short');
    expect((await failure(layout().getBlob(config, never))).code).toBe('damaged');
    expect((await failure(layout().hasBlob(config.digest, never, config.size))).code).toBe('damaged');
  });

  it('lacks what its index names', async () => {
    rmSync(blobPath(folder, app.manifest.digest));
    expect((await failure(layout().getManifest('v1', never))).line).toContain('is not there');
    rmSync(blobPath(folder, config.digest));
    expect((await failure(layout().getBlob(config, never))).code).toBe('missing');
    expect(await layout().hasBlob(config.digest, never)).toBe(false);
  });

  it.each(['no JSON', '[]', '{"manifests":[{"digest":"sha256:../../etc/passwd","size":1}]}'])(
    'has an index that is none: %s',
    async (text) => {
      writeFileSync(join(folder, 'index.json'), text);
      expect((await failure(layout().images(never))).code).toBe('damaged');
    },
  );

  it('leads out of its folder, or waits for ever', async () => {
    const elsewhere = join(dirname(folder), 'secret');
    writeFileSync(elsewhere, config.bytes);
    const path = blobPath(folder, config.digest);
    rmSync(path);
    symlinkSync(elsewhere, path);
    expect((await failure(layout().getBlob(config, never))).line).toContain('leads out of');
    rmSync(path);
    execFileSync('mkfifo', [path]);
    expect((await failure(layout().getBlob(config, never))).line).toContain('is a pipe');
  });
});

it('refuses a blob whose descriptor names no place in the layout', async () => {
  writeLayout(folder, [{ image: app }]);
  const blob: Descriptor = { mediaType: '', digest: 'sha256:../../../../etc/passwd', size: 1 };
  expect((await failure(layout().getBlob(blob, never))).code).toBe('unverifiable');
});
