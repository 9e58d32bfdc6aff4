import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mappingText } from '../../../server/src/mirror/plan/mappingText.ts';
import type { MirrorPlan } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { imageSetPlan } from '../../support/imageSetPlans.ts';

/** A run of oc-mirror v2, and what the destination had after it. */
interface Run {
  readonly name: string;
  readonly imageSet: string;
  readonly destination: string;
  readonly maxNestedPaths?: number;
  readonly has: readonly string[];
}

const runs: readonly Run[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/plan/oc-mirror-runs.json'), 'utf8'),
);

function planOf(text: string, destination = 'reg.example.com/mirror', maxNestedPaths = 0): MirrorPlan {
  return imageSetPlan(text, destination, maxNestedPaths);
}

it.each(runs)('brings images to where oc-mirror v2 brings them: $name', (run) => {
  const { imageSet, destination, maxNestedPaths, has } = run;
  const plan = planOf(imageSet, destination, maxNestedPaths);
  const destinations = [...plan.images, ...plan.catalogs].map((one) => one.destination);
  expect([...new Set(destinations)].sort()).toEqual(has);
  // A tag, and the same tag with a digest: only the registry knows that they are one image.
  const names = plan.collisions.map(({ sources }) => sources.map((source) => source.replace(/@.*/, '')));
  for (const meeting of names) expect(new Set(meeting).size).toBe(1);
  expect(plan.refused).toEqual([]);
});

/** The lines of images that its dry run wrote; that of the catalog goes to oc-mirror's own cache. */
const dryRun = `docker://quay.io/lab/helper:v1.0=docker://localhost:55000/lab/helper:v1.0
docker://registry.redhat.io/lab/alpha-operator-bundle@sha256:8e7d2e733d371ffcf44a87fcc691082b3b9e9619f66fc52331724fbbe5562aa2=docker://localhost:55000/lab/alpha-operator-bundle:sha256-8e7d2e733d371ffcf44a87fcc691082b3b9e9619f66fc52331724fbbe5562aa2
docker://registry.redhat.io/lab/alpha-operator-rhel9-operator@sha256:140b76543dd7166d503a9e9324e664d59a08e91dff0ee207b750730385f2f932=docker://localhost:55000/lab/alpha-operator-rhel9-operator:sha256-140b76543dd7166d503a9e9324e664d59a08e91dff0ee207b750730385f2f932
docker://registry.redhat.io/openshift4/lab-kube-rbac-proxy-rhel9@sha256:b2cce6a5ed27a5512d4cd24936a72420a5cd418d9c717e02cf517eae024cedc8=docker://localhost:55000/openshift4/lab-kube-rbac-proxy-rhel9:sha256-b2cce6a5ed27a5512d4cd24936a72420a5cd418d9c717e02cf517eae024cedc8
`;

it('writes its images as the mapping.txt of a dry run', () => {
  const run = runs.find(({ name }) => name === 'v2-dryrun-m2d');
  expect(run && mappingText(planOf(run.imageSet, run.destination), 'oc-mirror')).toBe(dryRun);
});

const head = 'apiVersion: mirror.openshift.io/v2alpha1\nkind: ImageSetConfiguration\nmirror:\n';
const digest = `sha256:${'a'.repeat(64)}`;

describe('a plan of an ImageSetConfiguration', () => {
  it('copies a catalog that is taken whole, and makes others', () => {
    const text = `${head}  operators:
  - { catalog: quay.io/lab/second-index:v4.18, full: true }
  - { catalog: quay.io/lab/digest-index:v4.18, targetCatalog: own/index, targetTag: v1, packages: [{ name: digest-operator }] }
`;
    const { catalogs, images } = planOf(text);
    expect(catalogs.map(({ image, destination, packages }) => [image, destination, packages])).toEqual([
      ['quay.io/lab/second-index:v4.18', 'reg.example.com/mirror/lab/second-index:v4.18', undefined],
      ['quay.io/lab/digest-index:v4.18', 'reg.example.com/mirror/own/index:v1', ['digest-operator']],
    ]);
    expect(images.filter(({ role }) => role === 'catalog').map(({ source }) => source)).toEqual([
      'quay.io/lab/second-index:v4.18',
    ]);
  });

  it('gives additional images the place that is said, and each place its line', () => {
    const text = `${head}  additionalImages:
  - { name: "quay.io/a/app:v1" }
  - { name: "quay.io/a/app:v1", targetRepo: own/app, targetTag: mine }
  - { name: "quay.io/a/other@${digest}" }
  - { name: "lab/nginx:1.25" }
`;
    const { images } = planOf(text);
    expect(
      images.map(({ source, destination, role, reason }) => [source, destination, role, ...reason]),
    ).toEqual(
      [
        ['docker.io/lab/nginx:1.25', 'reg.example.com/mirror/nginx:1.25'],
        ['quay.io/a/app:v1', 'reg.example.com/mirror/a/app:v1'],
        ['quay.io/a/app:v1', 'reg.example.com/mirror/own/app:mine'],
        [`quay.io/a/other@${digest}`, `reg.example.com/mirror/a/other:sha256-${'a'.repeat(64)}`],
      ].map((row) => [...row, 'additional', 'additionalImages']),
    );
  });

  it('leaves out what is blocked, and tells of images that would meet', () => {
    const text = `${head}  additionalImages:
  - { name: "quay.io/a/app:v1" }
  - { name: "docker.io/a/app:v1" }
  - { name: "quay.io/b/app:v1" }
  blockedImages:
  - { name: "quay.io/b/.*" }
`;
    const { images, collisions } = planOf(text);
    expect(images.map(({ source }) => source)).toEqual(['docker.io/a/app:v1', 'quay.io/a/app:v1']);
    expect(collisions).toEqual([
      { destination: 'reg.example.com/mirror/a/app:v1', sources: ['docker.io/a/app:v1', 'quay.io/a/app:v1'] },
    ]);
  });
});

it.each<[string, string, string]>([
  ['its folder, with the tag latest', '', 'lab-operator-index:latest'],
  [
    'what the configuration says',
    '\n      targetCatalog: own/catalog\n      targetTag: v1',
    'own/catalog:v1',
  ],
])('brings a catalog in an OCI layout to %s', (_name, target, path) => {
  const text = `${head}  operators:
    - catalog: oci:///srv/lab-operator-index
      full: true${target}
`;
  const { catalogs, images, refused } = planOf(text);
  expect(refused).toEqual([]);
  expect(catalogs).toMatchObject([
    { source: 'oci:///srv/lab-operator-index', image: path, destination: `reg.example.com/mirror/${path}` },
  ]);
  expect(images).toContainEqual(
    expect.objectContaining({ source: 'oci:///srv/lab-operator-index', role: 'catalog' }),
  );
  const onDisk = planOf(text, 'oci://mirror');
  expect(onDisk.catalogs[0]?.destination).toBe(`oci://mirror:${path}`);
});
