import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { parseReference } from '../../../server/src/documents/imageReference.ts';
import { parsePlaced } from '../../../server/src/documents/layoutReference.ts';
import { type MirrorPlace, parsePlace } from '../../../server/src/documents/mirrorPlace.ts';
import { planOfCatalog } from '../../../server/src/mirror/plan/catalogPlan.ts';
import { mergedPlan } from '../../../server/src/mirror/plan/mergedPlan.ts';
import type { MirrorPlan } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { planFrom } from '../../../server/src/mirror/plan/planFrom.ts';
import { heldPlan } from '../../../server/src/mirror/run/heldPlan.ts';
import { catalogNames, configsOf } from '../../support/catalogs.ts';

const index = 'registry.redhat.io/redhat/redhat-operator-index:v4.8';

function placeOf(text: string): MirrorPlace {
  const parsed = parsePlace(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.place;
}

function planTo(catalog: Catalog, destination: string, maxComponents = 2): MirrorPlan {
  const image = parseReference(index);
  if (!image.ok) throw new Error(image.problem);
  return planOfCatalog(catalog, {
    source: index,
    image: { text: index, reference: image.reference },
    digest: '',
    place: placeOf(destination),
    maxComponents,
  });
}

function secondStep(first: MirrorPlan, from: string, to: string, maxComponents = 2): MirrorPlan {
  const plan = planFrom(first, { from: placeOf(from), place: placeOf(to), maxComponents });
  return plan ?? expect.unreachable();
}

const catalogs = catalogNames
  .map((name) => [name, fileBasedCatalog(configsOf(name) ?? [])] as const)
  .filter(([, catalog]) => catalog.packages.length > 0);

/** Where each image goes, by what pods call it. */
const destinations = ({ images }: MirrorPlan) =>
  images
    .flatMap(({ source, originals = [source], destination }) =>
      originals.map((name) => `${name} ${destination}`),
    )
    .sort();

describe('a second step', () => {
  it.each(catalogs)('brings images where one step would: %s', (_, catalog) => {
    const layout = planTo(catalog, 'oci://layout');
    for (const [to, components] of [
      ['docker://reg.example.com/m', 2],
      ['docker://reg.example.com/a/b', 0],
      ['docker://reg.example.com/m', 3],
      ['file://hop', 2],
      ['oci://other', 2],
    ] as const) {
      expect(destinations(secondStep(layout, 'oci://layout', to, components))).toEqual(
        destinations(planTo(catalog, to, components)),
      );
    }
  });

  it.each(catalogs)('reads where the first one wrote, wherever that lies by now: %s', (_, catalog) => {
    const layout = planTo(catalog, 'oci://layout');
    const { images, catalogs: brought } = secondStep(
      layout,
      'oci:///media/disk',
      'docker://reg.example.com/m',
    );
    const sources = new Set(images.map(({ source }) => source));
    for (const source of sources)
      expect(parsePlaced(source)).toMatchObject({ reference: { transport: 'oci' } });
    expect([...sources].every((source) => source.startsWith('oci:///media/disk:'))).toBe(true);
    const needed = brought.flatMap(({ bundles }) => bundles.flatMap((bundle) => bundle.images));
    expect(needed.filter((source) => !sources.has(source))).toEqual([]);
    expect(brought[0]?.source).toBe(`oci:///media/disk:${index}`);

    const hop = planTo(catalog, 'file://hop');
    const written = new Set(hop.images.map(({ destination }) => destination));
    const read = secondStep(hop, 'file://hop', 'docker://reg.example.com/m').images;
    expect(read.filter(({ source }) => !written.has(source))).toEqual([]);
  });

  it('is none where nothing says what images are called elsewhere', () => {
    const { naming, ...mapping } = planTo(fileBasedCatalog([]), 'oci://layout');
    expect(naming).toBe('oc');
    const step = { from: placeOf('oci://layout'), place: placeOf('reg.example.com/m'), maxComponents: 2 };
    expect(planFrom(mapping, step)).toBeUndefined();
  });
});

const [, [, catalog] = expect.unreachable()] = catalogs;
const whole = planTo(catalog, 'oci://layout');
const [bundle = expect.unreachable()] = whole.catalogs[0]?.bundles ?? [];
const digest = `sha256:${'1'.repeat(64)}`;
const resultWith = (outcome: object) =>
  heldPlan({
    version: 1,
    plan: whole,
    started: '',
    finished: '',
    images: whole.images.map(() => ({ result: 'copied' })),
    catalogs: [{ dropped: [], ...outcome }],
  });

describe('what a place holds', () => {
  it('is each catalog as an image, with what it offers there', () => {
    const dropped = [{ package: bundle.package, name: bundle.name, missing: [] }];
    const held = resultWith({ digest, dropped });
    expect(held.catalogs[0]?.bundles).toEqual(whole.catalogs[0]?.bundles.slice(1));
    expect(held.catalogs[0]).toMatchObject({ imageDigest: digest, selection: undefined });
    expect(held.images.filter(({ role }) => role === 'catalog')).toMatchObject([{ source: index, digest }]);
    expect(held.images).toHaveLength(whole.images.length);
  });

  it('is no catalog where none was written', () => {
    const held = resultWith({ error: { code: 'bundlesMissing', message: '' } });
    expect(held.catalogs).toEqual([]);
    expect(held.images).toHaveLength(whole.images.length - 1);
  });

  it('is all that several runs brought, each image once', () => {
    const same = mergedPlan('disk', whole, [whole]);
    expect(same.images).toEqual(whole.images);
    expect(same.catalogs).toHaveLength(2);
    expect(same).toMatchObject({ name: 'disk', naming: 'oc', collisions: whole.collisions });
    expect(mergedPlan('disk', whole, [])).toBe(whole);
  });
});
