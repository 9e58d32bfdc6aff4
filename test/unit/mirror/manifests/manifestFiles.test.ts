import { describe, expect, it } from 'vitest';
import {
  type ManifestOptions,
  manifestFiles,
} from '../../../../server/src/mirror/manifests/manifestFiles.ts';
import { readSums, sumOf } from '../../../../server/src/mirror/manifests/sums.ts';
import type { MirrorResult } from '../../../../server/src/mirror/run/mirrorResult.ts';
import {
  entriesIn,
  findingsInFiles,
  plannedCatalog,
  planOfLines,
  resultOf,
} from '../../../support/mirrorResults.ts';

const a = `sha256:${'a'.repeat(64)}`;
const b = `sha256:${'b'.repeat(64)}`;
const lines = [
  `quay.io/a/app@${a} -> reg.example.com/m/a-app:1234abcd`,
  'quay.io/a/app:v1 -> reg.example.com/m/a-app:v1',
  'docker.io/library/redis:7 -> reg.example.com/m/library-redis:7',
  `quay.io/a/both:v2@${b} -> reg.example.com/m/a-both:v2`,
];
const catalog = plannedCatalog('quay.io/a/app-index:v4.18', 'reg.example.com/m/a-app-index:v4.18', [
  `quay.io/a/app@${a}`,
]);
const plan = planOfLines(lines, { catalogs: [catalog] });

function textsOf(result: MirrorResult, options?: ManifestOptions): Record<string, string> {
  return Object.fromEntries(manifestFiles(result, options).map(({ name, text }) => [name, text]));
}

