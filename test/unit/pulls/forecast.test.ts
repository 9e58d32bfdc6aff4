import { describe, expect, it } from 'vitest';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { registryChanges } from '../../../server/src/pulls/drain.ts';
import { forecast, forecastOfSet } from '../../../server/src/pulls/forecast.ts';
import type { Forecast } from '../../../server/src/pulls/forecastTypes.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { namedSet, setOf, snapshotOf } from '../../support/mirrorSets.ts';

const confOf = (text: string) => parseRegistriesConf(text).registries;
const from = (current: readonly string[], folder: readonly string[], version?: string): Forecast =>
  forecast(snapshotOf(...folder), { sets: clusterOf(current) }, version);
const clusterOf = (texts: readonly string[]) =>
  texts.reduce((sets, text, at) => sets.with(`cluster${at}.yaml`, parseText(text, 'yaml')), new Snapshot());
const reasons = ({ changes }: Forecast) => changes.flatMap(({ drains }) => drains ?? []);

describe('whether nodes drain', () => {
  const idms = setOf('IDMS', 'q.io/a <- m.local/a');

  it.each<[string, string[], string[], string, string[]]>([
    ['nothing new', [idms], [idms], 'none', []],
    ['a digest set on an empty cluster', [], [idms], 'reload', []],
    ['a policy of the older kind', [], [setOf('ICSP', 'q.io/a <- m.local/a')], 'reload', []],
    ['one more registry', [idms], [namedSet('IDMS', 'b', 'q.io/b <- m.local/b')], 'reload', []],
    ['one more mirror', [idms], [setOf('IDMS', 'q.io/a <- m.local/a n.local/a')], 'reload', []],
    [
      'one more mirror before the others',
      [idms],
      [setOf('IDMS', 'q.io/a <- n.local/a m.local/a')],
      'reload',
      [],
    ],
    [
      'another order',
      [setOf('IDMS', 'q.io/a <- m.local n.local')],
      [setOf('IDMS', 'q.io/a <- n.local m.local')],
      'reload',
      [],
    ],
    ['the same in another kind', [setOf('ICSP', 'q.io/a <- m.local/a')], [idms], 'none', []],
    [
      'a tag set',
      [],
      [setOf('ITMS', 'q.io/a <- m.local/a')],
      'drain',
      ['q.io/a gets the mirror m.local/a for pulls by tag'],
    ],
    [
      'a tag set beside a digest set',
      [idms],
      [setOf('ITMS', 'q.io/a <- t.local/a')],
      'drain',
      ['q.io/a gets the mirror t.local/a for pulls by tag'],
    ],
    [
      'a tag set with the mirror of a digest set',
      [idms],
      [setOf('ITMS', 'q.io/a <- m.local/a')],
      'drain',
      ['q.io/a gets the mirror m.local/a for pulls by tag too'],
    ],
    [
      'a digest mirror for a source that has one mirror for both',
      [idms, setOf('ITMS', 'q.io/a <- m.local/a')],
      [setOf('IDMS', 'q.io/a <- m.local/a n.local/a')],
      'drain',
      [
        'q.io/a has the mirror m.local/a for digests and for tags, and then any change counts as one of the mirror',
      ],
    ],
    [
      'a registry less',
      [setOf('IDMS', 'q.io/a <- m.local/a', 'q.io/b <- m.local/b')],
      [idms],
      'drain',
      ['q.io/b loses all its mirrors'],
    ],
    [
      'a mirror less',
      [setOf('IDMS', 'q.io/a <- m.local/a n.local/a')],
      [idms],
      'drain',
      ['q.io/a loses the mirror n.local/a'],
    ],
    [
      'a source that is blocked now',
      [idms],
      [setOf('IDMS', 'q.io/a <- m.local/a !')],
      'drain',
      ['q.io/a is blocked now'],
    ],
    ['a new source that is blocked', [idms], [namedSet('IDMS', 'b', 'q.io/b <- m.local/b !')], 'reload', []],
    ['an entry that nodes do not get', [], [setOf('IDMS', 'q.io/a <- q.io/a')], 'reload', []],
    [
      'an entry that nodes do not get beside another',
      [setOf('IDMS', 'q.io/b <- m.local/b')],
      [setOf('IDMS', 'q.io/a <- q.io/a'), setOf('IDMS', 'q.io/b <- m.local/b')],
      'none',
      [],
    ],
  ])('%s', (_name, current, folder, effect, why) => {
    const result = from(current, folder);
    expect([result.effect, reasons(result)]).toEqual([effect, why]);
  });

  it('says so where something changes and no node drains', () => {
    const both = [
      setOf('IDMS', 'q.io/a <- m.local/a'),
      setOf('ITMS', 'q.io/a <- m.local/a n.local/a', 'q.io/b <- m.local'),
    ];
    const fewer = [setOf('ITMS', 'q.io/a <- n.local/a m.local/a', 'q.io/b <- m.local')];
    // The daemon looks for mirrors by their place, whatever they are for.
    expect(
      from([both[0] ?? '', setOf('ITMS', 'q.io/a <- m.local/a')], [setOf('ITMS', 'q.io/a <- q.io/a')]),
    ).toMatchObject({
      effect: 'reload',
      explanation: [
        'No node drains: all mirrors keep their places, none is added for pulls by tag, and CRI-O reads its configuration again.',
        'oc apply removes nothing: ImageDigestMirrorSet idms stays on the cluster.',
      ],
    });
    expect(reasons(from(both, fewer))).toEqual([
      'q.io/a has the mirror m.local/a for digests and for tags, and then any change counts as one of the mirror',
    ]);
  });

  it('is as the version has it', () => {
    const icsp = setOf('ICSP', 'q.io/a <- m.local/a');
    expect(from([], [icsp], '4.6').effect).toBe('reboot');
    expect(from([], [icsp], '4.7').effect).toBe('drain');
    expect(from([], [icsp], '4.8').effect).toBe('reload');
    expect(from([icsp], [icsp], '4.6').effect).toBe('none');
    expect(from([], [icsp], '4.6').explanation).toEqual([
      'Every node of every pool drains and restarts, one after the other: OpenShift 4.6 does so for any change of mirrors.',
    ]);
  });

  it('says the reason first', () => {
    const result = from([idms], [setOf('ITMS', 'q.io/a <- t.local/a', 'q.io/b <- t.local/b')]);
    expect(result.explanation).toEqual([
      'Every node of every pool drains, one after the other, and none restarts: q.io/a gets the mirror t.local/a for pulls by tag, and for 1 other change.',
      'oc apply removes nothing: ImageDigestMirrorSet idms stays on the cluster.',
    ]);
  });

  it('is said of one set alone, for a word beside it', () => {
    const of = (text: string) => {
      const content = snapshotOf(text).files.get('set0.yaml')?.content;
      const set = content?.type === 'yaml' ? content.yaml.resources[0] : undefined;
      if (set === undefined || !('entries' in set)) throw new Error('no set');
      return forecastOfSet('set0.yaml', set, undefined).effect;
    };
    expect([of(idms), of(setOf('ITMS', 'q.io/a <- m.local/a'))]).toEqual(['reload', 'drain']);
  });
});

