import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MachineConfig } from '../../server/src/documents/machineConfig.ts';
import { parseYaml } from '../../server/src/documents/yamlFile.ts';
import { machineConfigText } from '../../server/src/pulls/machineConfigText.ts';

const run = promisify(execFile);

/** Nobody listens there: all of 127.0.0.0/8 is this machine, so that every place refuses at once. */
const repositories = [
  { source: '127.1.0.1:1/keycloak/keycloak-operator', mirrors: ['127.9.0.1:1/mirror/keycloak-operator'] },
  { source: '127.1.0.1:1/keycloak/keycloak', mirrors: ['127.9.0.1:1/a', '127.9.0.2:1/b'] },
];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'machine-config-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it.each([
  ['4.5', '127.1.0.1:1/keycloak/keycloak-operator:15.0.2', ['127.9.0.1:1/mirror/keycloak-operator:15.0.2']],
  ['4.8', '127.1.0.1:1/keycloak/keycloak:1', ['127.9.0.1:1/a:1', '127.9.0.2:1/b:1']],
  [
    '4.16',
    `127.1.0.1:1/keycloak/keycloak@sha256:${'a'.repeat(64)}`,
    [`127.9.0.1:1/a@sha256:${'a'.repeat(64)}`, `127.9.0.2:1/b@sha256:${'a'.repeat(64)}`],
  ],
])('skopeo goes where the drop-in for OpenShift %s sends it: %s', async (version, image, places) => {
  const text = machineConfigText('mirrors-by-tag', repositories, ['worker', 'master'], version);
  const configs = parseYaml(text.split('\n')).resources as readonly MachineConfig[];
  expect(configs.map(({ role }) => role?.value)).toEqual(['worker', 'master']);
  for (const { files } of configs) {
    const path = join(directory, 'registries.conf');
    await writeFile(path, files[0]?.text ?? '');
    const env = { PATH: '/usr/bin:/bin', HOME: directory, NO_PROXY: '*' };
    const argv = ['--registries-conf', path, '--debug', 'inspect', '--no-tags', `docker://${image}`];
    const { stderr } = await run('skopeo', argv, { env }).then(
      () => ({ stderr: 'it was there' }),
      (error: { stderr: string }) => error,
    );
    const tried = [...stderr.matchAll(/Trying to access \\"([^"\\]+)\\"/g)].map(([, place]) => place);
    expect(tried).toEqual([...places, image]);
  }
});
