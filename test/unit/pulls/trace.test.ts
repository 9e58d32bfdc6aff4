import { describe, expect, it } from 'vitest';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { traceJson, withResults } from '../../../server/src/pulls/trace.ts';
import { traceTitle } from '../../../server/src/pulls/traceText.ts';
import type { EndpointResult, Trace } from '../../../server/src/pulls/traceTypes.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { trace } from '../../../server/src/workspace/trace.ts';
import { filesOf, textOf } from '../../support/groundTruth.ts';
import { dropIn, machineConfig } from '../../support/machineConfigs.ts';
import { imageOf, setOf, snapshotOf } from '../../support/mirrorSets.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function traceOf(snapshot: Snapshot, image: string, version = ''): Trace {
  return trace(
    { snapshot, settings: { ...defaultSettings, cluster: { ...defaultSettings.cluster, version } } },
    imageOf(image),
  );
}

const say = (traced: Trace) => traced.explanation.join(' ');
const rulesOf = ({ rules }: Trace) =>
  rules.map(({ file, line, matched, reason }) => `${matched ? 'yes' : 'no'} ${file}:${line} ${reason}`);
const asked = ({ endpoints }: Trace) =>
  endpoints.map(
    ({ reference, from, result }) => `${from} ${formatReference(reference).replace(digest, 'D')} ${result}`,
  );

function scenario(...names: string[]): Snapshot {
  let snapshot = new Snapshot();
  for (const name of names) {
    for (const file of ['mapping.txt', 'imageContentSourcePolicy.yaml', 'catalogSource.yaml'])
      for (const path of filesOf(name, file))
        snapshot = snapshot.with(
          `${name}/${path}`,
          parseText(textOf(name, path), file === 'mapping.txt' ? 'mapping' : 'yaml'),
        );
  }
  return snapshot;
}

describe('a pull by tag that only digest sets could mean', () => {
  const keycloak = 'quay.io/keycloak/keycloak-operator:15.0.2';
  const mirror = 'registry.ocp4.shinefire.com:8443/community-operator/keycloak-keycloak-operator';

  it.each([
    ['without a hop', ['seed1-direct-oc48']],
    ['after a hop', ['seed1-file2reg-oc48']],
    ['after a hop whose first run is known', ['seed1-file2reg-oc48', 'seed1-reg2file-oc48']],
  ])('is asked at quay.io, and an ImageTagMirrorSet would help: %s', (_name, names) => {
    const traced = traceOf(scenario(...names), keycloak, '4.14');
    expect(traced.verdict).toBe('source');
    expect(asked(traced)).toEqual([`source ${keycloak} untested`]);
    expect(say(traced)).toContain(
      'Nodes pull this image by tag. No mirror set has a source that holds for it, so nodes ask quay.io itself.',
    );
    expect(say(traced)).toMatch(
      /mapping\.txt:[0-9]+ copies it to registry\.ocp4\.shinefire\.com:8443\/community-operator\/keycloak-keycloak-operator:15\.0\.2\./,
    );
    expect(say(traced)).toContain(
      `never redirect a pull by tag: it takes an ImageTagMirrorSet with the source quay.io/keycloak/keycloak-operator and the mirror ${mirror}.`,
    );
    expect(traced.remedy?.kind).toBe('ImageTagMirrorSet');
    const repaired = scenario(...names).with('itms.yaml', parseText(traced.remedy?.yaml ?? '', 'yaml'));
    expect(asked(traceOf(repaired, keycloak))[0]).toBe(`mirror ${mirror}:15.0.2 untested`);
  });

  it('needs a MachineConfig before 4.13, which the catalog’s tag tells', () => {
    const traced = traceOf(scenario('seed1-direct-oc48'), keycloak);
    expect(say(traced)).toContain(
      'OpenShift 4.8 has no ImageTagMirrorSet yet (4.13 has): it takes a MachineConfig',
    );
    expect(traced.remedy?.kind).toBe('MachineConfig');
    const [, data = ''] = /source: data:,(\S+)/.exec(traced.remedy?.yaml ?? '') ?? [];
    const conf = parseRegistriesConf(decodeURIComponent(data));
    expect(conf.problems).toEqual([]);
    const world = {
      snapshot: new Snapshot(),
      settings: defaultSettings,
      confs: [{ path: 'drop-in.conf', conf }],
    };
    expect(asked(trace(world, imageOf(keycloak)))[0]).toBe(`mirror ${mirror}:15.0.2 untested`);
  });

  it('says that the kind serves digests only', () => {
    const traced = traceOf(snapshotOf(setOf('ICSP', 'quay.io/keycloak <- m.local/keycloak')), keycloak);
    expect(rulesOf(traced)).toEqual([
      'no set0.yaml:7 an ImageContentSourcePolicy redirects pulls by digest only, and this is a pull by tag',
    ]);
    expect(say(traced)).toContain(
      'set0.yaml:7 has the source quay.io/keycloak, but an ImageContentSourcePolicy serves pulls by digest only, so nodes ask quay.io itself.',
    );
    expect(traced.remedy?.mirrors).toEqual(['m.local/keycloak/keycloak-operator']);
    expect(say(traced)).toContain('(OpenShift 4.13 and later); before 4.13 it takes a MachineConfig');
  });
});

