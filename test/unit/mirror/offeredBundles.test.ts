import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { formatReference, parseReference } from '../../../server/src/documents/imageReference.ts';
import { parsePlace } from '../../../server/src/documents/mirrorPlace.ts';
import { planOfCatalog } from '../../../server/src/mirror/plan/catalogPlan.ts';
import type { MirrorPlan } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { lackingBundles, offerOf } from '../../../server/src/mirror/verify/offeredBundles.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A catalog of one package in which each bundle needs these images. */
function catalogOf(bundles: Readonly<Record<string, readonly string[]>>): Catalog {
  const names = Object.keys(bundles);
  const documents = [
    { schema: 'olm.package', name: 'app', defaultChannel: 'stable' },
    { schema: 'olm.channel', package: 'app', name: 'stable', entries: names.map((name) => ({ name })) },
    ...names.map((name) => ({
      schema: 'olm.bundle',
      package: 'app',
      name,
      image: `quay.io/a/bundle:${name}`,
      properties: [{ type: 'olm.package', value: { packageName: 'app', version: '1.0.0' } }],
      relatedImages: bundles[name]?.map((image, at) => ({ name: `i${at}`, image })),
    })),
  ];
  const text = documents.map((document) => JSON.stringify(document)).join('\n');
  return fileBasedCatalog([{ path: 'catalog.json', text }]);
}

function planOf(catalog: Catalog, destination = 'reg.example.com/m'): MirrorPlan {
  const text = 'quay.io/ns/index:v1';
  const image = parseReference(text);
  const place = parsePlace(destination);
  if (!image.ok || !place.ok) throw new Error('the test is wrong');
  return planOfCatalog(catalog, {
    source: text,
    image: { text, reference: image.reference },
    digest: digest('0'),
    place: place.place,
    maxComponents: 2,
  });
}

function offered(planned: Catalog, there: Catalog, destination?: string) {
  const plan = planOf(planned, destination);
  const [catalog] = plan.catalogs;
  if (catalog === undefined) throw new Error('the test is wrong');
  const { unplanned, ...offer } = offerOf(plan, catalog, there);
  return { ...offer, unplanned, wanted: unplanned.map((image) => formatReference(image.destination)) };
}

const one = { 'app.v1': [`quay.io/a/tool@${digest('a')}`] };
const two = { ...one, 'app.v2': [`quay.io/a/tool@${digest('b')}`, 'quay.io/else/where:v1', ''] };

describe('what a catalog offers', () => {
  it('is what was planned, where it is that', () => {
    const { bundles, unplanned } = offered(catalogOf(one), catalogOf(one));
    expect(bundles).toEqual([
      {
        package: 'app',
        name: 'app.v1',
        images: ['quay.io/a/bundle:app.v1', `quay.io/a/tool@${digest('a')}`],
      },
    ]);
    expect(unplanned).toEqual([]);
  });

  it.each([
    ['reg.example.com/m', 'reg.example.com/m/a-bundle:app.v2', `reg.example.com/m/a-tool@${digest('b')}`],
    ['oci://mirror', 'oci://mirror:quay.io/a/bundle:app.v2', `oci://mirror:quay.io/a/tool@${digest('b')}`],
  ])('looks for what nobody planned beside what was: %s', (destination, bundle, tool) => {
    const { wanted, bundles, unplanned } = offered(catalogOf(one), catalogOf(two), destination);
    expect(wanted).toEqual([bundle, tool]);
    expect(unplanned[1]?.digest).toBe(digest('b'));
    // Nothing of that repository was brought anywhere.
    expect(bundles[1]?.images).toContain('quay.io/else/where:v1');
  });

  it('leaves alone what the plan leaves out of a bundle on purpose', () => {
    const plan = planOf(catalogOf(one));
    const catalogs = plan.catalogs.map((catalog) => ({
      ...catalog,
      bundles: [{ package: 'app', name: 'app.v1', images: ['quay.io/a/bundle:app.v1'] }],
    }));
    const [catalog] = catalogs;
    const { bundles } = offerOf({ ...plan, catalogs }, catalog ?? plan.catalogs[0]!, catalogOf(one));
    expect(bundles.map(({ images }) => images)).toEqual([['quay.io/a/bundle:app.v1']]);
  });

  it('lacks what is not proven, bundle by bundle', () => {
    const offer = offered(catalogOf(one), catalogOf(two));
    expect(lackingBundles(offer, () => true)).toEqual([]);
    expect(lackingBundles(offer, (source) => !/:v1$|bbb/.test(source))).toEqual([
      {
        package: 'app',
        name: 'app.v2',
        missing: [`quay.io/a/tool@${digest('b')}`, 'quay.io/else/where:v1'].sort(),
      },
    ]);
  });
});
