import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cosignTag, listTag, referrerOf, referrersList } from '../support/attachments.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { multiArchImage, type TestImage } from '../support/images.ts';
import { putInto } from '../support/mirrorCatalog.ts';
import { done, inRoom, jsonOf } from '../support/rooms.ts';
import { newSigner, type Signer } from '../support/sigstore.ts';

const run = promisify(execFile);

let folder: string;
let first: DockerRegistry;
let second: DockerRegistry;
beforeEach(async () => {
  folder = temporaryFolder();
  [first, second] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
});
afterEach(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const operatorMirror = (...argv: readonly string[]) => inRoom(folder, '.', ...argv, '--format', 'json');

function write(name: string, text: string): string {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** A signed index with a signed image for one platform in it, and one image that nobody signed. */
async function signedImages(signer: Signer): Promise<TestImage> {
  const put = putInto(first);
  const index = multiArchImage({ format: 'oci' });
  const [amd64] = index.children;
  if (amd64 === undefined) throw new Error('no child');
  const repository = `${first.host}/team/app`;
  await put('team/app', 'v1', index);
  for (const { manifest } of [index, amd64]) {
    await put('team/app', cosignTag(manifest.digest, 'sig'), signer.signature(repository, manifest.digest));
  }
  await put('team/plain', 'v1', multiArchImage({ format: 'oci', seed: 'plain' }));
  return index;
}

/** Something that refers to an image, as a client leaves it at a registry that has no API for that. */
async function attach(image: TestImage): Promise<TestImage> {
  const referrer = referrerOf(image);
  await putInto(first)('team/app', listTag(image), referrersList(referrer));
  return referrer;
}

/** An ImageSetConfiguration that names both images. */
function imageSet(index: TestImage): string {
  return write(
    'imageset.yaml',
    [
      'kind: ImageSetConfiguration',
      'apiVersion: mirror.openshift.io/v2alpha1',
      'mirror:',
      '  additionalImages:',
      `  - name: ${first.host}/team/app@${index.manifest.digest}`,
      `  - name: ${first.host}/team/plain:v1`,
      '',
    ].join('\n'),
  );
}

/**
 * Pulls with all signatures, as a node does: by the name in the pod, which a mirror set for digests sends to the mirror.
 * @returns those that came of the image that was asked for, without what stands before their JSON
 */
async function pulledSignatures(image: string, source: string, mirror: string): Promise<string[]> {
  const conf = write(
    'node/registries.conf',
    [
      `[[registry]]\nprefix = "${source}"\nlocation = "${source}"\ninsecure = true`,
      `[[registry.mirror]]\nlocation = "${mirror}"\ninsecure = true\npull-from-mirror = "digest-only"\n`,
    ].join('\n'),
  );
  // For the mirror alone: it is there that the runtime looks.
  write('node/registries.d/mirror.yaml', `docker:\n  ${second.host}:\n    use-sigstore-attachments: true\n`);
  const to = join(folder, 'node/pulled');
  rmSync(to, { recursive: true, force: true });
  const registries = ['--registries-conf', conf, '--registries.d', join(folder, 'node/registries.d')];
  await run('skopeo', [
    ...['--insecure-policy', ...registries],
    ...['copy', '--all', `docker://${image}`, `dir:${to}`],
  ]);
  return readdirSync(to)
    .filter((name) => name.startsWith('signature-'))
    .map((name) => readFileSync(join(to, name), 'utf8').replace(/^[^{]*/, ''));
}

/** True where a pull of the index, whose registry is gone, has a signature by somebody at the mirror. */
async function isSignedAtMirror(index: TestImage, repository: string, signer: Signer): Promise<boolean> {
  const source = `${first.host}/team/app`;
  const image = `${source}@${index.manifest.digest}`;
  const found = await pulledSignatures(image, source, `${second.host}/${repository}`);
  return found.some((signature) => signer.hasSigned(signature, source, index.manifest.digest));
}

it('brings signatures to where nodes look for them when they pull from the mirror, with the source gone', async () => {
  const signer = newSigner();
  const index = await signedImages(signer);
  const images = imageSet(index);
  const unsigned = await done(
    operatorMirror('mirror', '-c', images, `docker://${second.host}/bare`, '--no-signatures'),
  );
  expect(unsigned).toMatchObject({ copied: 2 });
  const ran = await done(operatorMirror('mirror', '-c', images, `docker://${second.host}/m`));
  expect(ran).toMatchObject({
    copied: 2,
    signatures: { copied: 2, failed: [], absent: [`${first.host}/team/plain:v1`], unknown: [] },
  });
  await first.stop();
  expect(await isSignedAtMirror(index, 'm/team/app', signer)).toBe(true);
  expect(await isSignedAtMirror(index, 'm/team/app', newSigner())).toBe(false);
  expect(await isSignedAtMirror(index, 'bare/team/app', signer)).toBe(false);
});

it.each([
  { name: 'a layout', place: 'oci://layout' },
  { name: 'a v2/ folder', place: 'file://hop' },
])('carries them over $name, packed on the way', async ({ place }) => {
  const signer = newSigner();
  const index = await signedImages(signer);
  const images = imageSet(index);
  expect(await done(operatorMirror('mirror', '-c', images, place))).toMatchObject({
    copied: 2,
    signatures: { copied: 2 },
  });
  await first.stop();
  const packed = place === 'oci://layout' ? 'layout' : '.';
  mkdirSync(join(folder, 'archive'));
  await done(operatorMirror('pack', packed, '-o', 'archive'));
  const back = 'back';
  mkdirSync(join(folder, back));
  const volumes = readdirSync(join(folder, 'archive'))
    .filter((name) => /\.tar\.\d+$/.test(name))
    .map((name) => join(folder, 'archive', name));
  const unpacked = await inRoom(folder, back, 'unpack', ...volumes);
  expect([unpacked.code, unpacked.stderr]).toEqual([0, '']);
  const ended = await inRoom(
    folder,
    back,
    ...['mirror', '--from', place === 'oci://layout' ? 'oci://.' : place],
    ...[`docker://${second.host}/m`, '--format', 'json'],
  );
  expect(await done(Promise.resolve(ended))).toMatchObject({
    copied: 2,
    signatures: { copied: 2, failed: [], unknown: [] },
  });
  expect(await isSignedAtMirror(index, 'm/team/app', signer)).toBe(true);
});

it('says what is wrong where the destination has no place for referrers, which layouts have', async () => {
  const index = await signedImages(newSigner());
  const referrer = await attach(index);
  const images = imageSet(index);
  const ended = await operatorMirror('mirror', '-c', images, `docker://${second.host}/m`);
  const stderr = expect.stringMatching(/^1 signature or attestation failed: destination: .*\n {2}\S+\n$/);
  expect(ended).toMatchObject({ code: 0, stderr });
  expect(jsonOf(ended)).toMatchObject({
    copied: 2,
    failed: 0,
    signatures: { copied: 2, failed: [{ name: `${first.host}/team/app@${referrer.manifest.digest}` }] },
  });

  expect(await done(operatorMirror('mirror', '-c', images, 'oci://layout'))).toMatchObject({
    copied: 2,
    signatures: { copied: 3, failed: [] },
  });
  const back = write(
    'mapping.txt',
    `oci://layout:${first.host}/team/app@${index.manifest.digest}=${second.host}/again/app:v1\n`,
  );
  await first.stop();
  expect(await done(operatorMirror('copy', '-f', back))).toMatchObject({
    summary: { copied: 1 },
    signatures: { copied: 3, failed: [] },
  });
  const list = await fetch(`${second.url}/v2/again/app/manifests/${listTag(index)}`, {
    headers: { accept: 'application/vnd.oci.image.index.v1+json' },
  });
  expect(await list.json()).toMatchObject({ manifests: [{ digest: referrer.manifest.digest }] });
});
