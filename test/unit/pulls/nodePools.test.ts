import { describe, expect, it } from 'vitest';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { trace } from '../../../server/src/workspace/trace.ts';
import { machineConfig as configWith, dropIn, tableUrl, textUrl } from '../../support/machineConfigs.ts';
import { imageOf, setOf } from '../../support/mirrorSets.ts';

/** `conf` as `PREFIX <- MIRROR`. */
const machineConfig = (name: string, role: string, path: string, conf: string) =>
  configWith(name, role, path, tableUrl(conf));

const imageConfig = (lists: string) =>
  `apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n${lists}`;

function traced(image: string, ...texts: readonly string[]) {
  let snapshot = new Snapshot();
  for (const [index, text] of texts.entries())
    snapshot = snapshot.with(`${index}.yaml`, parseText(text, 'yaml'));
  const { endpoints, verdict, explanation, rules } = trace(
    { snapshot, settings: defaultSettings },
    imageOf(image),
  );
  const places = endpoints.map(
    ({ reference, result, insecure }) =>
      `${formatReference(reference)}${result === 'blocked' ? ' x' : ''}${insecure ? ' !' : ''}`,
  );
  return { places, verdict, said: explanation.join(' '), rules };
}

describe('a drop-in that a MachineConfig puts on nodes', () => {
  it('redirects pulls by tag on the nodes of its pool, and others are named', () => {
    const result = traced(
      'q.io/a:1',
      machineConfig('99-worker-a', 'worker', dropIn('a'), 'q.io/a <- m.io/a'),
    );
    expect(result.places).toEqual(['m.io/a:1', 'q.io/a:1']);
    expect(result.verdict).toBe('mirror');
    expect(result.said).toContain('This is what nodes of the pool worker do.');
    expect(result.said).toContain('Nodes of the pool master ask q.io/a:1 first');
    expect(result.rules).toEqual([
      expect.objectContaining({ file: '0.yaml', line: 12, kind: 'MachineConfig', matched: true }),
    ]);
  });

  it('for masters alone leaves the answer for the pods of operators as it is', () => {
    const result = traced(
      'q.io/a:1',
      machineConfig('99-master-a', 'master', dropIn('a'), 'q.io/a <- m.io/a'),
    );
    expect([result.places, result.verdict]).toEqual([['q.io/a:1'], 'source']);
    expect(result.said).toContain('Nodes of the pool master ask m.io/a:1 first');
  });

  it('says nothing of pools where all do the same', () => {
    const result = traced(
      'q.io/a:1',
      machineConfig('99-worker-a', 'worker', dropIn('a'), 'q.io/a <- m.io/a'),
      machineConfig('99-master-a', 'master', dropIn('a'), 'q.io/a <- m.io/a'),
    );
    expect(result.places).toEqual(['m.io/a:1', 'q.io/a:1']);
    expect(result.said).not.toContain('pool');
  });

  it('replaces the table of the mirror sets for the same source', () => {
    const result = traced(
      `q.io/a@sha256:${'a'.repeat(64)}`,
      setOf('IDMS', 'q.io/a <- set.io/a'),
      machineConfig('99-worker-a', 'worker', dropIn('a'), 'q.io/a <- m.io/a'),
    );
    expect(result.places[0]).toMatch(/^m\.io\/a@/);
  });

  it.each([
    ['the later name of a file', dropIn('1'), dropIn('2'), '99-worker-b', 'second'],
    ['for one file the later name of the MachineConfig', dropIn('1'), dropIn('1'), '98-worker', 'first'],
    ['for one file the last with its name', dropIn('1'), dropIn('1'), '99-worker-a', 'second'],
  ])('counts by %s', (_name, first, second, secondName, wins) => {
    const result = traced(
      'q.io/a:1',
      machineConfig('99-worker-a', 'worker', first, 'q.io/a <- first.io/a'),
      machineConfig(secondName, 'worker', second, 'q.io/a <- second.io/a'),
    );
    expect(result.places[0]).toBe(`${wins}.io/a:1`);
  });

  it('may be registries.conf itself, which the operator’s own overwrites unless the name comes later', () => {
    const sets = setOf('ITMS', 'q.io/b <- set.io/b');
    const whole = (name: string) =>
      machineConfig(name, 'worker', '/etc/containers/registries.conf', 'q.io/a <- m.io/a');
    expect(traced('q.io/a:1', sets, whole('50-worker')).places).toEqual(['q.io/a:1']);
    expect(traced('q.io/b:1', sets, whole('50-worker')).places[0]).toBe('set.io/b:1');
    expect(traced('q.io/a:1', sets, whole('99-worker-later')).places[0]).toBe('m.io/a:1');
    expect(traced('q.io/b:1', sets, whole('99-worker-later')).places).toEqual(['q.io/b:1']);
    expect(traced('q.io/a:1', whole('50-worker')).places[0]).toBe('m.io/a:1');
  });
});

