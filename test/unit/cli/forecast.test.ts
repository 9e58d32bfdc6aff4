import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    const { registriesConf, explanation, ...report } = JSON.parse(stdout);
    expect(report).toEqual({
      effect: 'drain',
      drains: true,
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
