import { describe, expect, it } from 'vitest';
import { compareApplyOrder } from '../../../server/src/pulls/applyOrder.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { namedSet, snapshotOf } from '../../support/mirrorSets.ts';

it('is the order in which a walk through the folders meets the files', () => {
  // As `find`-like walks with sorted names meet them: a folder stands where its own name does.
  const walked = ['/w/A.yaml', '/w/a/b.yaml', '/w/a/z/c.yaml', '/w/a-b.yaml', '/w/a.yaml', '/w/b/a.yaml'];
  expect(walked.toReversed().sort(compareApplyOrder)).toEqual(walked);
});

describe('a snapshot as it is applied', () => {
  it('is itself where no object stands in it twice', () => {
    const snapshot = snapshotOf(
      namedSet('IDMS', 'a', 'q.io/a <- m/a'),
      namedSet('ITMS', 'a', 'q.io/a <- m/a'),
    );
    expect(snapshot.asApplied).toBe(snapshot);
  });

  it('has what is left, whatever was in it before', () => {
    const first = snapshotOf(namedSet('IDMS', 'x', 'q.io/a <- m.local/a'));
    expect([...first.mirrorSets.registries.keys()]).toEqual(['q.io/a']);
    const [, file] = snapshotOf('', namedSet('IDMS', 'x', 'q.io/b <- m.local/b')).files.values();
    const both = first.with(
      'set1.yaml',
      file?.content ?? { type: 'mapping', mapping: { lines: [] } as never },
    );
    expect([...both.mirrorSets.registries.keys()].sort()).toEqual(['q.io/a', 'q.io/b']);
    expect([...both.asApplied.mirrorSets.registries.keys()]).toEqual(['q.io/b']);
    expect([...both.without('set1.yaml').asApplied.mirrorSets.registries.keys()]).toEqual(['q.io/a']);
    expect(new Snapshot().asApplied.files.size).toBe(0);
  });

  it.each([
    ['overlays/dev/a.yaml', 'overlays/prod/a.yaml', 0],
    ['gitops/clusters/north/mirrors/a.yaml', 'gitops/clusters/south/mirrors/a.yaml', 0],
    ['overlays/prod/a.yaml', 'overlays/prod/b.yaml', 1],
    ['release/a.yaml', 'vendor/a.yaml', 1],
  ])('is for one cluster: %s and %s', (one, other, shared) => {
    const [a, b] = [
      ...snapshotOf(
        namedSet('IDMS', 'x', 'q.io/a <- m/a'),
        namedSet('IDMS', 'x', 'q.io/a <- n/a'),
      ).files.values(),
    ];
    const snapshot = [a, b].reduce(
      (files, file, at) => (file === undefined ? files : files.with(at === 0 ? one : other, file.content)),
      new Snapshot(),
    );
    expect(snapshot.sharedObjects).toHaveLength(shared);
  });
});
