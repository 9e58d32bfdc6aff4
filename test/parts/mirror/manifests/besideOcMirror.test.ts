import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryOf } from '../../../../server/src/documents/imageReference.ts';
import { mountRepository } from '../../../../server/src/documents/naming.ts';
import { manifestFiles } from '../../../../server/src/mirror/manifests/manifestFiles.ts';
import { provenImages } from '../../../../server/src/mirror/manifests/provenPulls.ts';
import type { MirrorPlan } from '../../../../server/src/mirror/plan/mirrorPlan.ts';
import type { MirrorResult } from '../../../../server/src/mirror/run/mirrorResult.ts';
import { defaultSettings } from '../../../../server/src/workspace/settings.ts';
import type { Snapshot } from '../../../../server/src/workspace/snapshot.ts';
import { trace } from '../../../../server/src/workspace/trace.ts';
import { imageSetPlan } from '../../../support/imageSetPlans.ts';
import { findingsInFiles, snapshotOfFiles } from '../../../support/mirrorResults.ts';
import { imageOf } from '../../../support/mirrorSets.ts';

/*
 * What oc-mirror v2 left in a registry, and the files that it wrote for the cluster, beside those that are written here for the same
 * images: by trace, image by image.
 */

interface Run {
  readonly name: string;
  readonly imageSet: string;
  readonly destination: string;
  readonly maxNestedPaths: number;
  /** Digests by repository and tag. */
  readonly registry: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The files for the cluster by their names. */
  readonly resources: Readonly<Record<string, string>>;
}

const runs: readonly Run[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/manifests/oc-mirror-runs.json'), 'utf8'),
);

const settings = { ...defaultSettings, cluster: { ...defaultSettings.cluster, version: '4.18' } };

/** What the run would have proved: an image is there if the registry has it. */
function resultOfRun({ imageSet, destination, maxNestedPaths, registry }: Run): MirrorResult {
  const planned = imageSetPlan(imageSet, destination);
  const moved = (place: string) => nested(place, maxNestedPaths);
  const plan: MirrorPlan = {
    ...planned,
    images: planned.images.map((image) => ({ ...image, destination: moved(image.destination) })),
    catalogs: planned.catalogs.map((catalog) => ({ ...catalog, destination: moved(catalog.destination) })),
  };
  const digestAt = (place: string) => {
    const reference = imageOf(place);
    return registry[repositoryOf(reference)]?.[reference.tag ?? ''];
  };
  return {
    version: 1,
    plan,
    started: '2026-11-28T18:13:34Z',
    finished: '2026-11-28T18:13:34Z',
    images: plan.images.map((image) => {
      const digest = digestAt(image.destination);
      return digest === undefined ? { result: 'failed' } : { result: 'copied', digest };
    }),
    catalogs: plan.catalogs.map((catalog) => ({ digest: digestAt(catalog.destination), dropped: [] })),
  };
}

/** The name that `--max-nested-paths` gives. */
function nested(destination: string, most: number): string {
  const { registry, repository, tag = '' } = imageOf(destination);
  return `${registry}/${mountRepository('', repository, most)}:${tag}`;
}

/** For the mirrors that a node asks for an image, in their order, whether they have it. */
function answers(snapshot: Snapshot, image: string, { registry }: Run): boolean[] {
  const { endpoints } = trace({ snapshot, settings }, imageOf(image));
  return endpoints
    .filter(({ from }) => from === 'mirror')
    .map(({ reference }) => {
      const { tag, digest } = reference;
      const tags = registry[repositoryOf(reference)] ?? {};
      return digest === undefined ? tags[tag ?? ''] !== undefined : Object.values(tags).includes(digest);
    });
}

/** True where the first mirror has it. */
function arrives(snapshot: Snapshot, image: string, run: Run): boolean {
  return answers(snapshot, image, run)[0] === true;
}

/** True where any mirror has it. */
function reaches(snapshot: Snapshot, image: string, run: Run): boolean {
  return answers(snapshot, image, run).includes(true);
}

describe.each(runs)('the files for the images of $name', (run) => {
  const result = resultOfRun(run);
  const files = manifestFiles(result, { clusterVersion: '4.18' });
  const ours = snapshotOfFiles(files);
  const theirs = snapshotOfFiles(Object.entries(run.resources).map(([name, text]) => ({ name, text })));
  const images = provenImages(result)
    .filter(({ image }) => image.role !== 'catalog')
    .map(({ image }) => image.source);

  it('bring each of them to pods', () => {
    expect(images.length).toBeGreaterThan(0);
    expect(images.filter((image) => !arrives(ours, image, run))).toEqual([]);
  });

  it('redirect what those redirect', () => {
    const all = result.plan.images.map(({ source }) => source);
    const redirected = all.filter((image) => arrives(theirs, image, run));
    expect(redirected.length).toBeGreaterThan(0);
    expect(redirected.filter((image) => !arrives(ours, image, run))).toEqual([]);
  });

  it('offer the same catalogs from the same places', () => {
    const imagesIn = (texts: readonly string[]) =>
      texts
        .flatMap((text) =>
          [...text.matchAll(/^ +(image|ref): (\S+)$/gm)].map(([, key, image]) => `${key} ${image}`),
        )
        .sort();
    const own = files.filter(({ name }) => name.startsWith('c')).map(({ text }) => text);
    const other = Object.entries(run.resources).flatMap(([name, text]) =>
      name.startsWith('c') ? [text] : [],
    );
    expect(imagesIn(own)).toEqual(imagesIn(other));
  });

  it('are silent under check', () => {
    expect(findingsInFiles(files, '4.18')).toEqual([]);
  });
});

// Each run after another one, which left its sets on the cluster.
const pairs = runs.map((run, index) => ({ run, earlier: runs.at(index - 1) ?? run }));

describe.each(pairs)('the files for $run.name, merged into those of $earlier.name', ({ run, earlier }) => {
  const sets = Object.entries(earlier.resources).filter(([name]) => name.startsWith('i'));
  const merge = sets.map(([, text]) => text).join('');
  const files = manifestFiles(resultOfRun(run), { clusterVersion: '4.18', merge });
  const cluster = snapshotOfFiles(files);

  it('bring the images of both to pods', () => {
    const there = snapshotOfFiles([{ name: 'sets.yaml', text: merge }]);
    const reached = provenImages(resultOfRun(earlier))
      .map(({ image }) => image.source)
      .filter((image) => reaches(there, image, earlier));
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.filter((image) => !reaches(cluster, image, earlier))).toEqual([]);
    const images = provenImages(resultOfRun(run)).filter(({ image }) => image.role !== 'catalog');
    expect(images.filter(({ image }) => !reaches(cluster, image.source, run))).toEqual([]);
  });

  it('keep each line that was there, and add none that check has something to say of', () => {
    const merged = files.find(({ name }) => name === 'mirrorSets.yaml')?.text ?? '';
    const lines = merged.split('\n');
    let at = 0;
    const kept = merge.split('\n').filter((line) => {
      at = lines.indexOf(line, at) + 1;
      return at > 0;
    });
    expect(kept).toEqual(merge.split('\n'));
    const withoutLines = (finding: string) => finding.replaceAll(/line \d+/g, 'line');
    const before = findingsInFiles([{ name: 'mirrorSets.yaml', text: merge }], '4.18').map(withoutLines);
    const after = findingsInFiles(files, '4.18').map(withoutLines);
    expect(after.filter((finding) => !before.includes(finding))).toEqual([]);
  });
});