describe('what oc apply does to sets', () => {
  const change = (result: Forecast) => result.sets.map((set) => `${set.change} ${set.kind} ${set.name}`);

  it('replaces what has the same kind and name, and lets the others be', () => {
    const result = from(
      [
        namedSet('IDMS', 'a', 'q.io/a <- m.local/a'),
        namedSet('IDMS', 'b', 'q.io/b <- m.local/b'),
        namedSet('ICSP', 'c', 'q.io/c <- m.local/c'),
      ],
      [
        namedSet('IDMS', 'a', 'q.io/a <- n.local/a'),
        namedSet('IDMS', 'b', 'q.io/b <- m.local/b'),
        namedSet('IDMS', 'c', 'q.io/c <- n.local/c'),
      ],
    );
    expect(change(result)).toEqual([
      'replaced ImageDigestMirrorSet a',
      'unchanged ImageDigestMirrorSet b',
      'added ImageDigestMirrorSet c',
      'stays ImageContentSourcePolicy c',
    ]);
    expect(result.registriesConf).toContain('"n.local/a"');
    expect(result.registriesConf).not.toContain('"m.local/a"');
    expect(result.registriesConf).toContain('"m.local/c"');
  });

  it('leaves out a set that the API server refuses', () => {
    const result = from([], [namedSet('IDMS', 'a', 'q.io/a:v1 <- m.local/a', 'q.io/b <- m.local/b')]);
    expect([result.effect, change(result)]).toEqual(['none', ['refused ImageDigestMirrorSet a']]);
    expect(result.problems).toEqual([
      {
        path: 'set0.yaml',
        line: 7,
        message:
          'The API server refuses "q.io/a:v1": a tag is not allowed: it stands for the whole repository',
        stops: false,
      },
    ]);
  });

  it('leaves out kinds that the cluster is too old for', () => {
    const result = from([], [setOf('ITMS', 'q.io/a <- m.local/a')], '4.8');
    expect([result.effect, change(result)]).toEqual(['none', ['refused ImageTagMirrorSet itms']]);
    expect(result.problems[0]?.message).toBe(
      'OpenShift 4.8 does not know ImageTagMirrorSet, which came with 4.13',
    );
  });

  it('reaches no node where the machine-config-operator stops', () => {
    const result = from([setOf('IDMS', 'q.io/a <- m.local/a')], [setOf('ITMS', 'q.io/a <- m.local/a !')]);
    expect(result.effect).toBe('stopped');
    expect(result.explanation).toContain(
      'cluster0.yaml:7: Entries for q.io/a differ in mirrorSourcePolicy, and the machine-config-operator stops.',
    );
  });
});

