import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { digestOf, testImage } from '../support/images.ts';
import { putInto, type ServedCatalog, serveCatalog } from '../support/mirrorCatalog.ts';
import { inRoom } from '../support/rooms.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
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

const options = () => ({ cwd: folder, env: { HOME: folder, PATH: process.env.PATH } });

const operatorMirror = (...argv: readonly string[]) => inRoom(folder, '.', ...argv);

async function mirror(...argv: readonly string[]) {
  const { code, stdout, stderr } = await operatorMirror('mirror', ...argv, '--format', 'json');
  if (stdout === '') throw new Error(`${code}: ${stderr}`);
  return { code, stderr, run: JSON.parse(stdout) };
}

/** What skopeo, which knows nothing of us, finds of an image. */
async function bySkopeo(image: string): Promise<string> {
  const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${image}`]);
  return digestOf(Buffer.from(stdout));
}

/** The bundles that a catalog offers. */
async function offered(image: string): Promise<string[]> {
  const { stdout } = await operatorMirror('catalog', 'show', image, '--format', 'json');
  return JSON.parse(stdout).bundles.map(({ name }: { name: string }) => name);
}

/** All images of a run, or those that skopeo does not find at their destinations. */
async function expectThere(images: readonly { digest: string; destination: string }[]): Promise<void> {
  const found = await Promise.all(images.map(({ destination }) => bySkopeo(destination)));
  expect(found).toEqual(images.map(({ digest }) => digest));
}

/** The digests of the images that a catalog of ours needs. */
function digestsOf({ images }: ServedCatalog): string[] {
  return [...images.values()].map(({ image }) => image.manifest.digest).sort();
}

it('carries a catalog over a layout to a registry that the first one cannot be reached from', async () => {
  const served = await serveCatalog(first.host, putInto(first));
  const out = await mirror(served.index, 'oci://layout');
  expect(out).toMatchObject({ code: 0, stderr: '', run: { copied: 7, failed: 0 } });
  expect(readdirSync(join(folder, out.run.manifests)).filter((name) => name.endsWith('.yaml'))).toEqual([]);
  expect(await mirror(served.index, 'oci://layout')).toMatchObject({
    code: 0,
    run: { copied: 0, skipped: 7 },
  });

  await first.stop();
  mkdirSync(join(folder, 'carried'));
  renameSync(join(folder, 'layout'), join(folder, 'carried/disk'));
  const plan = ['--from', 'oci://carried/disk', `docker://${second.host}/olm`];
  const back = await mirror(...plan);
  expect(back).toMatchObject({ code: 0, stderr: '', run: { copied: 7, failed: 0 } });
  await expectThere(back.run.images);
  const digests = back.run.images.map(({ digest }: { digest: string }) => digest).sort();
  expect(digests).toEqual([...digestsOf(served), served.indexImage.manifest.digest].sort());
  // As if there had been no layout between: sources by the names that pods use, and the names that plan gives.
  const sets = readFileSync(join(folder, back.run.manifests, 'imageDigestMirrorSet.yaml'), 'utf8');
  expect(sets).toContain(`source: ${first.host}/logging/operator`);
  expect(sets).toContain(`- ${second.host}/olm/logging-operator`);
  expect(await offered(`${second.host}/olm/ns-index:v1`)).toHaveLength(3);
  expect(await mirror(...plan)).toMatchObject({ code: 0, run: { copied: 0, skipped: 7, bytes: 0 } });
});

