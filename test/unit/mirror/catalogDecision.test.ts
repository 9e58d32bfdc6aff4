import { describe, expect, it } from 'vitest';
import type { PlannedCatalog } from '../../../server/src/mirror/plan/mirrorPlan.ts';
import { decideCatalog, type Incomplete } from '../../../server/src/mirror/run/catalogDecision.ts';

const bundle = (name: string, ...images: string[]) => ({ name, package: 'app', images });
const catalog: PlannedCatalog = {
  source: 'q/index:v1',
  image: 'q/index:v1',
  digest: '',
  destination: 'r/index:v1',
  bundles: [bundle('app.v1', 'q/a:v1', 'q/b:v1'), bundle('app.v2', 'q/b:v1', 'q/c:v1'), bundle('app.v3')],
};
const decide = (incomplete: Incomplete, ...missing: string[]) =>
  decideCatalog(catalog, (source) => !missing.includes(source), incomplete);
const v2 = { package: 'app', name: 'app.v2', missing: ['q/c:v1'] };

describe('a catalog', () => {
  it.each(['drop', 'keep', 'fail'] as const)('is written whole where nothing is missing (%s)', (way) => {
    expect(decide(way)).toEqual({ offered: catalog.bundles, isWhole: true, dropped: [] });
  });

  it('is written without the bundles of which an image is missing', () => {
    const { offered, ...decision } = decide('drop', 'q/c:v1');
    expect(offered?.map(({ name }) => name)).toEqual(['app.v1', 'app.v3']);
    expect(decision).toEqual({ isWhole: false, dropped: [v2] });
    expect(decide('drop', 'q/a:v1', 'q/b:v1').dropped).toMatchObject([
      { name: 'app.v1', missing: ['q/a:v1', 'q/b:v1'] },
      { name: 'app.v2', missing: ['q/b:v1'] },
    ]);
  });

  it('is written all the same where somebody keeps what is incomplete', () => {
    expect(decide('keep', 'q/c:v1')).toEqual({ offered: catalog.bundles, isWhole: true, dropped: [] });
  });

  it('is not written where somebody wants all of it', () => {
    expect(decide('fail', 'q/c:v1')).toMatchObject({ offered: undefined, dropped: [v2] });
    expect(decide('fail', 'q/c:v1').error?.message).toBe(
      'q/index:v1 was not written: images of 1 bundle are missing',
    );
  });

  it('is not written without any bundle', () => {
    const bundles = catalog.bundles.slice(0, 2);
    const none = decideCatalog({ ...catalog, bundles }, () => false, 'drop');
    expect(none).toMatchObject({ offered: undefined, error: { code: 'bundlesMissing' } });
  });
});