describe('from a node’s registries.conf', () => {
  const conf = confOf(`
[[registry]]
location = "q.io/a"
mirror-by-digest-only = true
[[registry.mirror]]
location = "m.local/a"
[[registry]]
location = "my.io"
insecure = true
`);
  const onto = (...folder: string[]) => forecast(snapshotOf(...folder), { conf }, undefined);

  it('keeps what is there', () => {
    const result = onto(setOf('IDMS', 'q.io/a <- n.local/a m.local/a', 'q.io/b <- m.local/b'));
    expect(result.effect).toBe('reload');
    expect(
      confOf(result.registriesConf).map(({ prefix, insecure, mirrors }) => [
        prefix,
        insecure,
        mirrors.map(({ location }) => location),
      ]),
    ).toEqual([
      ['q.io/a', false, ['n.local/a', 'm.local/a']],
      ['my.io', true, []],
      ['q.io/b', false, ['m.local/b']],
    ]);
  });

  it('changes nothing when the sets are applied already', () => {
    expect(onto(setOf('IDMS', 'q.io/a <- m.local/a')).effect).toBe('none');
  });

  it('drains for tags', () => {
    expect(onto(setOf('ITMS', 'q.io/a <- t.local/a')).effect).toBe('drain');
  });
});

describe('any two registries.conf', () => {
  const why = (before: string, after: string) =>
    registryChanges(confOf(before), confOf(after)).flatMap(({ drains }) => drains ?? []);
  const table = (more: string) => `[[registry]]\nprefix = "q.io"\n${more}\n`;

  it.each([
    ['another location', table('location = "a.io"'), table('location = "b.io"'), ['q.io moves to b.io']],
    [
      'insecure',
      table('location = "q.io"'),
      table('location = "q.io"\ninsecure = true'),
      ['q.io is insecure'],
    ],
    [
      'no longer insecure',
      table('location = "q.io"\ninsecure = true'),
      table('location = "q.io"'),
      ['q.io is no longer insecure'],
    ],
    [
      'no longer blocked',
      table('location = "q.io"\nblocked = true'),
      table('location = "q.io"'),
      ['q.io is blocked no more'],
    ],
    ['a registry without mirrors', '', table('location = "q.io"'), ['q.io is new and has no mirror']],
    ['the same', table('location = "q.io"'), table('location = "q.io"'), []],
  ])('%s', (_name, before, after, expected) => {
    expect(why(before, after)).toEqual(expected);
  });
});

describe('what nodes cannot use', () => {
  it('is said of sources that a file:// hop left, with their number and the next step', () => {
    const local = setOf(
      'ICSP',
      'disk/my/idx/a/b <- m.local/a-b',
      'disk/my/idx/c/d <- m.local/c-d',
      'q.io/a <- m.local/a',
    );
    const some = from([], [local]);
    expect(some.explanation.slice(0, 2)).toEqual([
      '2 of 3 sources redirect nothing: they are left by a file:// hop, and no pull matches them.',
      'operator-mirror check --fix DIR writes the right sources where the mapping.txt of the first hop tells them.',
    ]);
    expect(some.takesEffect).toBe(true);
    const one = from([], [setOf('ICSP', 'disk/my/idx/a/b <- m.local/a-b')]);
    expect(one.explanation[0]).toBe(
      'Redirects nothing: the only source is left by a file:// hop, and no pull matches it.',
    );
    expect(one.takesEffect).toBe(false);
    const two = from([], [setOf('IDMS', 'disk/my/idx/a/b <- m.local/a-b', 'disk/my/idx/c/d <- m.local/c-d')]);
    expect(two.explanation[0]).toBe(
      'Redirects nothing: 2 of 2 sources are left by a file:// hop, and no pull matches them.',
    );
    expect(from([], [setOf('ICSP', 'q.io/a <- m.local/a')]).explanation.join(' ')).not.toContain('hop');
  });
});

it.each([
  ['4.8', true],
  ['4.10', true],
  ['4.11', false],
  [undefined, false],
])('says of OpenShift %s that other registries may drain nodes all the same: %s', (version, said) => {
  const { effect, explanation } = from([], [setOf('ICSP', 'q.io/a <- m.local/a')], version);
  expect(effect).toBe('reload');
  expect(explanation.some((sentence) => sentence.includes('2056442'))).toBe(said);
});