describe('a registry that the image configuration only calls insecure', () => {
  it('is no source of a mirror set', () => {
    const config =
      'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: { name: cluster }\nspec:\n  registrySources:\n    insecureRegistries:\n    - q.io\n';
    const snapshot = new Snapshot().with('image.yaml', parseText(config, 'yaml'));
    const traced = traceOf(snapshot, 'q.io/a/b:1');
    expect(traced.endpoints).toMatchObject([{ from: 'source', insecure: true }]);
    expect(say(traced)).toContain(
      'Nodes pull this image by tag. No mirror set has a source that holds for it, so nodes ask q.io itself.',
    );
  });
});

describe('a source that a file:// hop left', () => {
  it('was meant for the image that the first run names', () => {
    const image =
      'docker.io/strimzi/operator@sha256:409166a73450da9126842db6230f7b47ef7d1aade8e57befddc88be1558bf448';
    const traced = traceOf(scenario('seed1-file2reg-oc48', 'seed1-reg2file-oc48'), image);
    expect(traced.verdict).toBe('source');
    expect(traced.rules).toHaveLength(1);
    expect(traced.rules[0]?.reason).toBe(
      'its source is a path left by a file:// hop, which never matches; the images come from docker.io/strimzi/operator',
    );
    expect(traced.unrelated).toBe(17);
    expect(say(traced)).toContain('With the source docker.io/strimzi/operator that entry redirects it.');
  });

  it('is proven by the tags of its images while the first run is not known', () => {
    const traced = traceOf(scenario('seed1-file2reg-oc48'), `docker.io/strimzi/operator@${digest}`);
    expect(traced.rules[0]?.reason).toContain('the images come from docker.io/strimzi/operator');
  });

  it('may have been meant where the tags prove nothing either', () => {
    const traced = traceOf(scenario('edge-file2reg-oc48'), `quay.io/edge/app@${digest}`);
    expect(traced.rules[0]?.reason).toContain(
      'the first hop’s mapping.txt or the catalog would tell whether it was quay.io/edge/app',
    );
  });
});