describe('the files of a run', () => {
  it('redirect pulls by digest and by tag, each by its kind, and both where a name has both', () => {
    const files = textsOf(resultOf(plan));
    expect(Object.keys(files)).toEqual([
      'mapping.txt',
      'imageDigestMirrorSet.yaml',
      'imageTagMirrorSet.yaml',
      'catalogSource.yaml',
      'clusterCatalog.yaml',
      'report.json',
      'report.md',
      'SHA256SUMS',
    ]);
    expect(entriesIn(files['imageDigestMirrorSet.yaml'])).toEqual([
      'quay.io/a/app <- reg.example.com/m/a-app',
      'quay.io/a/both <- reg.example.com/m/a-both',
    ]);
    expect(entriesIn(files['imageTagMirrorSet.yaml'])).toEqual([
      'docker.io/library/redis <- reg.example.com/m/library-redis',
      'quay.io/a/app <- reg.example.com/m/a-app',
      'quay.io/a/both <- reg.example.com/m/a-both',
    ]);
  });

  it('have what is proven and nothing else', () => {
    const files = textsOf(resultOf(plan, (source) => source.startsWith('quay.io/a/both')));
    expect(files['mapping.txt']).toBe(
      `docker.io/library/redis:7=reg.example.com/m/library-redis:7
quay.io/a/app:v1=reg.example.com/m/a-app:v1
quay.io/a/app@${a}=reg.example.com/m/a-app:1234abcd
`,
    );
    for (const name of ['imageDigestMirrorSet.yaml', 'imageTagMirrorSet.yaml']) {
      expect(files[name]).not.toContain('quay.io/a/both');
    }
  });

  it('do not take a catalog that was made anew for the image that was planned', () => {
    const index = plannedCatalog('quay.io/a/app-index:v1', 'reg.example.com/m/a-app-index:v1');
    const whole = planOfLines([...lines, `${index.image} -> ${index.destination}`], { catalogs: [index] });
    const named = `${index.image}=${index.destination}`;
    const result = resultOf(whole);
    expect(textsOf(result)['mapping.txt']).toContain(named);
    const anew = result.images.map((image, index) =>
      index === lines.length ? { ...image, digest: b } : image,
    );
    const made = textsOf({ ...result, images: anew });
    expect(made['mapping.txt']).not.toContain(named);
    expect(made['catalogSource.yaml']).toContain(index.destination);
  });

  it('have sums that a file which somebody changes does not have any more', () => {
    const { SHA256SUMS: sums = '', ...files } = textsOf(resultOf(plan));
    expect([...readSums(sums)]).toEqual(Object.entries(files).map(([name, text]) => [name, sumOf(text)]));
    expect(readSums('no sums\n../x')).toEqual(new Map());
  });

  it('are for an older cluster of the kinds that it knows', () => {
    const files = textsOf(resultOf(plan), { clusterVersion: '4.12' });
    expect(Object.keys(files)).toEqual([
      'mapping.txt',
      'imageContentSourcePolicy.yaml',
      'machineConfig.yaml',
      'catalogSource.yaml',
      'report.json',
      'report.md',
      'SHA256SUMS',
    ]);
    expect(entriesIn(files['imageContentSourcePolicy.yaml']).length).toBe(2);
    expect(files['machineConfig.yaml']).toContain('# prefix = "docker.io/library/redis"');
    // That of the catalog tells where nobody says it.
    const old = plannedCatalog('quay.io/a/app-index:v4.8', 'reg.example.com/m/a-app-index:v4.8-1');
    expect(Object.keys(textsOf(resultOf(planOfLines(lines, { catalogs: [old] }))))).toContain(
      'machineConfig.yaml',
    );
  });

  it('name originals where images were read behind a hop', () => {
    const hop = planOfLines([
      `quay.io/a/app@${a} <- registry.redhat.io/a/app@${a} <- file://hop/index/a/app@${a} -> reg.example.com/m/a-app:1`,
      'file://hop/index/a/unknown:v1 -> reg.example.com/m/a-unknown:v1',
    ]);
    const files = textsOf(resultOf(hop));
    expect(entriesIn(files['imageDigestMirrorSet.yaml'])).toEqual([
      'quay.io/a/app <- reg.example.com/m/a-app',
      'registry.redhat.io/a/app <- reg.example.com/m/a-app',
    ]);
    expect(Object.keys(files)).not.toContain('imageTagMirrorSet.yaml');
  });

  it('list no pull by a tag that the mirror does not have', () => {
    const renamed = planOfLines(['quay.io/a/app:v1 -> reg.example.com/m/a-app:v1-mirrored']);
    expect(Object.keys(textsOf(resultOf(renamed)))).toEqual([
      'mapping.txt',
      'report.json',
      'report.md',
      'SHA256SUMS',
    ]);
  });

  it.each(['oci://./out:quay.io/a/app:v1', 'file://out/a/app:v1'])(
    'are none for a cluster at %s',
    (place) => {
      const toDisk = planOfLines([`quay.io/a/app:v1 -> ${place}`], {
        destination: place.startsWith('oci') ? 'oci://./out' : 'file://out',
        catalogs: [plannedCatalog('quay.io/a/index:v1', place.replaceAll('app', 'index'))],
      });
      expect(Object.keys(textsOf(resultOf(toDisk)))).toEqual([
        'mapping.txt',
        'report.json',
        'report.md',
        'SHA256SUMS',
      ]);
    },
  );

  it('offer the catalog at its place, and none that was not written', () => {
    const files = textsOf(resultOf(plan), { secrets: ['mirror-pull-secret'] });
    expect(files['catalogSource.yaml']).toBe(`apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: cs-a-app-index-v4-18-3c7ad592
  namespace: openshift-marketplace
spec:
  displayName: "app-index v4.18 (mirror)"
  image: reg.example.com/m/a-app-index:v4.18
  publisher: quay.io
  secrets:
  - mirror-pull-secret
  sourceType: grpc
  updateStrategy:
    registryPoll:
      interval: 30m
`);
    const result = resultOf(plan);
    const without = { ...result, catalogs: [{ dropped: [], error: { code: 'denied', message: 'no' } }] };
    expect(Object.keys(textsOf(without))).not.toContain('catalogSource.yaml');
  });

  it.each([
    { scope: 'repository' },
    { scope: 'namespace' },
    { scope: 'registry' },
    { secrets: ['s'] },
  ] as const)('are silent under check: %o', (options) => {
    expect(findingsInFiles(manifestFiles(resultOf(plan), options))).toEqual([]);
  });

  it('are silent for an older cluster that is known to be one', () => {
    expect(findingsInFiles(manifestFiles(resultOf(plan), { clusterVersion: '4.12' }), '4.12')).toEqual([]);
  });
});
