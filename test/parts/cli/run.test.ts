import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeProgram } from '../../support/writeProgram.ts';
import { CommandLine } from './copyHarness.ts';

/* A program of the test's own stands in PATH where a tool would: what is said of it and done with it is real. */

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

/** Puts a shell script in PATH under the name of a tool. */
function tool(name: string, script: string): void {
  const path = line.path(`bin/${name}`);
  mkdirSync(dirname(path), { recursive: true });
  writeProgram(path, `#!/bin/sh\n${script}\n`);
  line.environment = { PATH: [dirname(path), process.env.PATH].join(delimiter) };
}

const index = 'reg.example.com:8443/my/my-index:v4.8';

describe('run', () => {
  it('starts the tool in the folder with the words of the step, and through no shell', async () => {
    line.write('elsewhere/x', '');
    tool('oc', 'printf "%s\\n" "$PWD" "$@"');
    const dir = line.path('elsewhere');
    const catalog = `${index}; echo $(id)`;
    const { code, stdout, stderr } = await line.run(
      'run',
      'oc-catalog-mirror',
      catalog,
      'file:///x',
      '--dir',
      dir,
    );
    expect(stdout.split('\n').slice(0, 4)).toEqual([dir, 'adm', 'catalog', 'mirror']);
    expect(stdout.split('\n').slice(-3)).toEqual([catalog, 'file:///x', '']);
    expect(stderr).toContain(`operator-mirror run: oc adm catalog mirror --max-components=2`);
    expect(stderr).toContain('oc exited with 0, and nothing in its output says otherwise');
    expect(code).toBe(0);
  });

  it('shows the command line and starts nothing', async () => {
    tool('podman', `touch '${line.path('started')}'`);
    const { code, stdout } = await line.run('run', 'podman-push', index, '--authfile', 'auth.json', '--show');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `podman push --authfile=auth.json ${index}\n` });
    expect(existsSync(line.path('started'))).toBe(false);
  });

  it('names files as the tool sees them from its folder', async () => {
    tool('oc', 'true');
    const dir = line.path('.');
    const { stdout } = await line.run('run', 'oc-image-mirror', '-f', 'mapping.txt', '--dir', dir, '--show');
    expect(stdout).toContain(`-f ${join(process.cwd(), 'mapping.txt')}`);
  });

  it('takes behind -- what is written there', async () => {
    tool('skopeo', 'printf "%s|" "$@"; exit 3');
    const { code, stdout, stderr } = await line.run(
      'run',
      '--',
      'skopeo',
      'list-tags',
      '--retry-times',
      '1',
      'x y',
    );
    expect(stdout).toBe('list-tags|--retry-times|1|x y|');
    expect(stderr).toContain('skopeo exited with 3\n');
    expect(code).toBe(1);
  });

  it('keeps what the tool prints for explain, which says the same of it', async () => {
    tool(
      'oc',
      `echo 'error: unable to push manifest to ${index}: unauthorized: authentication required' >&2; exit 1`,
    );
    const log = line.path('oc.log');
    const { stderr } = await line.run(
      'run',
      '--log',
      log,
      '--',
      'oc',
      'image',
      'mirror',
      '-f',
      'mapping.txt',
    );
    expect(readFileSync(log, 'utf8').split('\n')[0]).toBe('$ oc image mirror -f mapping.txt');
    const explained = (await line.run('explain', log)).stdout;
    expect(explained).toContain('(oc/');
    const problem = explained.split('\n').find((text) => text.includes(':2: '));
    expect(stderr).toContain(problem);
  });

  it('says what an error means below it, once, and in no line of the tool', async () => {
    const refused = 'error: unable to push manifest to reg.example.com:8443/a/';
    tool(
      'oc',
      `printf '%s\\n' '${refused}b:v1: unauthorized: authentication required'
printf '%s' '${refused}c:v1: unauth'
printf '%s\\n' 'orized: authentication required'`,
    );
    const { stdout, stderr } = await line.run('run', 'oc-image-mirror', '-f', 'm.txt');
    expect(stdout).toBe(
      `${refused}b:v1: unauthorized: authentication required\n${refused}c:v1: unauthorized: authentication required\n`,
    );
    expect(stderr.match(/^operator-mirror run: .*\(oc\//gm)).toHaveLength(1);
  });

  it('hands on the auth file, where a tool has no flag for it', async () => {
    tool('opm', 'echo "$REGISTRY_AUTH_FILE"');
    const given = ['a.io/b:1', index, '--packages', 'a,b', '--authfile', '/x/auth.json'];
    const { stdout, stderr } = await line.run('run', 'opm-index-prune', ...given);
    expect(stdout).toBe('/x/auth.json\n');
    // opm leaves the image with podman.
    expect(stderr).toContain(`Next: podman push ${index}\n`);
  });

  it('ends the tool when it is told to stop, and says so', async () => {
    const started = line.path('started');
    tool('oc', `trap 'echo ended; exit 143' TERM; touch '${started}'; while :; do sleep 0.1; done`);
    const running = line.run('run', 'oc-image-mirror', '-f', 'm.txt');
    await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 10_000 });
    line.stop.abort(new Error('stopped by SIGTERM'));
    const { code, stdout, stderr } = await running;
    expect(stdout).toBe('ended\n');
    expect(stderr).toContain('operator-mirror run: oc was ended: stopped by SIGTERM\n');
    expect(code).toBe(1);
  });
});