describe('why a rule matches or does not', () => {
  it.each<[string, string[], string, string[]]>([
    [
      'the longest source',
      [setOf('IDMS', 'q.io/a <- m.local/a', 'q.io/a/b <- m.local/b')],
      `q.io/a/b@${digest}`,
      [
        'yes set0.yaml:9 the longest source that holds for this image',
        'no set0.yaml:7 the longer source q.io/a/b decides alone',
      ],
    ],
    [
      'several entries for one source',
      [setOf('IDMS', 'q.io/a <- m.local/a'), setOf('ICSP', 'q.io/a <- n.local/a')],
      `q.io/a/b@${digest}`,
      [
        'yes set0.yaml:7 the longest source that holds for this image; its mirrors are merged with those of 1 other entry for this source',
        'yes set1.yaml:7 the longest source that holds for this image; its mirrors are merged with those of 1 other entry for this source',
      ],
    ],
    [
      'no real mirror',
      [setOf('IDMS', 'q.io/a <- q.io/a')],
      `q.io/a@${digest}`,
      ['no set0.yaml:7 it has no mirror besides the source itself, so nodes do not get it'],
    ],
    [
      'a blocked source, for the other kind of pull too',
      [setOf('IDMS', 'q.io/a <- m.local/a !')],
      'q.io/a:v1',
      [
        'yes set0.yaml:7 NeverContactSource blocks q.io/a for this pull too; of its mirrors none is asked: an ImageDigestMirrorSet redirects pulls by digest only, and this is a pull by tag',
      ],
    ],
    [
      'a tag in the source',
      [setOf('ICSP', 'q.io/a:v1 <- m.local/a')],
      `q.io/a@${digest}`,
      [
        'no set0.yaml:7 The machine-config-operator stops at "q.io/a:v1": a tag is not allowed: it stands for the whole repository',
      ],
    ],
    [
      'another registry',
      [setOf('IDMS', 'r.io/a/b <- m.local/a')],
      `q.io/a/b@${digest}`,
      ['no set0.yaml:7 it is for another registry, r.io'],
    ],
    [
      'another port',
      [setOf('IDMS', 'q.io:5000/a/b <- m.local/a')],
      `q.io/a/b@${digest}`,
      ['no set0.yaml:7 its port is another one: q.io:5000 is not q.io'],
    ],
    [
      'another namespace',
      [setOf('IDMS', 'q.io/c/b <- m.local/a')],
      `q.io/a/b@${digest}`,
      ['no set0.yaml:7 it is for another namespace, q.io/c'],
    ],
    [
      'half a name',
      [setOf('IDMS', 'q.io/a/b <- m.local/a')],
      `q.io/a/b-c@${digest}`,
      ['no set0.yaml:7 a source holds for whole names, and b is not b-c'],
    ],
    [
      'what lies below',
      [setOf('IDMS', 'q.io/a/b/c <- m.local/a')],
      `q.io/a/b@${digest}`,
      ['no set0.yaml:7 it is for what lies below q.io/a/b'],
    ],
    [
      'Docker Hub by another name',
      [setOf('IDMS', 'docker.io/busybox <- m.local/a')],
      `docker.io/library/busybox@${digest}`,
      [
        'no set0.yaml:7 nodes know these images as docker.io/library/busybox, and sources are compared letter by letter',
      ],
    ],
    ['something else', [setOf('IDMS', 'q.io/c/d <- m.local/a')], `q.io/a/b@${digest}`, []],
  ])('%s', (_name, texts, image, expected) => {
    expect(rulesOf(traceOf(snapshotOf(...texts), image))).toEqual(expected);
  });

  it('shows no wall of rules', () => {
    const entries = Array.from({ length: 500 }, (_, index) => `q.io/n${index}/b <- m.local/${index}`);
    const traced = traceOf(snapshotOf(setOf('IDMS', ...entries)), `q.io/a/b@${digest}`);
    expect(traced.rules).toHaveLength(10);
    expect(traced.unrelated).toBe(490);
  });
});

