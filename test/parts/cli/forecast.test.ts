import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropIn, machineConfig, tableUrl } from '../../support/machineConfigs.ts';
import { namedSet, setOf } from '../../support/mirrorSets.ts';
import { CommandLine } from './copyHarness.ts';

const line = new CommandLine();
let folder: string;
let current: string;
beforeAll(() => {
  folder = line.path('new');
  line.write('new/tags.yaml', namedSet('ITMS', 'tags', 'q.io/a <- t.local/a'));
  const there = [
    namedSet('IDMS', 'digests', 'q.io/a <- m.local/a'),
    namedSet('ICSP', 'old', 'q.io/b <- m.local/b'),
  ];
  current = line.write('current.yaml', there.join('---\n'));
});
afterAll(() => line.remove());

describe('forecast', () => {
  it('says first what nodes do, and shows the registries.conf', async () => {
    const { code, stdout } = await line.run('forecast', folder, '--current', current);
    expect(code).toBe(0);
    expect(
      stdout,
    ).toBe(`Every node of every pool drains, one after the other, and none restarts: q.io/a gets the mirror t.local/a for pulls by tag.
  oc apply removes nothing: ImageDigestMirrorSet digests, ImageContentSourcePolicy old stay on the cluster.

Mirror sets:
  added      ImageTagMirrorSet tags  ${folder}/tags.yaml
  stays      ImageDigestMirrorSet digests  ${current}
  stays      ImageContentSourcePolicy old  ${current}

Registries:
  changed    q.io/a  (drains)
             + t.local/a  by tag

The registries.conf that nodes have then:

unqualified-search-registries = ["registry.access.redhat.com", "docker.io"]
short-name-mode = ""

[[registry]]
  prefix = ""
  location = "q.io/a"

  [[registry.mirror]]
    location = "m.local/a"
    pull-from-mirror = "digest-only"

  [[registry.mirror]]
    location = "t.local/a"
    pull-from-mirror = "tag-only"

[[registry]]
  prefix = ""
  location = "q.io/b"

  [[registry.mirror]]
    location = "m.local/b"
    pull-from-mirror = "digest-only"
`);
  });

  it('has JSON for programs', async () => {
    const { stdout } = await line.run('forecast', folder, '--format', 'json');
    const { registriesConf, explanation, sentences, ...report } = JSON.parse(stdout);
    expect(sentences.join(' ')).toBe(explanation);
    expect(report).toEqual({
      effect: 'drain',
      takesEffect: true,
      drains: true,
      restarting: [],
      sets: [{ kind: 'ImageTagMirrorSet', name: 'tags', file: `${folder}/tags.yaml`, change: 'added' }],
      changes: [
        {
          source: 'q.io/a',
          change: 'added',
          mirrorsAdded: [{ location: 't.local/a', pulls: 'tag' }],
          mirrorsRemoved: [],
          drains: true,
          reason: 'q.io/a gets the mirror t.local/a for pulls by tag',
        },
      ],
      problems: [],
    });
    expect(explanation).toContain('Nothing is known of the cluster');
    expect(registriesConf).toContain('tag-only');
  });

  it('has for programs which pools restart for drop-ins, and what is left out as a template', async () => {
    const config = machineConfig('99-infra', 'infra', dropIn('a'), tableUrl('q.io/a <- m.local/a'));
    line.write('pools/infra.yaml', config);
    line.write('pools/set.yaml', setOf('IDMS', 'q.io/b <- $(MIRROR)/b'));
    const { stdout } = await line.run('forecast', line.path('pools'), '--format', 'json');
    const { restarting, leftOut, explanation } = JSON.parse(stdout);
    const file = `${line.path('pools')}/set.yaml`;
    expect(restarting).toEqual(['infra']);
    expect(leftOut).toEqual([{ file, line: 8, template: '$(MIRROR)' }]);
    expect(explanation).toContain(
      `${file}:7 is an entry with a template, and what it redirects is not known yet`,
    );
    const url = 'data:text/plain;base64,$(CONF)';
    line.write('open/99-worker.yaml', machineConfig('99-worker', 'worker', dropIn('a'), url));
    const open = await line.run('forecast', line.path('open'));
    expect(open.stdout).toContain(
      `${line.path('open')}/99-worker.yaml:12 is a template ($(CONF)); it is left out.\n`,
    );
  });

  it('says of which pools it does not forecast, because a MachineConfig writes their registries.conf', async () => {
    const url = tableUrl('q.io/a <- m.local/a');
    const config = machineConfig('99-worker-zzz', 'worker', '/etc/containers/registries.conf', url);
    line.write('whole/99-worker.yaml', config);
    const { stdout } = await line.run('forecast', line.path('whole'));
    expect(stdout.split('\n')[0]).toBe(
      `${line.path('whole')}/99-worker.yaml:12 writes registries.conf whole on nodes of the pool worker: what mirror sets make does not reach them, and what changes on them is not forecast.`,
    );
    expect(stdout).not.toContain('Nothing changes');
  });

  it('takes a node’s registries.conf', async () => {
    const conf = line.write(
      'node.conf',
      '[[registry]]\nlocation = "q.io/a"\n[[registry.mirror]]\nlocation = "t.local/a"\npull-from-mirror = "tag-only"\n',
    );
    const { stdout } = await line.run('forecast', folder, '--current', conf);
    expect(stdout).toMatch(/^Nothing changes on the nodes\.\n/);
  });

  it('knows the version that the folder’s configuration sets', async () => {
    line.write('four/.operator-mirror.yaml', 'cluster: { version: "4.6" }\n');
    line.write('four/icsp.yaml', setOf('ICSP', 'q.io/a <- m.local/a'));
    const { stdout } = await line.run('forecast', line.path('four'));
    expect(stdout).toMatch(/^Every node of every pool drains and restarts/);
    expect(stdout).toContain('  mirror-by-digest-only = true\n');
  });

  it('ends with 1 where the machine-config-operator stops, and names the line', async () => {
    line.write('bad/a.yaml', setOf('IDMS', 'q.io/a <- m.local/a q.io/a !'));
    const { code, stdout } = await line.run('forecast', line.path('bad'));
    expect(code).toBe(1);
    expect(stdout).toContain(
      `${line.path('bad')}/a.yaml:7: q.io/a is blocked by NeverContactSource and is one of its own mirrors`,
    );
  });

  it('ends with 1 where nothing of the folder can take effect, and says so in its help', async () => {
    const run = async (name: string, text: string) => {
      line.write(`${name}/set.yaml`, text);
      return line.run('forecast', line.path(name), '--current', current);
    };
    const dead = await run('dead', setOf('IDMS', 'disk/my/idx/a/b <- m.local/a-b'));
    expect(dead.code).toBe(1);
    expect(dead.stdout).toMatch(/^Redirects nothing: the only source is left by a file:\/\/ hop/);
    expect((await run('void', namedSet('IDMS', 'void'))).code).toBe(1);
    expect((await run('itself', setOf('IDMS', 'q.io/z <- q.io/z'))).code).toBe(1);
    // What is there already still counts, and so does what takes it away.
    expect((await run('same', namedSet('IDMS', 'digests', 'q.io/a <- m.local/a'))).code).toBe(0);
    const emptied = await run('emptied', namedSet('IDMS', 'digests'));
    expect(emptied.code).toBe(0);
    expect(emptied.stdout).toContain('q.io/a loses all its mirrors');
    expect((await line.run('forecast', '--help')).stdout).toContain(
      '(exit code 1: the operator stops, or nothing takes effect)',
    );
  });

  it('counts of two sets with one name the one that oc apply takes later, and names the other', async () => {
    line.write('runs/release/idms.yaml', namedSet('IDMS', 'idms-operator-0', 'q.io/a <- m.local/a'));
    line.write('runs/vendor/idms.yaml', namedSet('IDMS', 'idms-operator-0', 'q.io/v <- m.local/v'));
    line.write('runs/z-copy.yaml', namedSet('IDMS', 'other', 'q.io/v <- m.local/v'));
    const { code, stdout } = await line.run('forecast', line.path('runs'));
    expect(code).toBe(0);
    const [release, vendor] = ['release', 'vendor'].map((name) => `${line.path('runs')}/${name}/idms.yaml`);
    expect(stdout).toContain(
      `  ${release} is overwritten by ${vendor}: both are ImageDigestMirrorSet idms-operator-0, and oc apply takes that file later.\n`,
    );
    expect(stdout).toContain(
      `  overwritten  ImageDigestMirrorSet idms-operator-0  ${release}  by ${vendor}\n`,
    );
    expect(stdout).not.toContain('location = "q.io/a"');
    const json = await line.run('forecast', line.path('runs'), '--format', 'json');
    expect(JSON.parse(json.stdout).sets[0]).toEqual({
      kind: 'ImageDigestMirrorSet',
      name: 'idms-operator-0',
      file: release,
      change: 'overwritten',
      by: vendor,
    });
  });

  it.each<[string, string, string]>([
    ['a table', 'NAME              AGE\nidms-operator-0   3d\n', ': it holds no mirror sets'],
    [
      'a login error',
      'error: You must be logged in to the server (Unauthorized)\n',
      ': it holds no mirror sets',
    ],
    [
      'a describe',
      'Name:  x\nKind:  ImageContentSourcePolicy\nSpec:\n  A:\n    b\n',
      ': it holds no mirror sets',
    ],
    ['an empty file', '', ': it is empty, as a command that failed leaves it'],
    [
      'events',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Event\n  message: x\n',
      ': it holds no mirror sets',
    ],
    [
      'a registries.conf that engines refuse',
      '[[registry]]\n',
      ':1 tells nothing of the cluster: neither location',
    ],
    [
      'a set that is cut',
      namedSet('IDMS', 'digests', 'q.io/a <- m.local/a').replace('mirrors: [', 'mirrors: [ "'),
      'tells nothing of the cluster',
    ],
  ])('does not take %s for a cluster without mirror sets', async (name, text, problem) => {
    const path = line.write(`current/${name}.txt`, text);
    const { code, stdout, stderr } = await line.run('forecast', folder, '--current', path);
    expect([code, stdout]).toEqual([2, `No forecast: ${path} tells nothing of the cluster’s mirror sets.\n`]);
    const json = await line.run('forecast', folder, '--current', path, '--format', 'json');
    expect(json).toEqual({ code: 2, stdout: '', stderr });
    expect(stderr).toContain(`operator-mirror forecast: ${path}`);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(
      'oc get imagedigestmirrorset,imagetagmirrorset,imagecontentsourcepolicy -o yaml',
    );
  });

  it.each<[string, string]>([
    ['yaml', 'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n'],
    ['json', '{\n    "apiVersion": "v1",\n    "items": [],\n    "kind": "List"\n}\n'],
    ['short', '{"apiVersion":"v1","items":[],"kind":"ImageDigestMirrorSetList"}'],
    ['txt', 'apiVersion: config.openshift.io/v1\nitems: []\nkind: ImageDigestMirrorSetList\n'],
  ])('takes an empty list for a cluster without mirror sets: %s', async (ending, text) => {
    const path = line.write(`none.${ending}`, text);
    const { code, stdout } = await line.run('forecast', folder, '--current', path);
    expect(code).toBe(0);
    expect(stdout).toContain('added      ImageTagMirrorSet tags');
    expect(stdout).not.toContain('Nothing is known of the cluster');
  });

  it.each([
    [['forecast'], 'operator-mirror forecast: no DIR is given; name one folder with mirror sets\n'],
    [['forecast', '/no/such'], 'operator-mirror forecast: there is no /no/such; check the path\n'],
  ])('refuses %j', async (argv, message) => {
    expect(await line.run(...argv)).toEqual({ code: 2, stdout: '', stderr: message });
  });

  it('refuses a folder without mirror sets', async () => {
    line.write('empty/pod.yaml', 'kind: Pod\n');
    const { code, stderr } = await line.run('forecast', line.path('empty'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('holds no mirror sets')]);
  });
});
