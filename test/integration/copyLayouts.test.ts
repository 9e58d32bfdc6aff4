import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { digestOf, multiArchImage, pushImage, testImage } from '../support/images.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const run = promisify(execFile);

const images = {
  app: testImage({ seed: 'app', format: 'oci' }),
  docker: testImage({ seed: 'docker', format: 'docker' }),
  multi: multiArchImage({ seed: 'multi', format: 'oci' }),
};
const names = Object.keys(images) as (keyof typeof images)[];

let folder: string;
let first: DockerRegistry;
let second: DockerRegistry;
beforeAll(async () => {
  folder = temporaryFolder();
  [first, second] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  for (const name of names) await pushImage(first.url, `team/${name}`, 'v1', images[name]);
});
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
};

function copyArguments(cwd: string, mapping: readonly string[]): string[] {
  writeFileSync(join(cwd, 'mapping.txt'), `${mapping.join('\n')}\n`);
  return [cli, 'copy', '-f', 'mapping.txt', '--format', 'json', '--progress', 'none'];
}

/** Copies in a folder, by its mapping.txt, and gives what the run says of itself, also where it failed. */
async function copy(cwd: string, mapping: readonly string[]) {
  const options = { cwd, env: { HOME: folder } };
  const { stdout, stderr } = await run(process.execPath, copyArguments(cwd, mapping), options).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return { summary: stdout === '' ? undefined : JSON.parse(stdout).summary, stderr };
}

/** What skopeo says of an image, as its own bytes. */
async function manifestBySkopeo(image: string): Promise<string> {
  const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', image]);
  return digestOf(Buffer.from(stdout));
}