describe('the verdict', () => {
  const snapshot = snapshotOf(
    setOf('IDMS', 'q.io/a <- m.local/a n.local/a', 'blocked.io <- m.local/b !'),
    setOf('ITMS', 'q.io/a/t <- t.local/t'),
  );

  it('is a mirror where one is asked first', () => {
    const traced = traceOf(snapshot, `q.io/a/b@${digest}`);
    expect(traced.verdict).toBe('mirror');
    expect(asked(traced)).toEqual([
      'mirror m.local/a/b@D untested',
      'mirror n.local/a/b@D untested',
      'source q.io/a/b@D untested',
    ]);
    expect(say(traced)).toBe(
      'Nodes pull this image by digest. set0.yaml:7 redirects it: a node asks m.local/a/b first.',
    );
  });

  it('is blocked where the source is and no mirror is for such a pull', () => {
    const traced = traceOf(snapshot, 'blocked.io/x:v1');
    expect([traced.verdict, asked(traced)]).toEqual(['blocked', ['source blocked.io/x:v1 blocked']]);
    expect(say(traced)).toContain('so blocked.io is blocked, and nodes do not pull it at all.');
  });

  it('names the longer source that takes the pull away', () => {
    const traced = traceOf(snapshot, `q.io/a/t@${digest}`);
    expect(traced.verdict).toBe('source');
    expect(say(traced)).toContain(
      'set0.yaml:7 has mirrors for it, but the longer source q.io/a/t (set1.yaml:7) decides alone and has none for pulls by digest, so nodes ask q.io itself. Repeat the mirrors for q.io/a/t to redirect it.',
    );
  });

  it('is what the places answer, once they were asked', () => {
    const traced = traceOf(snapshot, `q.io/a/b@${digest}`);
    const verdict = (...results: Parameters<typeof withResults>[1]) => withResults(traced, results).verdict;
    expect(verdict('missing', 'found', 'unreachable')).toBe('mirror');
    expect(verdict('missing', 'unauthorized', 'found')).toBe('source');
    expect(verdict('missing', 'missing', 'unreachable')).toBe('unreachable');
    const blocked = traceOf(snapshot, `blocked.io/x@${digest}`);
    expect(blocked.verdict).toBe('mirror');
    expect(withResults(blocked, ['missing', 'found']).verdict).toBe('blocked');
  });

  it('stands under what stops the machine-config-operator', () => {
    const stopped = snapshotOf(setOf('IDMS', 'q.io/a <- m.local/a !'), setOf('ICSP', 'q.io/a <- n.local/a'));
    expect(say(traceOf(stopped, `q.io/a@${digest}`))).toContain(
      'Entries for q.io/a differ in mirrorSourcePolicy, and the machine-config-operator stops (set0.yaml:7): until that is repaired, nodes get no change of any mirror set.',
    );
  });

  it('leaves an image alone that names a mirror', () => {
    const traced = traceOf(snapshot, `m.local/a/b@${digest}`);
    expect(say(traced)).toContain('It names a mirror itself, so nothing needs to redirect it.');
    expect([traced.verdict, traceTitle(traced)]).toEqual([
      'mirror',
      'it names the mirror itself, nothing needs to redirect it',
    ]);
    expect(traced.remedy).toBeUndefined();
    const answered = (result: EndpointResult) => {
      const after = withResults(traced, [result]);
      return [after.verdict, traceTitle(after)];
    };
    expect(answered('found')).toEqual(['mirror', 'it names the mirror itself, which has it']);
    expect(answered('missing')).toEqual(['unreachable', 'nodes cannot pull it from anywhere']);
  });

  it('leaves an image alone in the registry of the mirrors, unless that is a source too', () => {
    const catalog = traceOf(snapshot, 'm.local/catalog/index:v4.14');
    expect(say(catalog)).toBe(
      'Nodes pull this image by tag. It names m.local, where the mirrors are, so nothing needs to redirect it.',
    );
    expect(catalog.remedy).toBeUndefined();
    const within = snapshotOf(setOf('IDMS', 'q.io/a <- q.io/mirror/a'));
    expect(say(traceOf(within, 'q.io/b:v1'))).toContain('No mirror set has a source that holds for it');
  });

  it('takes a short name for each of the search registries', () => {
    const traced = traceOf(snapshot, 'ubi8/ubi');
    expect(asked(traced)).toEqual([
      'source registry.access.redhat.com/ubi8/ubi:latest untested',
      'source docker.io/ubi8/ubi:latest untested',
    ]);
    expect(say(traced)).toContain('short name');
  });
});

describe('a registries.conf', () => {
  const conf = parseRegistriesConf(
    '[[registry]]\nlocation = "q.io/a"\n[[registry.mirror]]\nlocation = "c.local/a"\n',
  );
  const world = { settings: defaultSettings, confs: [{ path: 'my.conf', conf }] };

  it('decides by its longest prefix', () => {
    const traced = trace({ ...world, snapshot: new Snapshot() }, imageOf('q.io/a/b:v1'));
    expect(asked(traced)).toEqual(['mirror c.local/a/b:v1 untested', 'source q.io/a/b:v1 untested']);
    expect(rulesOf(traced)).toEqual(['yes my.conf:1 the longest prefix that holds for this image']);
  });

  it('replaces what mirror sets say for the same prefix', () => {
    const traced = trace(
      { ...world, snapshot: snapshotOf(setOf('IDMS', 'q.io/a <- m.local/a')) },
      imageOf(`q.io/a/b@${digest}`),
    );
    expect(asked(traced)[0]).toBe('mirror c.local/a/b@D untested');
    expect(rulesOf(traced)).toEqual([
      'yes my.conf:1 the longest prefix that holds for this image',
      'no set0.yaml:7 my.conf:1 has a table for this image, and only that one counts',
    ]);
  });
});

it('gives JSON whose names are fixed', () => {
  const traced = traceOf(snapshotOf(setOf('IDMS', 'q.io/a <- m.local/a')), 'q.io/a/b:v1', '4.14');
  expect(traceJson(traced)).toEqual({
    image: 'q.io/a/b:v1',
    rules: [
      {
        file: 'set0.yaml',
        line: 7,
        kind: 'ImageDigestMirrorSet',
        source: 'q.io/a',
        matched: false,
        reason: 'an ImageDigestMirrorSet redirects pulls by digest only, and this is a pull by tag',
      },
    ],
    unrelated: 0,
    endpoints: [{ image: 'q.io/a/b:v1', from: 'source', result: 'untested' }],
    verdict: 'source',
    explanation: say(traced),
    remedy: {
      kind: 'ImageTagMirrorSet',
      source: 'q.io/a/b',
      mirrors: ['m.local/a/b'],
      yaml: 'apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\nmetadata:\n  name: q-io-a-b\nspec:\n  imageTagMirrors:\n  - mirrors:\n    - m.local/a/b\n    source: q.io/a/b\n',
    },
  });
});

