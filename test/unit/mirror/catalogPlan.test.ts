import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { parseReference } from '../../../server/src/documents/imageReference.ts';
import { parsePlace } from '../../../server/src/documents/mirrorPlace.ts';
import { planOfCatalog } from '../../../server/src/mirror/plan/catalogPlan.ts';
import { mappingText } from '../../../server/src/mirror/plan/mappingText.ts';
import type { MirrorPlan } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { type OcRun, ocCatalog, ocLines, ocRuns } from '../../support/ocRuns.ts';

function catalogIn(catalog: string, form: OcRun['form']): Catalog {
  return ocCatalog({ catalog, form });
}

interface Given {
  readonly index?: string;
  readonly destination?: string;
  readonly maxComponents?: number;
  readonly packages?: readonly string[];
}

function planOf(catalog: Catalog, given: Given = {}): MirrorPlan {
  const { index = 'quay.io/edge/edge-index:v1', destination = 'reg.example.com/m' } = given;
  const { maxComponents = 2, packages } = given;
  const image = parseReference(index);
  const place = parsePlace(destination);
  if (!image.ok || !place.ok) throw new Error('the test is wrong');
  return planOfCatalog(catalog, {
    source: index,
    image: { text: index, reference: image.reference },
    digest: `sha256:${'0'.repeat(64)}`,
    place: place.place,
    maxComponents,
    packages,
  });
}

describe('the lines that oc adm catalog mirror writes', () => {
  it.each(ocRuns)('$mapping', (run) => {
    const plan = planOf(catalogIn(run.catalog, run.form), run);
    expect(mappingText(plan, 'oc').trimEnd().split('\n')).toEqual(ocLines(run));
  });

  it('are those of all runs with a catalog', () => {
    expect(ocRuns.length).toBe(56);
    expect(new Set(ocRuns.map(({ maxComponents }) => maxComponents))).toEqual(new Set([0, 2, 3, 5]));
  });
});

/** A catalog of one bundle with these related images. */
function catalogWith(relatedImages: readonly string[], bundle = 'quay.io/a/bundle:v1'): Catalog {
  const related = relatedImages.map((image) => `{ name: "", image: "${image}" }`).join(', ');
  const text = `
schema: olm.package
name: app
defaultChannel: s
---
schema: olm.channel
package: app
name: s
entries: [{ name: app.v1 }]
---
schema: olm.bundle
package: app
name: app.v1
image: "${bundle}"
relatedImages: [${related}]
`;
  return fileBasedCatalog([{ path: 'catalog.yaml', text }]);
}

const digest = `sha256:${'a'.repeat(64)}`;