function expectSound(layout: string): void {
  expect(readdirSync(layout).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  for (const name of readdirSync(join(layout, 'blobs/sha256'))) {
    expect(digestOf(readFileSync(join(layout, 'blobs/sha256', name)))).toBe(`sha256:${name}`);
  }
}

it('carries images from a registry into one layout, and from there into another registry', async () => {
  const cwd = at('around');
  const out = [
    `${first.host}/team/app:v1=oci://layout`,
    `${first.host}/team/docker@${images.docker.manifest.digest}=oci://layout`,
    `${first.host}/team/multi=oci://${cwd}/layout`,
  ];
  expect((await copy(cwd, out)).summary).toMatchObject({ copied: 3, failed: 0 });
  expect((await copy(cwd, out)).summary).toMatchObject({ copied: 0, skipped: 3 });
  const layout = join(cwd, 'layout');
  expectSound(layout);

  // Under the references of the sources, whole.
  const docker = `${first.host}/team/docker@${images.docker.manifest.digest}`;
  const into = [
    `oci://layout:${first.host}/team/app:v1=${second.host}/mirror/app`,
    `oci://layout:${docker}=${second.host}/mirror/docker:v1`,
    `oci://layout:${first.host}/team/multi:v1=${second.host}/mirror/multi`,
  ];
  expect((await copy(cwd, into)).summary).toMatchObject({ copied: 3, failed: 0 });
  for (const name of names) {
    const { digest } = images[name].manifest;
    expect(await manifestBySkopeo(`docker://${second.host}/mirror/${name}:v1`)).toBe(digest);
  }

  // From layout to layout, and to v2/ and back, the digests stay too.
  const round = [
    `oci://layout:${first.host}/team/app:v1=oci://second`,
    `oci://layout:${first.host}/team/multi:v1=file://mirror/multi`,
  ];
  expect((await copy(cwd, round)).summary).toMatchObject({ copied: 2, failed: 0 });
  expect((await copy(cwd, ['file://mirror/multi:v1=oci://second'])).summary).toMatchObject({ copied: 1 });
  expectSound(join(cwd, 'second'));
  const index = JSON.parse(readFileSync(join(cwd, 'second/index.json'), 'utf8'));
  const found = index.manifests.map((entry: { digest: string; annotations: Record<string, string> }) => [
    entry.annotations['org.opencontainers.image.ref.name'],
    entry.digest,
  ]);
  expect(found).toEqual([
    [`${first.host}/team/app:v1`, images.app.manifest.digest],
    ['mirror/multi:v1', images.multi.manifest.digest],
  ]);
});

it('is read by skopeo, and reads and keeps what skopeo wrote', async () => {
  const cwd = at('skopeo');
  const skopeo = (...args: string[]) => run('skopeo', args);
  await skopeo(
    'copy',
    '--all',
    '--src-tls-verify=false',
    `docker://${first.host}/team/multi:v1`,
    `oci:${cwd}/one:multi`,
  );
  await skopeo(
    'copy',
    '--src-tls-verify=false',
    `docker://${first.host}/team/app:v1`,
    `oci:${cwd}/one:${first.host}/team/app:v1`,
  );

  const name = `${first.host}/team/multi:v1`;
  expect((await copy(cwd, [`${name}=oci://one`])).summary).toMatchObject({ copied: 1, failed: 0 });
  for (const [image, { manifest }] of [
    ['multi', images.multi],
    [name, images.multi],
    [`${first.host}/team/app:v1`, images.app],
  ] as const) {
    expect(await manifestBySkopeo(`oci:${cwd}/one:${image}`)).toBe(manifest.digest);
  }

  // And skopeo goes on with what we wrote, keeping our names.
  await skopeo(
    'copy',
    '--src-tls-verify=false',
    `docker://${first.host}/team/app:v1`,
    `oci:${cwd}/one:again`,
  );
  const into = [
    `oci://one:multi=${second.host}/skopeo/multi:theirs`,
    `oci://one:${name}=${second.host}/skopeo/multi`,
    `oci://one:again=${second.host}/skopeo/app`,
  ];
  expect((await copy(cwd, into)).summary).toMatchObject({ copied: 3, failed: 0 });
  for (const tag of ['theirs', 'v1']) {
    const { digest } = images.multi.manifest;
    expect(await manifestBySkopeo(`docker://${second.host}/skopeo/multi:${tag}`)).toBe(digest);
  }
  const { digest } = images.app.manifest;
  expect(await manifestBySkopeo(`docker://${second.host}/skopeo/app:again`)).toBe(digest);
});

it('says before it copies anything that a layout is not there, and which of its images could be meant', async () => {
  const cwd = at('missing');
  const missing = await copy(cwd, [`oci://none:v1=${second.host}/none/app:v1`]);
  expect(missing.stderr).toContain('is no OCI image layout, and nothing was copied');
  await copy(
    cwd,
    names.map((name) => `${first.host}/team/${name}:v1=oci://several`),
  );
  const several = await copy(cwd, [
    `oci://several=${second.host}/none/app:v1`,
    `oci://several:v1=${second.host}/none/app:v2`,
  ]);
  expect(several.summary).toMatchObject({ failed: 2 });
  expect(several.stderr).toContain('oci://several holds 3 images');
  await copy(cwd, [`${first.host}/team/app:v1=oci://one`]);
  expect((await copy(cwd, [`oci://one=${second.host}/only/app:v1`])).summary).toMatchObject({ copied: 1 });
});

it('killed at any moment is completed by the same command, and two at once keep what each has written', async () => {
  const many = Array.from({ length: 24 }, (_, n) => `app${n}`);
  const layers = (name: string) => [{ shared: 'all' }, { [name]: randomBytes(300_000) }];
  for (const name of many) {
    await pushImage(first.url, `many/${name}`, 'v1', testImage({ seed: name, layers: layers(name) }));
  }
  const cwd = at('killed');
  const mapping = many.map((name) => `${first.host}/many/${name}:v1=oci://layout`);
  const blobs = join(cwd, 'layout/blobs/sha256');
  for (let round = 0; round < 8; round++) {
    const before = existsSync(blobs) ? readdirSync(blobs).length : 0;
    const child = execFile(process.execPath, copyArguments(cwd, mapping), { cwd, env: { HOME: folder } });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // After its first byte.
    while (child.exitCode === null && (existsSync(blobs) ? readdirSync(blobs).length : 0) <= before)
      await sleep(2);
    await sleep(randomInt(0, 60));
    child.kill('SIGKILL');
    await ended;
  }
  const halves = [mapping.slice(0, 14), mapping.slice(10)];
  const runs = await Promise.all(
    halves.map(async (half, n) => {
      const own = at(`killed/run${n}`);
      const lines = half.map((line) => line.replace('oci://layout', `oci://${cwd}/layout`));
      return (await copy(own, lines)).summary;
    }),
  );
  for (const summary of runs) expect(summary).toMatchObject({ failed: 0 });
  expect((await copy(cwd, mapping)).summary).toMatchObject({ copied: 0, skipped: many.length });
  expectSound(join(cwd, 'layout'));
});

it('says once that the disk is full, and leaves a layout that is whole, which the same command completes', async () => {
  const tooBig = ['big', 'large', 'huge'];
  for (const name of tooBig) {
    const image = testImage({ seed: name, layers: [{ [name]: randomBytes(3_000_000) }] });
    await pushImage(first.url, `team/${name}`, 'v1', image);
  }
  const cwd = at('full');
  const mapping = ['app', 'docker', ...tooBig].map(
    (name) => `${first.host}/team/${name}:v1=oci://disk/layout`,
  );
  // One after the other, since what fills the disk meanwhile is in the way of others.
  const args = [...copyArguments(cwd, mapping), '--parallel-images', '1'];
  // A disk of its own, which is gone with the processes that see it.
  const script = `mkdir disk && mount -t tmpfs -o size=1m none disk && { "$@"; code=$?; cp -a disk/layout copy; exit $code; }`;
  const alone = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const failed = await run('unshare', [...alone, 'sh', '-c', script, 'sh', process.execPath, ...args], {
    cwd,
    env: { HOME: folder, PATH: process.env.PATH },
  }).catch((error: { stdout: string; stderr: string; code: number }) => error);
  expect(failed).toMatchObject({ code: 1 });
  // Those that are whole get their names, also where the first that is too big has filled the disk before these were written.
  expect(JSON.parse(failed.stdout).summary).toMatchObject({ copied: 2, failed: 3 });
  const errors = failed.stderr.split('\n').filter((line) => line.includes('no space left on device'));
  expect(errors).toEqual([expect.stringContaining('free some space and run this again')]);
  expect(failed.stderr).toContain('2 more images of this mapping fail in the same way');
  expectSound(join(cwd, 'copy'));
  for (const name of ['app', 'docker'] as const) {
    expect(readFileSync(join(cwd, 'copy/index.json'), 'utf8')).toContain(images[name].manifest.digest);
  }
  const rest = mapping.map((line) => line.replace('disk/layout', 'copy'));
  expect((await copy(cwd, rest)).summary).toMatchObject({ copied: 3, skipped: 2 });
  expectSound(join(cwd, 'copy'));
});
