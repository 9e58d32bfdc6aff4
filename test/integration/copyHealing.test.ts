import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { pushImage, testImage } from '../support/images.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const image = testImage();
const { digest } = image.manifest;
const blob = image.blobs[0]?.digest ?? '';

/**
 * A registry whose disk was full leaves files behind that are empty or short. What is in its storage tells what it
 * answers, so it is the real one, and the same command heals it once there is room.
 */
describe('a destination that ran out of disk', () => {
  let source: DockerRegistry;
  let destination: DockerRegistry;
  let storage: string;
  beforeAll(async () => {
    [source, destination] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
    storage = join(destination.directory, 'data/docker/registry/v2');
    await pushImage(source.url, 'team/app', 'v1', image);
  });
  afterAll(() => Promise.all([source.stop(), destination.stop()]));
  beforeEach(() => {
    rmSync(storage, { recursive: true, force: true });
    expect(copy()).toMatchObject({ status: 0 });
  });

  const copy = () => {
    const mapping = join(source.directory, 'mapping.txt');
    writeFileSync(mapping, `${source.host}/team/app:v1=${destination.host}/team/app:v1\n`);
    const argv = [cli, 'copy', '-f', mapping, '--retry-times', '0'];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const data = (of: string) => join(storage, 'blobs/sha256', of.slice(7, 9), of.slice(7), 'data');
  const inRepository = (path: string) => join(storage, 'repositories/team/app', path);
  const layerLink = () => inRepository(`_layers/sha256/${blob.slice(7)}/link`);
  const revision = () => inRepository(`_manifests/revisions/sha256/${digest.slice(7)}/link`);
  const tag = () => inRepository('_manifests/tags/v1/current/link');
  const withoutManifest = () => rmSync(inRepository('_manifests'), { recursive: true });

  it.each<[string, () => void]>([
    [
      'the link to a blob, and its bytes are gone',
      () => {
        withoutManifest();
        truncateSync(layerLink());
        rmSync(data(blob));
      },
    ],
    [
      'every link',
      () => {
        for (const path of [layerLink(), revision(), tag()]) truncateSync(path);
      },
    ],
  ])('is healed by the same command where it had no room for %s', async (_what, damage) => {
    damage();
    expect(copy()).toMatchObject({ status: 0, stderr: '' });
    const answer = await fetch(`${destination.url}/v2/team/app/manifests/v1`, {
      headers: { accept: image.manifest.mediaType },
    });
    expect(answer.headers.get('docker-content-digest')).toBe(digest);
    expect(readFileSync(layerLink(), 'utf8')).toBe(blob);
    const bytes = await (await fetch(`${destination.url}/v2/team/app/blobs/${blob}`)).arrayBuffer();
    expect(Buffer.from(bytes).equals(image.blobs[0]?.bytes ?? Buffer.of())).toBe(true);
    expect(copy()).toMatchObject({ status: 0, stdout: expect.stringContaining('1 already there') });
  });

  it('says of a blob that it keeps in part what has to be done, and is healed by that', () => {
    withoutManifest();
    truncateSync(data(blob), 3);
    const { status, stderr } = copy();
    expect(status).toBe(1);
    expect(stderr).toContain(`${blob} is damaged: ${destination.host} has 3 of its`);
    expect(stderr).toContain('remove it from the storage of');
    rmSync(data(blob));
    expect(copy()).toMatchObject({ status: 0 });
  });
});