describe('what else decides on nodes', () => {
  const parsed = (text: string) => new Snapshot().with('a.yaml', parseText(text, 'yaml'));
  const drop = (role: string, name: string, path = '/etc/containers/registries.conf.d/9.conf') =>
    `apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata: { name: ${name}, labels: { machineconfiguration.openshift.io/role: ${role} } }
spec: { config: { ignition: { version: 3.2.0 }, storage: { files: [{ path: ${path}, contents: { source: "data:,a" } }] } } }
`;

  it('restarts the nodes of a pool that gets a drop-in, and no others', () => {
    const { effect, restarting, sets, explanation } = forecast(parsed(drop('worker', '99-a')), {}, undefined);
    expect([effect, restarting]).toEqual(['reboot', ['worker']]);
    expect(sets).toEqual([{ kind: 'MachineConfig', name: '99-a', path: 'a.yaml', change: 'added' }]);
    expect(explanation[0]).toBe(
      'Every node of the pool worker drains and restarts, one after the other: a MachineConfig changes files in registries.conf.d.',
    );
    const both = `${drop('worker', '99-a')}---\n${drop('master', '99-b')}`;
    expect(forecast(parsed(both), {}, undefined).explanation[0]).toContain('the pools master and worker');
  });

  it('restarts nothing for a drop-in that is there, or for registries.conf itself', () => {
    const there = { sets: parsed(drop('worker', '99-a')) };
    const again = forecast(parsed(drop('worker', '99-a')), there, undefined);
    expect([again.effect, again.sets[0]?.change]).toEqual(['none', 'unchanged']);
    const whole = parsed(drop('worker', '99-a', '/etc/containers/registries.conf'));
    expect(forecast(whole, {}, undefined).restarting).toEqual([]);
  });

  it('drains for what an image configuration blocks, and says where the operator stops at it', () => {
    const config = (list: string) =>
      parsed(
        `apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: { name: cluster }\nspec:\n  registrySources:\n    blockedRegistries:\n    - ${list}\n`,
      );
    const blocked = forecast(config('docker.io'), {}, undefined);
    expect([blocked.effect, blocked.sets[0]?.change]).toEqual(['drain', 'added']);
    expect(forecast(config('docker.io'), { sets: config('docker.io') }, undefined).effect).toBe('none');
    const bad = forecast(config("'*docker.io'"), {}, undefined);
    expect([bad.effect, bad.problems[0]?.path, bad.problems[0]?.line]).toEqual(['stopped', 'a.yaml', 7]);
  });
});

describe('what nobody knows yet', () => {
  const template = setOf('IDMS', 'q.io/a <- $(REGISTRY)/a', 'q.io/b <- $(REGISTRY)/b');

  it('is the answer where all entries are templates', () => {
    const { explanation } = from([], [template]);
    expect(explanation[0]).toMatch(
      /^\S+ has 2 entries with templates \(lines 7 and 9\), and what they redirect/,
    );
    expect(explanation.join(' ')).not.toContain('No node drains');
  });

  it('stands behind the answer for the entries that are known', () => {
    const { explanation } = from([], [setOf('IDMS', 'q.io/a <- m.local/a', 'q.io/b <- $(REGISTRY)/b')]);
    expect(explanation[0]).toContain('No node drains');
    expect(explanation[1]).toMatch(/^\S+:9 is an entry with a template/);
  });

  it('is a template whose lines make the entries', () => {
    const blocks = setOf('IDMS', 'q.io/a <- m.local/a').replace(
      / {2}- source/,
      '{{- range .Values.mirrors }}\n  - source',
    );
    expect(from([], [`${blocks}{{- end }}\n`]).explanation.join(' ')).toContain(
      'is a template for entries that are not known yet',
    );
  });

  it('is YAML that nobody can read', () => {
    const broken = setOf('IDMS', 'q.io/a <- m.local/a').replace('"q.io/a"', '"q.io/a');
    expect(from([], [broken]).explanation.join(' ')).toMatch(
      /\S+:\d+ is no valid YAML, so that oc apply refuses it/,
    );
  });

  it('is a patch, which overwrites nothing', () => {
    const folder = new Snapshot()
      .with('d/idms.yaml', parseText(namedSet('IDMS', 'base', 'q.io/a <- m.local/a'), 'yaml'))
      .with('d/patch.yaml', parseText(namedSet('IDMS', 'base', 'q.io/b <- m.local/b'), 'yaml'))
      .with('d/kustomization.yaml', parseText('patches:\n- path: patch.yaml\n', 'yaml'));
    const { sets, changes, explanation } = forecast(folder, {}, undefined);
    expect(sets.map(({ path, change }) => `${change} ${path}`)).toEqual(['added d/idms.yaml']);
    expect(changes.map(({ source }) => source)).toEqual(['q.io/a']);
    expect(explanation.join(' ')).toContain('d/patch.yaml is a patch that a kustomization applies');
  });
});
