import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeExecutable } from '../../scripts/lib/executable.mjs';
import { node24, root } from '../../scripts/lib/paths.mjs';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { stockCatalog } from '../support/stockedCatalog.ts';

// A bastion that has nothing: the smallest Debian that there is, into which one file was carried.

const run = promisify(execFile);
const index = 'registry.redhat.io/redhat/redhat-operator-index:v4.8';
const keycloak = 'quay.io/keycloak/keycloak-operator:15.0.2';

let system: string;
let internet: DockerRegistry;
let mirror: DockerRegistry;
beforeAll(async () => {
  system = temporaryFolder();
  [internet, mirror] = await Promise.all([
    DockerRegistry.start(),
    DockerRegistry.start(),
    run('debootstrap', ['--variant=minbase', 'bookworm', system], { maxBuffer: 1e8 }),
  ]);
  await writeExecutable({
    arch: process.arch,
    node: node24,
    target: join(system, 'usr/local/bin/operator-mirror'),
  });
  // Who installs a system names the machine itself.
  writeFileSync(join(system, 'etc/hosts'), '127.0.0.1 localhost\n');
  cpSync(join(root, 'examples'), join(system, 'work/examples'), { recursive: true });
}, 600_000);
afterAll(async () => {
  await Promise.all([internet?.stop(), mirror?.stop()]);
  rmSync(system, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the file as somebody who is logged in there. */
async function inside(...args: string[]): Promise<Ended> {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', PWD: '/work' };
  const shell = ['sh', '-c', 'cd /work && exec operator-mirror "$@"', 'sh', ...args];
  const ended = await run('chroot', [system, ...shell], {
    env: { ...env, PATH: `${env.PATH}:/usr/sbin` },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code: ended.code, stdout: ended.stdout, stderr: ended.stderr };
}

it('has no Node, and none of the tools', () => {
  const folders = ['bin', 'usr/bin', 'usr/sbin', 'usr/local/bin'];
  const tools = ['node', 'oc', 'podman', 'skopeo', 'opm', 'curl', 'python3', 'openssl'];
  const found = folders.flatMap((folder) => tools.filter((tool) => existsSync(join(system, folder, tool))));
  expect(found).toEqual([]);
});

it('checks, repairs and traces the files of both seeds', async () => {
  const checked = await inside('check', 'examples');
  expect(checked).toMatchObject({ code: 1, stderr: '' });
  expect(checked.stdout).toContain('mirror-set/local-source');
  expect(checked.stdout).toContain('mapping/tag-only');
  await inside('check', 'examples/1-efk-over-files', '--fix');
  const fluentd = `registry.redhat.io/openshift-logging/fluentd-rhel8@sha256:${'0'.repeat(64)}`;
  expect(await inside('trace', fluentd, '--in', 'examples/1-efk-over-files')).toMatchObject({ code: 0 });
  const traced = await inside('trace', keycloak, '--in', 'examples/2-keycloak-by-tag');
  expect(traced).toMatchObject({ code: 1, stdout: expect.stringContaining('no mirror serves it') });
});

it('mirrors two packages of Red Hat’s SQLite index, and proves it', async () => {
  const stocked = await stockCatalog(internet, 'redhat-operator-index', 'database', index);
  writeFileSync(join(system, 'work/registries.conf'), stocked.registriesConf);
  const packages = ['--packages', 'elasticsearch-operator,cluster-logging'];
  const to = `${mirror.host}/olm`;
  const mirrored = await inside(
    'mirror',
    index,
    to,
    ...packages,
    '--registries-conf',
    'registries.conf',
    '--format',
    'json',
  );
  expect(mirrored).toMatchObject({ code: 0, stderr: expect.not.stringContaining('operator-mirror mirror:') });
  const { failed, manifests } = JSON.parse(mirrored.stdout);
  expect(failed).toBe(0);
  expect(readFileSync(join(system, 'work', manifests, 'catalogSource.yaml'), 'utf8')).toContain(to);
  expect(await inside('verify', manifests, '--deep')).toMatchObject({ code: 0 });
  expect(await inside('check', manifests)).toMatchObject({ code: 0 });
}, 300_000);
