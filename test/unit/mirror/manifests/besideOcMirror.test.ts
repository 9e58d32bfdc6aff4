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

/** True where the first mirror that a node asks for an image has it. */
function arrives(snapshot: Snapshot, image: string, { registry }: Run): boolean {
  const [first] = trace({ snapshot, settings }, imageOf(image)).endpoints;
  if (first?.from !== 'mirror') return false;
  const { tag, digest } = first.reference;
  const tags = registry[repositoryOf(first.reference)] ?? {};
  return digest === undefined ? tags[tag ?? ''] !== undefined : Object.values(tags).includes(digest);
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