describe('a mirror set with templates', () => {
  it('has mirrors that nobody knows yet', () => {
    const traced = traceOf(snapshotOf(setOf('IDMS', 'q.io/a <- $(REGISTRY)/a')), `q.io/a/x@${digest}`);
    expect(say(traced)).toMatch(/set0\.yaml:\d+ has the source q\.io\/a and a template for its mirrors/);
    expect(say(traced)).not.toContain('No mirror set has a source');
    expect(rulesOf(traced)).toEqual([expect.stringContaining('its mirrors have a template in them')]);
  });

  it('may have any source where that is a template', () => {
    const traced = traceOf(snapshotOf(setOf('IDMS', '$(SOURCE) <- m.local/a')), `q.io/a/x@${digest}`);
    expect(say(traced)).toContain('Nobody knows yet whether a mirror set redirects it');
  });

  const world = { [`q.io/a/x@${digest}`]: 'by digest', 'q.io/a/x:v1': 'by tag' };
  const nobodyKnows = 'nobody knows yet whether a mirror serves it, a template may redirect it';
  it.each([
    [
      'by digest',
      'the mirrors of its source are a template',
      [setOf('IDMS', 'q.io/a <- $(REGISTRY)/a')],
      nobodyKnows,
    ],
    [
      'by tag',
      'the mirrors of its source are a template',
      [setOf('ITMS', 'q.io/a <- $(REGISTRY)/a')],
      nobodyKnows,
    ],
    ['by digest', 'any source may be meant', [setOf('IDMS', '$(SOURCE) <- m.local/a')], nobodyKnows],
    [
      'by digest',
      'a longer source may be meant than one without mirrors for it',
      [setOf('ITMS', 'q.io/a <- m.local/a'), setOf('IDMS', 'q.io/a/x <- $(REGISTRY)/a')],
      nobodyKnows,
    ],
    [
      'by tag',
      'a drop-in of the pool is a template',
      [machineConfig('99-worker-a', 'worker', dropIn('a'), '$(CONF)')],
      nobodyKnows,
    ],
    [
      'by tag',
      'a drop-in is elsewhere',
      [machineConfig('99-worker-a', 'worker', dropIn('a'), 'https://example.com/a.conf')],
      'nobody knows yet whether a mirror serves it, a file for nodes that cannot be read may redirect it',
    ],
    [
      'by tag',
      'the template is for pulls by digest alone',
      [setOf('IDMS', 'q.io/a <- $(REGISTRY)/a')],
      'no mirror serves it, the source is asked',
    ],
    [
      'by digest',
      'the template is for other images',
      [setOf('IDMS', 'q.io/b <- $(REGISTRY)/b')],
      'no mirror serves it, the source is asked',
    ],
    [
      'by digest',
      'a longer source decides alone',
      [setOf('ITMS', 'q.io/a/x <- m.local/x'), setOf('IDMS', 'q.io/a <- $(REGISTRY)/a')],
      'no mirror serves it, the source is asked',
    ],
    [
      'by tag',
      'a drop-in of another pool is a template',
      [machineConfig('99-master-a', 'master', dropIn('a'), '$(CONF)')],
      'no mirror serves it, the source is asked',
    ],
    [
      'by digest',
      'a mirror is known besides',
      [setOf('IDMS', 'q.io/a <- m.local/a', 'q.io/a/x/y <- $(REGISTRY)/a')],
      'a mirror serves it',
    ],
  ])('is the first that is said of a pull %s: %s', (by, _why, texts, title) => {
    const image = Object.entries(world).find(([, kind]) => kind === by)?.[0] ?? '';
    const traced = traceOf(snapshotOf(...texts), image);
    expect(traceTitle(traced)).toBe(title);
    const known = title.startsWith('a mirror') ? 'mirror' : 'source';
    expect(traced.verdict).toBe(known);
    const after = withResults(
      traced,
      traced.endpoints.map(() => 'missing'),
    );
    if (title.startsWith('nobody'))
      expect([after.verdict, traceTitle(after)]).toEqual(['unreachable', title]);
  });
});
