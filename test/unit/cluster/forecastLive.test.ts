import { chmodSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedSet } from '../../support/mirrorSets.ts';
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
  const path = line.write(
    'oc',
    `#!${process.execPath}
const args = process.argv.slice(2);
require('node:fs').appendFileSync(${JSON.stringify(log)}, args.join(' ') + '\\n');
const answer = ${JSON.stringify(answers)}[args[1]] ?? 'error: the server doesn\\'t have a resource type "' + args[1] + '"';
if (answer.startsWith('error')) { console.error(answer); process.exit(1); }
process.stdout.write(answer);
`,
  );
  chmodSync(path, 0o755);
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
const icsp = 'imagecontentsourcepolicies.operator.openshift.io';

describe('forecast --live', () => {
  it('knows what is on the cluster, and its version', async () => {
    const answers = { [icsp]: list(policy), clusterversion: '4.7.55' };
    const { code, stdout } = await line.run('forecast', folder, '--live', '--oc', oc(answers));
    expect(stdout).toContain('stays      ImageContentSourcePolicy image-policy-0');
    // 4.7 has no ImageDigestMirrorSet: the API server would refuse this one, and nothing else is in the folder.
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused +ImageDigestMirrorSet digests/);
    expect(readFileSync(log, 'utf8').trim().split('\n').sort()).toEqual([
      'get clusterversion version -o jsonpath={.status.desired.version}',
      `get ${icsp} -o yaml`,
      'get imagedigestmirrorsets.config.openshift.io -o yaml',
      'get imagetagmirrorsets.config.openshift.io -o yaml',
    ]);
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
    expect(none.stderr).toMatch(/none is not there; install oc, or name it with --oc/);
    const both = await line.run('forecast', folder, '--live', '--current', folder);
    expect(both.stderr).toMatch(/two answers to one question/);
  });
});