it('carries some packages over a v2/ folder, and from one whose run nobody knows', async () => {
  const served = await serveCatalog(first.host, putInto(first));
  const out = await mirror(served.index, 'file://hop', '--packages=search');
  expect(out).toMatchObject({ code: 0, stderr: '', run: { copied: 2 } });
  await first.stop();

  const back = await mirror('--from', 'file://hop', `docker://${second.host}/olm`);
  expect(back).toMatchObject({ code: 0, stderr: '', run: { copied: 3 } });
  await expectThere(back.run.images);
  expect(await offered(`${second.host}/olm/ns-index:v1`)).toEqual(['search.v1.0.0']);

  rmSync(join(folder, 'mirror-runs'), { recursive: true });
  const found = await mirror('--from', 'file://hop', `docker://${second.host}/again`);
  expect(found).toMatchObject({ code: 0, stderr: '', run: { copied: 3 } });
  await expectThere(found.run.images);
  const names = ({ run: { images } }: typeof found) =>
    images.map(({ destination }: { destination: string }) => destination.replace(/^.*?\/\w+\//, '')).sort();
  expect(names(back)).toEqual(['ns-index:v1', 'search-bundle:v1', 'search-operator:v1']);
  // Of a catalog in a v2/ folder nobody knows another name than its path there, which oc keeps, too.
  expect(names(found)).toEqual(['hop-ns-index:v1', 'search-bundle:v1', 'search-operator:v1']);
});

it('says what is missing over both steps', async () => {
  const served = await serveCatalog(first.host, putInto(first), ['logging/collector']);
  const out = await mirror(served.index, 'oci://layout');
  expect(out).toMatchObject({ code: 1, run: { copied: 6, failed: 1 } });
  await first.stop();
  const back = await mirror('--from', 'oci://layout', `docker://${second.host}/olm`);
  expect(back).toMatchObject({ code: 1, run: { copied: 6, failed: 1 } });
  expect(await offered(`${second.host}/olm/ns-index:v1`)).toEqual(['logging.v1.0.0', 'search.v1.0.0']);
  const [collector] = served.images.get('logging/collector')?.reference.split('@') ?? [];
  expect(back.stderr).toContain(collector);
});

it('copies what was planned, also when a tag moves meanwhile', async () => {
  const served = await serveCatalog(first.host, putInto(first));
  await operatorMirror('plan', served.index, `docker://${second.host}/olm`, '-o', 'plan.json');
  await putInto(first)('search/operator', 'v1', testImage({ seed: 'moved' }));
  expect(await mirror('--plan', 'plan.json')).toMatchObject({ code: 0 });
  const planned = served.images.get('search/operator')?.image.manifest.digest;
  expect(await bySkopeo(`${second.host}/olm/search-operator:v1`)).toBe(planned);
});

/** Begins a run and kills it once its folder is as wanted, or lets it end; true where it was killed. */
async function isKilled(isWanted: (state: string) => boolean, ...argv: readonly string[]): Promise<boolean> {
  const child: ChildProcess = spawn(process.execPath, [cli, 'mirror', ...argv], {
    ...options(),
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const runs = join(folder, 'mirror-runs');
  while (child.exitCode === null && child.signalCode === null) {
    const [state] = existsSync(runs) ? readdirSync(runs) : [];
    if (state !== undefined && isWanted(join(runs, state))) child.kill('SIGKILL');
    await sleep(2);
  }
  await ended;
  return child.signalCode === 'SIGKILL';
}

/** What a journal tells, each line by its event. */
function eventsIn(state: string): string[] {
  const journal = join(state, 'journal.jsonl');
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line).event);
}

it('goes on after it was killed, wherever that was', { timeout: 120_000 }, async () => {
  const served = await serveCatalog(first.host, putInto(first));
  const argv = [served.index, `docker://${second.host}/olm`];
  const isLater = (than: readonly string[], event: string) => (state: string) =>
    eventsIn(state).slice(than.length).includes(event);
  let before: string[] = [];
  const kills: boolean[] = [await isKilled(() => true, ...argv)];
  for (const event of ['start', 'planned', 'image', 'signatures']) {
    kills.push(await isKilled(isLater(before, event), ...argv));
    const [state = ''] = readdirSync(join(folder, 'mirror-runs'));
    before = eventsIn(join(folder, 'mirror-runs', state));
    expect(before).toContain('start');
  }
  expect(kills.slice(0, 2)).toEqual([true, true]);
  const { code, run: end } = await mirror(...argv);
  expect(code).toBe(0);
  await expectThere(end.images);
  const [state = ''] = readdirSync(join(folder, 'mirror-runs'));
  expect(readdirSync(join(folder, 'mirror-runs', state)).sort()).toEqual([
    'journal.jsonl',
    'plan.json',
    'progress.json',
    'result.json',
  ]);
});

it('lets one run at a time work on the same', async () => {
  const served = await serveCatalog(first.host, putInto(first));
  const argv = [served.index, `docker://${second.host}/olm`, '--format', 'json'];
  const both = await Promise.all([operatorMirror('mirror', ...argv), operatorMirror('mirror', ...argv)]);
  const codes = both.map(({ code }) => code).sort();
  // They may also have come one after the other.
  expect([
    [0, 0],
    [0, 2],
  ]).toContainEqual(codes);
  for (const { code, stderr } of both) {
    if (code === 2) expect(stderr).toMatch(/another run of this command is at work in .*; wait for its end/);
  }
});
