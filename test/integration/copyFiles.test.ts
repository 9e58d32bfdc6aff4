import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { type StoredLine, temporaryFolder, treeOf, truthOf, unpack } from '../support/fileStore.ts';
import { buildCache, multiArchImage, pushImage } from '../support/images.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
/** Lines of a run of `oc adm catalog mirror` to files, each of which came whole. */
const lines: readonly StoredLine[] = truthOf('jaeger-reg2file-oc48').lines;

let folder: string;
let first: DockerRegistry;
let second: DockerRegistry;
beforeAll(async () => {
  folder = temporaryFolder();
  [first, second] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
});
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
};

/** Copies in a folder, by its mapping.txt, and gives the numbers of the run. */
async function copy(cwd: string, mapping: readonly string[], ...options: string[]) {
  writeFileSync(join(cwd, 'mapping.txt'), `${mapping.join('\n')}\n`);
  const args = [cli, 'copy', '-f', 'mapping.txt', '--format', 'json', '--progress', 'none', ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env: { HOME: folder } });
  return JSON.parse(stdout).summary;
}

async function digestAt({ url }: DockerRegistry, repository: string, tag: string) {
  const accept = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.oci.image.index.v1+json',
  ].join(', ');
  const answer = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept },
  });
  return answer.headers.get('docker-content-digest');
}

it('carries what oc wrote to a registry, out of it as oc lays it out, and into another one', async () => {
  const theirs = at('theirs');
  unpack('jaeger-reg2file-oc48', theirs);
  const places = lines.map(({ destination, destinationDigest }) => {
    const [, path = '', tag = ''] = /^file:\/\/(.*):([^:]*)$/.exec(destination) ?? [];
    return { path, tag, digest: destinationDigest };
  });

  // The folder is named.
  const elsewhere = at('elsewhere');
  const into = places.map(({ path, tag }) => `file://${path}:${tag}=${first.host}/${path}:${tag}`);
  expect(await copy(elsewhere, into, '--dir', theirs)).toMatchObject({ copied: lines.length, failed: 0 });

  // The folder is the one in which it runs.
  const ours = at('ours');
  const out = places.map(({ path, tag }) => `${first.host}/${path}:${tag}=file:///${path}:${tag}`);
  expect(await copy(ours, out)).toMatchObject({ copied: lines.length, failed: 0 });
  expect(treeOf(join(ours, 'v2'))).toEqual(treeOf(join(theirs, 'v2')));
  expect(await copy(ours, out)).toMatchObject({ copied: 0, skipped: lines.length });

  const again = places.map(({ path, tag }) => `file://${path}:${tag}=${second.host}/${path}:${tag}`);
  expect(await copy(ours, again)).toMatchObject({ copied: lines.length, failed: 0 });
  for (const { path, tag, digest } of places) expect(await digestAt(second, path, tag)).toBe(digest);
});

it('carries indexes whole, and build caches', async () => {
  const images = { multi: multiArchImage({ format: 'oci' }), cache: buildCache() };
  for (const [name, image] of Object.entries(images)) await pushImage(first.url, `team/${name}`, 'v1', image);
  const cwd = at('whole');
  const names = Object.keys(images);
  const out = names.map((name) => `${first.host}/team/${name}:v1=file://mirror/${name}`);
  expect(await copy(cwd, out)).toMatchObject({ copied: 2, failed: 0 });
  const into = names.map((name) => `file://mirror/${name}=${second.host}/mirror/${name}`);
  expect(await copy(cwd, into)).toMatchObject({ copied: 2, failed: 0 });
  for (const [name, image] of Object.entries(images)) {
    expect(await digestAt(second, `mirror/${name}`, 'v1')).toBe(image.manifest.digest);
  }
});
