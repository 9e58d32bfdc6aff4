import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropIn } from '../../support/machineConfigs.ts';
import { namedSet } from '../../support/mirrorSets.ts';
import { writeProgram } from '../../support/writeProgram.ts';
import { CommandLine } from '../cli/copyHarness.ts';

/* The cluster is reached with a program of the user's; here a real program stands in its place and notes its arguments. */

const line = new CommandLine();
let folder: string;
let log: string;
beforeAll(() => {
  folder = line.path('new');
  log = line.path('arguments.txt');
  line.write('new/digests.yaml', namedSet('IDMS', 'digests', 'q.io/a <- m.local/a'));
});
afterAll(() => line.remove());

/** A program that answers as `oc` does: by resource, what it prints; a text that begins with `error` is refused. */
function oc(answers: Readonly<Record<string, string>>): string {
  const path = line.path('oc');
  writeProgram(
    path,
    `#!${process.execPath}
const args = process.argv.slice(2);
require('node:fs').appendFileSync(${JSON.stringify(log)}, args.join(' ') + '\\n');
const answer = ${JSON.stringify(answers)}[args[1]] ?? 'error: the server doesn\\'t have a resource type "' + args[1] + '"';
if (answer.startsWith('error')) { console.error(answer); process.exit(1); }
process.stdout.write(answer);
`,
  );
  return path;
}

const list = (...sets: string[]) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: sets.map((set) => JSON.parse(set)) });
const policy = JSON.stringify({
  apiVersion: 'operator.openshift.io/v1alpha1',
  kind: 'ImageContentSourcePolicy',
  metadata: { name: 'image-policy-0', uid: '1' },
  spec: { repositoryDigestMirrors: [{ source: 'q.io/b', mirrors: ['m.local/b'] }] },
});
const images = 'images.config.openshift.io';
const configs = 'machineconfigs.machineconfiguration.openshift.io';
const icsp = 'imagecontentsourcepolicies.operator.openshift.io';

describe('forecast --live', () => {
  it('knows what is on the cluster, and its version', async () => {
    const answers = { [icsp]: list(policy), clusterversion: '4.7.55' };
    const { code, stdout } = await line.run('forecast', folder, '--live', '--oc', oc(answers));
    expect(stdout).toContain('stays      ImageContentSourcePolicy image-policy-0');
    // 4.7 has no ImageDigestMirrorSet: the API server would refuse this one, and nothing else is in the folder.
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused +ImageDigestMirrorSet digests/);
    const asked = readFileSync(log, 'utf8').trim().split('\n').sort();
    expect(asked).toEqual(
      [
        'get clusterversion version -o jsonpath={.status.desired.version}',
        `get ${icsp} -o yaml`,
        'get imagedigestmirrorsets.config.openshift.io -o yaml',
        `get ${images} cluster -o yaml`,
        'get imagetagmirrorsets.config.openshift.io -o yaml',
        `get ${configs} -o json`,
      ].sort(),
    );
  });

  it('knows its image configuration and its MachineConfigs about registries, and no others', async () => {
    const config = (name: string, path: string, text: string) => ({
      apiVersion: 'machineconfiguration.openshift.io/v1',
      kind: 'MachineConfig',
      metadata: { name, labels: { 'machineconfiguration.openshift.io/role': 'worker' } },
      spec: {
        config: {
          ignition: { version: '3.2.0' },
          storage: { files: [{ path, contents: { source: `data:,${encodeURIComponent(text)}` } }] },
        },
      },
    });
    const table = '[[registry]]\nlocation = "q.io/c"\n';
    const answers = {
      [icsp]: list(),
      [images]: JSON.stringify({
        apiVersion: 'config.openshift.io/v1',
        kind: 'Image',
        metadata: { name: 'cluster' },
        spec: { registrySources: { blockedRegistries: ['evil.io'] } },
      }),
      [configs]: list(
        ...[
          config('99-worker-mirrors', dropIn('a'), table),
          config('99-worker-chrony', '/etc/chrony.conf', 'server'),
          config('99-worker-generated-registries', '/etc/containers/registries.conf', table),
          config('rendered-worker-1', dropIn('a'), table),
        ].map((one) => JSON.stringify(one)),
      ),
    };
    const { stdout } = await line.run('forecast', folder, '--live', '--oc', oc(answers), '--format', 'json');
    const { sets, registriesConf, explanation } = JSON.parse(stdout);
    const staying = sets.flatMap(({ change, name }: Record<string, string>) =>
      change === 'stays' ? [name] : [],
    );
    expect(staying.sort()).toEqual(['99-worker-mirrors', 'cluster']);
    expect(registriesConf).toContain('location = "evil.io"');
    expect(explanation).not.toContain('could not be read');
  });

  it('goes without what the cluster does not tell, and says so', async () => {
    const forbidden = `error: ${configs} is forbidden: User "anna" cannot list resource`;
    const answers = {
      [icsp]: list(policy),
      [images]: 'error from server (NotFound): images.config.openshift.io "cluster" not found',
      [configs]: forbidden,
    };
    const { code, stdout } = await line.run('forecast', folder, '--live', '--oc', oc(answers));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /The MachineConfigs of the cluster could not be read, and count as none: \S+: error: machineconfigs\S+ is forbidden: User "anna" cannot list resource\./,
    );
    // A cluster that says that it has none has told everything.
    expect(stdout).not.toContain('image configuration');
  });

  it.each([
    [
      'nobody is logged in',
      { [icsp]: 'error: You must be logged in to the server (Unauthorized)' },
      /Unauthorized.*oc login/,
    ],
    ['it is no OpenShift', {}, /it is no OpenShift; see with `oc whoami --show-server`/],
  ])('says in one line that %s', async (_what, answers, words) => {
    const { code, stdout, stderr } = await line.run('forecast', folder, '--live', '--oc', oc(answers));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says that there is no oc, and takes no two answers', async () => {
    const none = await line.run('forecast', folder, '--live', '--oc', line.path('none'));
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/none is not there; install oc or kubectl, or name it with --oc/);
    const both = await line.run('forecast', folder, '--live', '--current', folder);
    expect(both.stderr).toMatch(/two answers to one question/);
  });
});
