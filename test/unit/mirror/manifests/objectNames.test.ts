import { describe, expect, it } from 'vitest';
import { catalogObjectName, mirrorSetName } from '../../../../server/src/mirror/manifests/objectNames.ts';
import { plannedCatalog, planOfLines } from '../../../support/mirrorResults.ts';

const catalog = plannedCatalog('quay.io/a/index:v1', 'reg.example.com/m/a-index:v1');

describe('the name of the mirror sets', () => {
  const plan = planOfLines([], { catalogs: [catalog] });

  it.each([
    ['another destination', { destination: 'docker://reg.example.com/n' }],
    ['another name', { name: 'other' }],
    ['other packages', { catalogs: [{ ...catalog, packages: ['app', 'db'] }] }],
    ['all packages', { catalogs: [{ ...catalog, packages: undefined }] }],
    ['another catalog', { catalogs: [{ ...catalog, image: 'quay.io/b/index:v1' }] }],
  ])('is another one for %s', (_what, change) => {
    expect(mirrorSetName({ ...plan, ...change })).not.toBe(mirrorSetName(plan));
  });

  it('is the same once the catalog has other bundles', () => {
    const later = { ...plan, catalogs: [{ ...catalog, digest: `sha256:${'f'.repeat(64)}`, bundles: [] }] };
    expect(mirrorSetName(later)).toBe(mirrorSetName(plan));
  });

  it('tells mappings apart by what they bring, and not by its versions', () => {
    const mapping = (source: string) => {
      const { images } = planOfLines([`${source} -> reg.example.com/m/x:v1`]);
      return mirrorSetName({
        ...plan,
        catalogs: [],
        images: images.map((image) => ({ ...image, role: 'mapping' })),
      });
    };
    expect(mapping('quay.io/a/app:v1')).toBe(mapping('quay.io/a/app:v2'));
    expect(mapping('quay.io/a/app:v1')).not.toBe(mapping('quay.io/a/db:v1'));
  });

  it.each(['My Operators', '目录', '--', 'a'.repeat(300), 'v4.18_set', '9.x'])('is valid for %s', (name) => {
    const found = mirrorSetName({ ...plan, name });
    expect(found).toMatch(/^[a-z0-9]+(?:-+[a-z0-9]+)*$/);
    expect(`99-worker-${found}-999`.length).toBeLessThanOrEqual(63);
  });
});

describe('the name of a catalog on the cluster', () => {
  it.each([
    ['reg.example.com/m/redhat/redhat-operator-index:v4.18', /^cs-redhat-operator-index-v4-18-[0-9a-f]{8}$/],
    [`reg.example.com:5000/m/${'x'.repeat(80)}:v1`, /^cs-x{51}-[0-9a-f]{8}$/],
    ['reg.example.com/4index:v1', /^cs-4index-v1-[0-9a-f]{8}$/],
    ['reg.example.com/a/__index__:V_1.2', /^cs-index-v-1-2-[0-9a-f]{8}$/],
  ])('begins with a letter and is a label: %s', (destination, expected) => {
    const name = catalogObjectName('cs', destination);
    expect(name).toMatch(expected);
    expect(name.length).toBeLessThanOrEqual(63);
  });

  it('is another one at another place', () => {
    const names = ['reg.example.com/m/index:v1', 'reg.example.com/n/index:v1'].map((place) =>
      catalogObjectName('cc', place),
    );
    expect(new Set(names).size).toBe(2);
  });
});