describe('a plan', () => {
  it('says why each image is there, and what it is', () => {
    const { images, catalogs } = planOf(catalogIn('redhat-operator-index', 'configs'), {
      index: 'registry.redhat.io/redhat/redhat-operator-index:v4.8',
    });
    const roles = images.map(({ role }) => role);
    expect(roles.filter((role) => role === 'catalog')).toHaveLength(1);
    expect(roles.filter((role) => role === 'bundle')).toHaveLength(
      new Set(catalogIn('redhat-operator-index', 'configs').packages.flatMap((one) => one.bundles)).size,
    );
    const [catalog] = catalogs;
    for (const { name, package: owner, images: needed } of catalog?.bundles ?? []) {
      for (const source of needed) {
        expect(images.find((image) => image.source === source)?.reason).toContain(`${owner}/${name}`);
      }
    }
    const needed = new Set(catalog?.bundles.flatMap((bundle) => bundle.images));
    expect(images.filter(({ source, role }) => role !== 'catalog' && !needed.has(source))).toEqual([]);
  });

  it('is the same however the catalog is ordered', () => {
    const catalog = catalogIn('edge-index', 'configs');
    const turned: Catalog = {
      ...catalog,
      packages: catalog.packages.map((one) => ({
        ...one,
        bundles: one.bundles.map((bundle) => ({
          ...bundle,
          relatedImages: bundle.relatedImages.toReversed(),
        })),
      })),
    };
    for (const index of ['quay.io/edge/edge-index:v1', 'file://hop/edge/edge-index:v1']) {
      expect(planOf(turned, { index })).toEqual(planOf(catalog, { index }));
    }
  });

  it('of some packages has their images, and no catalog to copy: that is made', () => {
    const catalog = catalogIn('redhat-operator-index', 'configs');
    const plan = planOf(catalog, {
      index: 'registry.redhat.io/redhat/redhat-operator-index:v4.8',
      packages: ['cluster-logging', 'elasticsearch-operator'],
    });
    expect(plan.catalogs).toMatchObject([
      {
        packages: ['cluster-logging', 'elasticsearch-operator'],
        destination: 'reg.example.com/m/redhat-redhat-operator-index:v4.8',
      },
    ]);
    expect(plan.images.some(({ role }) => role === 'catalog')).toBe(false);
    const whole = planOf(catalog, { index: 'registry.redhat.io/redhat/redhat-operator-index:v4.8' });
    const owners = new Set(plan.images.flatMap(({ reason }) => reason.map((one) => one.split('/')[0])));
    expect(owners).toEqual(new Set(['cluster-logging', 'elasticsearch-operator']));
    expect(plan.images.length).toBeLessThan(whole.images.length);
  });

  it('knows the digests that names say, and no others', () => {
    const { images } = planOf(
      catalogWith([`quay.io/a/app:v2@${digest}`, 'quay.io/a/tools:v1', `quay.io/a/other@${digest}`]),
    );
    expect(images.map((image) => [image.source, image.digest, image.destination])).toEqual([
      [`quay.io/a/app:v2@${digest}`, digest, 'reg.example.com/m/a-app:v2'],
      ['quay.io/a/bundle:v1', undefined, 'reg.example.com/m/a-bundle:v1'],
      [
        `quay.io/a/other@${digest}`,
        digest,
        expect.stringMatching(/^reg\.example\.com\/m\/a-other:[0-9a-f]+$/),
      ],
      ['quay.io/a/tools:v1', undefined, 'reg.example.com/m/a-tools:v1'],
      ['quay.io/edge/edge-index:v1', undefined, 'reg.example.com/m/edge-edge-index:v1'],
    ]);
  });

  it('into an OCI layout keeps the names that images have', () => {
    const { images } = planOf(catalogWith(['nginx']), { destination: 'oci:///tmp/Out' });
    expect(images.map(({ destination }) => destination)).toEqual([
      'oci:///tmp/Out:docker.io/library/nginx:latest',
      'oci:///tmp/Out:quay.io/a/bundle:v1',
      'oci:///tmp/Out:quay.io/edge/edge-index:v1',
    ]);
  });

  it('behind a hop remembers what pods call the images', () => {
    const { images } = planOf(catalogWith(['docker.io/a/app:v1', `quay.io/a/other@${digest}`]), {
      index: 'file://hop/edge/edge-index:v1',
    });
    expect(images.map(({ source, originals }) => [source, originals])).toEqual([
      ['file://hop/edge/edge-index/a/app:v1', ['docker.io/a/app:v1']],
      ['file://hop/edge/edge-index/a/bundle:v1', ['quay.io/a/bundle:v1']],
      [`file://hop/edge/edge-index/a/other@${digest}`, [`quay.io/a/other@${digest}`]],
      ['file://hop/edge/edge-index:v1', undefined],
    ]);
  });

  it('names what nobody can pull, and why', () => {
    const { refused, images } = planOf(catalogWith(['quay.io/Edge/Upper:v1', 'file://a/b:v1', '']));
    expect(refused).toEqual([
      { image: 'file://a/b:v1', problem: 'it is no image of a registry', reason: ['app/app.v1'] },
      {
        image: 'quay.io/Edge/Upper:v1',
        problem: 'the repository name must be lower-case',
        reason: ['app/app.v1'],
      },
    ]);
    expect(images).toHaveLength(2);
  });
});

describe('collisions', () => {
  const meeting = (...related: string[]) => planOf(catalogWith(related)).collisions;
  it.each([
    ['flattened names', ['quay.io/edge/tools-cli:v1', 'quay.io/edge-tools/cli:v1'], 1],
    ['registries', ['quay.io/edge/app:v1', 'docker.io/edge/app:v1'], 1],
    ['a tag and the same tag with a digest', ['quay.io/edge/app:v1', `quay.io/edge/app:v1@${digest}`], 1],
    ['one digest under one tag', [`docker.io/edge/app:v1@${digest}`, `quay.io/edge/app:v1@${digest}`], 0],
    ['digests, whose tags differ', [`docker.io/edge/app@${digest}`, `quay.io/edge/app@${digest}`], 0],
    ['spellings of one image', ['nginx', 'docker.io/library/nginx:latest'], 0],
  ])('are told of %s', (_what, related, count) => {
    const found = meeting(...related);
    expect(found).toHaveLength(count);
    for (const { sources } of found) expect(sources).toEqual([...related].sort());
  });

  it('behind a hop are told where registries have met already', () => {
    const plan = planOf(catalogWith(['quay.io/edge/app:v1', 'docker.io/edge/app:v1']), {
      index: 'file://hop/edge/edge-index:v1',
    });
    expect(plan.collisions).toEqual([
      {
        destination: 'reg.example.com/m/edge-app:v1',
        sources: ['docker.io/edge/app:v1', 'quay.io/edge/app:v1'],
      },
    ]);
  });
});