describe('the image configuration of a cluster', () => {
  const set = setOf('IDMS', 'q.io <- m.io:5000/q');
  const image = `q.io/a@sha256:${'a'.repeat(64)}`;

  it('lets mirrors go without TLS, and blocks sources, by the policy even from a mirror', () => {
    const result = traced(
      image,
      set,
      imageConfig('    blockedRegistries: [q.io/a]\n    insecureRegistries: ["m.io:5000"]\n'),
    );
    expect(result.places).toEqual([
      expect.stringMatching(/^m\.io:5000\/q\/a@.* !$/),
      expect.stringMatching(/^q\.io\/a@.* x$/),
    ]);
    expect(result.verdict).toBe('blocked');
    expect(result.said).toContain('blockedRegistries');
    expect(result.rules[0]).toMatchObject({
      matched: true,
      reason: expect.stringContaining('repeated for q.io/a'),
    });
  });

  it('lets only the registries through that it allows', () => {
    const only = (name: string) => imageConfig(`    allowedRegistries: ["${name}"]\n`);
    expect(traced(image, set, only('q.io')).verdict).toBe('mirror');
    expect(traced(image, set, only('*.q.io')).verdict).toBe('blocked');
    expect(traced(image, set, only('other.io')).said).toContain('allowedRegistries without q.io/a');
  });

  it('says where nodes look for short names', () => {
    const search = imageConfig('    containerRuntimeSearchRegistries: [s.io]\n');
    expect(traced('ubi8/ubi:1', search).places).toEqual(['s.io/ubi8/ubi:1']);
  });

  it('is named with its line where the machine-config-operator stops at it', () => {
    const wild = setOf('IDMS', '*.q.io <- m.io');
    const { said } = traced(image, wild, imageConfig('    insecureRegistries:\n    - dev.q.io/team\n'));
    expect(said).toContain('dev.q.io/team in the image configuration lies below *.q.io');
    expect(said).toContain('(1.yaml:8)');
  });
});

describe('a file that nodes refuse', () => {
  const set = setOf('ITMS', 'q.io/a <- m.io/a');
  const broken = (name: string, role: string) =>
    configWith(name, role, dropIn('a'), textUrl('[[registry]]\nlocation = "q.io"\nblocked = "yes"\n'));

  it('leaves them without any image, whatever the mirror sets say', () => {
    const { places, verdict, said } = traced('q.io/a:1', set, broken('99-worker-a', 'worker'));
    expect([verdict, places]).toEqual(['unreachable', []]);
    expect(said).toBe(
      'Nodes of the pool worker refuse a.conf (1.yaml:12): blocked must be true or false; with that file they pull no image at all.',
    );
  });

  it('is said of other pools beside the answer', () => {
    const { verdict, said } = traced('q.io/a:1', set, broken('99-master-a', 'master'));
    expect(verdict).toBe('mirror');
    expect(said).toContain(
      'Nodes of the pool master refuse a.conf (1.yaml:12): blocked must be true or false; with that file they pull no image at all.',
    );
  });

  it('is gone where a MachineConfig of a later name writes it anew', () => {
    const again = machineConfig('99-worker-b', 'worker', dropIn('a'), 'q.io/a <- n.io/a');
    expect(traced('q.io/a:1', broken('99-worker-a', 'worker'), again).places[0]).toBe('n.io/a:1');
  });
});

describe('a registries.conf that a MachineConfig writes whole', () => {
  it('is no drop-in in what is said of other pools', () => {
    const whole = machineConfig(
      '99-worker-zzz',
      'worker',
      '/etc/containers/registries.conf',
      'q.io/a <- m.io/a',
    );
    const { said } = traced('q.io/a:1', whole);
    expect(said).toContain(
      'Nodes of the pool master ask q.io/a:1 first: their files about registries differ.',
    );
  });
});
