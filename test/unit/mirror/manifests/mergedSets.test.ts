import { describe, expect, it } from 'vitest';
import { manifestFiles } from '../../../../server/src/mirror/manifests/manifestFiles.ts';
import { mergedSets } from '../../../../server/src/mirror/manifests/mergedSets.ts';
import type { ProvenPull } from '../../../../server/src/mirror/manifests/provenPulls.ts';
import { redirectsBeside } from '../../../../server/src/mirror/manifests/redirectsBeside.ts';
import { planOfLines, resultOf } from '../../../support/mirrorResults.ts';
import { namedSet } from '../../../support/mirrorSets.ts';

const cluster = `# What is on the cluster.
apiVersion: v1
kind: List
items:
- apiVersion: config.openshift.io/v1
  kind: ImageDigestMirrorSet
  metadata: {name: idms-operator-0}
  spec:
    imageDigestMirrors:
    # The first one.
    - source: quay.io/a/app   # ours
      mirrors: [reg.example.com/old/app]
    - source: quay.io/a/elsewhere
      mirrors:
      - other.example.com/a/elsewhere
- apiVersion: config.openshift.io/v1
  kind: ImageTagMirrorSet
  metadata: {name: itms-operator-0}
  spec:
    imageTagMirrors:
    - source: docker.io/library/redis
      mirrors:
      - reg.example.com/m/redis
`;

describe('entries that are merged', () => {
  it('change a text in these places alone', () => {
    const { text, rest } = mergedSets(cluster, [
      { source: 'quay.io/a/app', mirrors: ['reg.example.com/m/app'], by: 'digest' },
      { source: 'quay.io/a/db', mirrors: ['reg.example.com/m/db'], by: 'digest' },
      { source: 'quay.io/a/db', mirrors: ['reg.example.com/m/db'], by: 'tag' },
      { source: 'docker.io/library/redis', mirrors: ['reg.example.com/m/redis'], by: 'tag' },
    ]);
    expect(rest).toEqual([]);
    const added = text.split('\n').filter((line) => !cluster.includes(`${line}\n`));
    expect(added).toEqual([
      '      mirrors: [reg.example.com/old/app, reg.example.com/m/app]',
      '    - source: quay.io/a/db',
      '      - reg.example.com/m/db',
      '    - source: quay.io/a/db',
      '      - reg.example.com/m/db',
    ]);
    expect(
      text.replace(', reg.example.com/m/app', '').replaceAll(/ +- source: quay.io\/a\/db\n.*\n.*db\n/g, ''),
    ).toBe(cluster);
  });

  it('find no place where no set has mirrors in their registry, and none is for their pulls', () => {
    const wanted = [
      { source: 'quay.io/a/db', mirrors: ['new.example.com/m/db'], by: 'digest' },
      { source: 'quay.io/a/db', mirrors: ['reg.example.com/m/db'], by: 'tag' },
    ] as const;
    const idms = namedSet('IDMS', 'one', 'quay.io/x/y <- reg.example.com/x/y');
    expect(mergedSets(idms, wanted)).toEqual({ text: idms, rest: wanted, hasSets: true });
    expect(mergedSets('- no\n- sets', wanted)).toEqual({
      text: '- no\n- sets',
      rest: wanted,
      hasSets: false,
    });
  });

  it('leave a set alone that would get too long', () => {
    const many = Array.from(
      { length: 2000 },
      (_, index) => `quay.io/name-${index}/x <- reg.example.com/name-${index}/x`,
    );
    const idms = namedSet('IDMS', 'full', ...many);
    const wanted = many.map((entry) => {
      const [source = '', mirror = ''] = entry.split(' <- ');
      return { source: `${source}-more`, mirrors: [`${mirror}-more`], by: 'digest' as const };
    });
    const { text, rest } = mergedSets(idms, wanted);
    expect(text.length).toBeLessThan(260_000);
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.length).toBeLessThan(wanted.length);
  });
});

/** `SOURCE <- MIRRORS (KIND)` of the entries that pulls need beside sets. */
function beside(existing: string, pulls: readonly ProvenPull[], version?: string): string[] {
  return redirectsBeside(existing, pulls, 'repository', version).entries.map(
    ({ source, mirrors, by }) => `${source} <- ${mirrors.join(' ')} (${by})`,
  );
}

describe('entries beside sets of the cluster', () => {
  const app = { repository: 'quay.io/a/app', mirror: 'reg.example.com/m/a/app' } as const;

  it('are none where a shorter source leads there', () => {
    const idms = namedSet('IDMS', 'one', 'quay.io/a <- reg.example.com/m/a');
    expect(beside(idms, [{ ...app, by: 'digest' }])).toEqual([]);
  });

  it('have what a shorter source has behind their own', () => {
    const idms = namedSet('IDMS', 'one', 'quay.io/a <- old.example.com/a');
    expect(beside(idms, [{ ...app, by: 'digest' }])).toEqual([
      'quay.io/a/app <- reg.example.com/m/a/app old.example.com/a/app (digest)',
    ]);
  });

  it('repeat what a shorter source does for the other kind of pull', () => {
    const idms = namedSet('IDMS', 'one', 'quay.io/a <- reg.example.com/m/a');
    expect(beside(idms, [{ ...app, by: 'tag' }])).toEqual([
      'quay.io/a/app <- reg.example.com/m/a/app (digest)',
      'quay.io/a/app <- reg.example.com/m/a/app (tag)',
    ]);
  });

  it('are longer where a source of the cluster is longer', () => {
    const sets = namedSet('IDMS', 'one', 'quay.io/a/app/tool <- else.example.com/tool');
    const tool = {
      repository: 'quay.io/a/app/tool',
      mirror: 'reg.example.com/m/a/app/tool',
      by: 'digest',
    } as const;
    const found = redirectsBeside(sets, [{ ...app, by: 'digest' }, tool], 'registry', undefined).entries;
    expect(found.map(({ source }) => source)).toEqual(['quay.io', 'quay.io/a/app/tool']);
  });

  it('have in a drop-in what the sets of the cluster have', () => {
    const icsp = namedSet('ICSP', 'one', 'quay.io/a/app <- reg.example.com/old/app');
    expect(beside(icsp, [{ ...app, by: 'tag' }], '4.12')).toEqual([
      'quay.io/a/app <- reg.example.com/m/a/app reg.example.com/old/app (tag)',
    ]);
  });
});

it('is a file of its own beside what has no place in it, and the forecast starts from it', () => {
  const plan = planOfLines(['quay.io/a/app:v1 -> reg.example.com/m/a/app:v1']);
  const merge = namedSet('ITMS', 'itms-operator-0', 'quay.io/b <- reg.example.com/m/b');
  const files = new Map(manifestFiles(resultOf(plan), { merge }).map(({ name, text }) => [name, text]));
  expect([...files.keys()]).toEqual([
    'mapping.txt',
    'mirrorSets.yaml',
    'report.json',
    'report.md',
    'SHA256SUMS',
  ]);
  expect(files.get('mirrorSets.yaml')).toContain('quay.io/a/app');
  expect(files.get('report.md')).not.toContain('Nothing is known of the cluster');
});

it('is no file where the cluster has no set yet', () => {
  const plan = planOfLines(['quay.io/a/app:v1 -> reg.example.com/m/a/app:v1']);
  const merge = 'apiVersion: v1\nitems: []\nkind: List\n';
  const names = manifestFiles(resultOf(plan), { merge }).map(({ name }) => name);
  expect(names).toContain('imageTagMirrorSet.yaml');
  expect(names).not.toContain('mirrorSets.yaml');
});
