import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { multiArchImage, pushImage, testImage } from '../support/images.ts';
import { atTerminal } from '../support/terminal.ts';

/* Debian's podman and skopeo, started by the built command line, on real registries. podman stores images as plain folders, in ours. */

const cli = join(import.meta.dirname, '../../dist/cli.js');
const users = { anna: 'pl4nted:secret' };
const authorization = `Basic ${Buffer.from('anna:pl4nted:secret').toString('base64')}`;

let folder: string;
let guarded: DockerRegistry;
let open: DockerRegistry;
let environment: Record<string, string>;
let authFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'external-tools-'));
  [guarded, open] = await Promise.all([DockerRegistry.start({ users }), DockerRegistry.start()]);
  const storage = join(folder, 'storage.conf');
  const places = `graphroot = "${join(folder, 'graph')}"\nrunroot = "${join(folder, 'run')}"`;
  await writeFile(storage, `[storage]\ndriver = "vfs"\n${places}\n`);
  environment = { CONTAINERS_STORAGE_CONF: storage, HOME: folder };
  authFile = join(folder, 'auth.json');
  await writeFile(join(folder, 'none.json'), '{}');
});
afterAll(async () => {
  await Promise.all([guarded?.stop(), open?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly report: {
    readonly exitCode: number;
    readonly verdict: string;
    readonly problems: readonly { readonly code: string; readonly cause: string }[];
  };
  readonly stderr: string;
}

/** `operator-mirror run … --format json` in the folder of the test. */
async function ran(...given: string[]): Promise<Ran> {
  const args = [cli, 'run', '--format', 'json', ...given];
  const options = { cwd: folder, env: { ...process.env, ...environment } };
  const { code, stdout, stderr } = await promisify(execFile)(process.execPath, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code, report: JSON.parse(stdout), stderr };
}

const own = (registry: DockerRegistry) => ['--insecure', registry.host, '--authfile', authFile];

describe('podman', () => {
  it('asks for user and password at a terminal, and keeps them', async () => {
    const args = ['run', 'podman-login', guarded.host, ...own(guarded)];
    const wrong = await atTerminal(
      args,
      [
        ['Username: ', 'anna\r'],
        ['Password: ', 'wrong\r'],
      ],
      environment,
    );
    expect(wrong.code).toBe(1);
    expect(wrong.screen).toContain('podman exited with 125');
    const right = await atTerminal(
      args,
      [
        ['Username: ', 'anna\r'],
        ['Password: ', 'pl4nted:secret\r'],
      ],
      environment,
    );
    expect(right.screen).toContain('Login Succeeded!');
    expect(right.code).toBe(0);
    expect(wrong.screen + right.screen).not.toContain('pl4nted');
    expect(Object.keys(JSON.parse(await readFile(authFile, 'utf8')).auths)).toEqual([guarded.host]);
  });

  it('pushes an image that it has, and says what is wrong with one that it has not', async () => {
    const image = `${guarded.host}/team/made:v1`;
    const archive = join(folder, 'layer.tar');
    await promisify(execFile)('tar', ['cf', archive, '-C', folder, 'storage.conf']);
    const env = { ...process.env, ...environment };
    await promisify(execFile)('podman', ['import', archive, image], { env });
    const pushed = await ran('podman-push', image, ...own(guarded));
    expect(pushed.stderr).toContain('Writing manifest to image destination');
    expect(pushed).toMatchObject({ code: 0, report: { exitCode: 0 } });
    const response = await fetch(`${guarded.url}/v2/team/made/tags/list`, { headers: { authorization } });
    expect(await response.json()).toEqual({ name: 'team/made', tags: ['v1'] });

    const missing = await ran('podman-push', `${guarded.host}/team/none:v1`, ...own(guarded));
    expect(missing).toMatchObject({ code: 1, report: { exitCode: 125, verdict: 'failed' } });
  });

  it('is explained where a registry refuses it', async () => {
    const nobody = ['--insecure', guarded.host, '--authfile', join(folder, 'none.json')];
    const { code, report, stderr } = await ran('podman-push', `${guarded.host}/team/made:v1`, ...nobody);
    expect(code).toBe(1);
    expect(report.problems.map((problem) => problem.code)).toEqual(['pull/unauthorized']);
    // As soon as podman says it, and not only at the end.
    expect(stderr).toContain(`operator-mirror run: ${report.problems[0]?.cause}`);
  });
});

describe('skopeo', () => {
  it('brings a whole index to another registry under its own digest', async () => {
    const index = multiArchImage();
    await pushImage(guarded.url, 'team/index', 'v1', index, { authorization });
    const from = `${guarded.host}/team/index:v1`;
    const to = `${open.host}/mirror/index:v1`;
    const copied = await ran('skopeo-copy', from, to, ...own(guarded), '--insecure', open.host);
    expect(copied).toMatchObject({ code: 0, report: { exitCode: 0, verdict: 'complete' } });
    const response = await fetch(`${open.url}/v2/mirror/index/manifests/v1`, {
      headers: { accept: index.manifest.mediaType },
    });
    expect(response.headers.get('docker-content-digest')).toBe(index.manifest.digest);
  });

  it('counts the images of an index while it copies them', async () => {
    const index = multiArchImage();
    await pushImage(guarded.url, 'team/counted', 'v1', index, { authorization });
    const file = join(folder, 'progress.jsonl');
    const given = [`${guarded.host}/team/counted:v1`, `${open.host}/mirror/counted:v1`, ...own(guarded)];
    await ran('skopeo-copy', ...given, '--insecure', open.host, '--progress-file', file);
    const events = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    const children = index.children.length;
    expect(events.at(-1)).toMatchObject({ event: 'end', copied: children, failed: 0 });
    expect(events.at(-2)).toMatchObject({ event: 'progress', done: children, total: children });
  });

  it.each([
    ['is not there', 'team/none:v1', /^pull\/manifest-unknown$/],
    ['may not be read', 'team/index:v1', /^pull\/unauthorized$/],
  ])('is explained where an image %s', async (what, name, expected) => {
    await pushImage(guarded.url, 'team/index', 'v1', testImage(), { authorization });
    const login = what === 'is not there' ? authFile : join(folder, 'none.json');
    const given = [`${guarded.host}/${name}`, `${open.host}/x:v1`, '--authfile', login];
    const { code, report } = await ran(
      'skopeo-copy',
      ...given,
      '--insecure',
      guarded.host,
      '--insecure',
      open.host,
    );
    expect(code).toBe(1);
    expect(report).toMatchObject({ exitCode: 1, verdict: 'failed' });
    expect(report.problems.map((problem) => problem.code)).toEqual([expect.stringMatching(expected)]);
  });

  it('is explained where a registry is gone', async () => {
    const gone = await DockerRegistry.start();
    await gone.stop();
    const given = [`${gone.host}/a:v1`, `${open.host}/x:v1`];
    const { code, report } = await ran(
      'skopeo-copy',
      ...given,
      '--insecure',
      gone.host,
      '--insecure',
      open.host,
    );
    expect(code).toBe(1);
    expect(report.problems.map((problem) => problem.code)).toEqual(['pull/not-listening']);
  });
});

describe('doctor', () => {
  it('tells real tools and real registries apart', async () => {
    const gone = await DockerRegistry.start();
    await gone.stop();
    const hosts = [guarded.host, open.host, gone.host];
    const insecure = hosts.flatMap((host) => ['--insecure', host]);
    const asked = async (login: string) => {
      const args = [cli, 'doctor', ...hosts, ...insecure, '--authfile', login, '--format', 'json'];
      const options = { cwd: folder, env: { ...process.env, ...environment } };
      const failure = await promisify(execFile)(process.execPath, args, options).catch((error) => error);
      expect(failure.code).toBe(1);
      return JSON.parse(failure.stdout);
    };
    const { registries, tools } = await asked(authFile);
    expect(registries).toEqual([
      { place: guarded.host, state: 'accepted', problem: null },
      { place: open.host, state: 'open', problem: null },
      { place: gone.host, state: 'failed', problem: expect.stringContaining(gone.host) },
    ]);
    const versions = new Map(
      tools.map((tool: { name: string; version: string }) => [tool.name, tool.version]),
    );
    for (const name of ['podman', 'skopeo']) {
      const { stdout } = await promisify(execFile)(name, ['--version']);
      expect(stdout).toContain(`version ${versions.get(name)}`);
    }
    expect((await asked(join(folder, 'none.json'))).registries[0]).toMatchObject({ state: 'noLogin' });
    const auth = Buffer.from('anna:wrong').toString('base64');
    await writeFile(join(folder, 'wrong.json'), JSON.stringify({ auths: { [guarded.host]: { auth } } }));
    const refused = (await asked(join(folder, 'wrong.json'))).registries[0];
    expect(refused).toMatchObject({ state: 'refused', problem: expect.not.stringContaining('wrong') });
  });
});
