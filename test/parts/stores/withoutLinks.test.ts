import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import { OcDirectory } from '../../../server/src/stores/ocDirectory.ts';
import { temporaryFolder, treeOf } from '../../support/fileStore.ts';
import { testImage } from '../../support/images.ts';
import { failure, never } from '../registry/harness.ts';

const state = vi.hoisted(() => ({ code: 'EPERM' }));

// A disk without links, such as FAT.
vi.mock('node:fs/promises', async (original) => {
  const refuse = async () => {
    throw Object.assign(new Error(`${state.code}: no, link`), { code: state.code });
  };
  return { ...(await original<typeof import('node:fs/promises')>()), link: refuse, symlink: refuse };
});

const folder = temporaryFolder();
afterEach(() => rmSync(join(folder, 'v2'), { recursive: true, force: true }));

const image = testImage();
const store = new OcDirectory(folder, 'mirror/app');
const write = async () => {
  for (const blob of image.blobs) await store.putBlob(blob, async () => Readable.from([blob.bytes]), never);
  await store.putManifest(image.manifest, ['v1'], never);
};

it('writes copies in the place of hard links, and the digest in the place of a tag', async () => {
  await write();
  const manifest = join(folder, 'v2/mirror/app/manifests', image.manifest.digest);
  expect(image.manifest.bytes.equals(readFileSync(manifest))).toBe(true);
  expect(lstatSync(manifest).nlink).toBe(1);
  expect(readFileSync(join(folder, 'v2/mirror/app/manifests/v1'), 'utf8')).toBe(image.manifest.digest);
  expect((await store.getManifest('v1', never))?.digest).toBe(image.manifest.digest);
  expect(await store.hasManifest(image.manifest.digest, never)).toBe(true);
  expect(treeOf(folder).some((line) => line.includes('.tmp-'))).toBe(false);
});

it('says so when something else is in the way', async () => {
  state.code = 'ENOSPC';
  const error = await failure(write());
  expect(error.line).toMatch(
    /manifests\/sha256:\w+ could not be written: no; free some space and run this again/,
  );
  expect(treeOf(folder).some((line) => line.includes('.tmp-') || line.includes('v1'))).toBe(false);
});