describe('manifests that a tool wrote', () => {
  const policy = `apiVersion: operator.openshift.io/v1alpha1
kind: ImageContentSourcePolicy
metadata:
  name: my/index
spec:
  repositoryDigestMirrors:
  - mirrors:
    - reg.example.com:8443/a/b
    source: quay.io/a/b
`;

  it('are checked, and repaired where that is wanted', async () => {
    line.write('recorded/imageContentSourcePolicy.yaml', policy);
    tool(
      'oc',
      `rm -rf manifests-x-1; cp -R '${line.path('recorded')}' manifests-x-1; echo 'wrote mirroring manifests to manifests-x-1'`,
    );
    line.write('work/x', '');
    const given = ['run', '--dir', line.path('work'), '--format', 'json'];
    const words = ['--', 'oc', 'adm', 'catalog', 'mirror', index, 'reg.example.com:8443/a'];
    const first = JSON.parse((await line.run(...given, ...words)).stdout);
    expect(first.manifests).toMatchObject({ folder: line.path('work/manifests-x-1'), fixed: 0 });
    expect(first.manifests.summary.error).toBe(1);
    const text = (await line.run(...given.slice(0, 3), ...words)).stderr;
    expect(text).toContain(`Repair them: operator-mirror check --fix ${line.path('work/manifests-x-1')}`);
    const fixed = JSON.parse((await line.run(...given, '--fix', ...words)).stdout);
    expect(fixed.manifests).toMatchObject({ fixed: 1, summary: { error: 0 } });
    expect(readFileSync(line.path('work/manifests-x-1/imageContentSourcePolicy.yaml'), 'utf8')).toContain(
      'name: my-index',
    );
  });

  it('are looked for nowhere but below the folder and where the command names them', async () => {
    line.write('other/imageContentSourcePolicy.yaml', policy);
    line.write('work/x', '');
    const other = line.path('other');
    tool('oc', `echo 'wrote mirroring manifests to ${other}'`);
    const given = [
      'run',
      '--dir',
      line.path('work'),
      '--format',
      'json',
      '--fix',
      '--',
      'oc',
      'adm',
      'catalog',
      'mirror',
      index,
    ];
    expect(JSON.parse((await line.run(...given, 'file:///x')).stdout).manifests).toBeNull();
    expect(readFileSync(join(other, 'imageContentSourcePolicy.yaml'), 'utf8')).toBe(policy);
    const named = JSON.parse((await line.run(...given, 'file:///x', `--to-manifests=${other}`)).stdout);
    expect(named.manifests).toMatchObject({ folder: other, fixed: 1 });
  });
});

describe('exit code 2, with a line that says why, for', () => {
  it.each([
    [['run'], 'nothing is named that could be started; name one of podman-login or '],
    [['run', 'no-step'], 'no-step is no step; name one of podman-login'],
    [
      ['run', 'oc', 'image'],
      'oc is no step; write -- before a whole command line: operator-mirror run -- oc …',
    ],
    [
      ['run', '--', 'sh', '-c', 'x'],
      'sh is none of the tools that are known; write oc or oc-mirror or opm or podman',
    ],
    [['run', 'x', '--', 'oc'], 'x stands before --; write oc'],
    [['run', 'podman-login'], 'HOST is missing; a step needs HOST'],
    [
      ['run', 'podman-push', 'a:1', '--dir', 'no-such'],
      'there is no folder no-such; make it, or name another with --dir',
    ],
    [['run', 'podman-push', 'a:1', '--log', '/no-such/x'], '/no-such/x: the log cannot be kept there: '],
    [['run', 'podman-push', 'a:1'], 'podman is not there, or the folder '],
    [['run', 'grpcurl-list-packages'], 'grpcurl is not there'],
  ])('%j', async (argv, message) => {
    line.environment = { PATH: line.folder };
    const { code, stdout, stderr } = await line.run(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`operator-mirror run: ${message}`);
  });

  it('a tool that is not there, with what does its work', async () => {
    line.environment = { PATH: line.folder };
    const { stderr } = await line.run('run', 'grpcurl-list-packages');
    expect(stderr).toContain('install grpcurl, or do without: operator-mirror catalog list CATALOG\n');
  });
});
