import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryOf } from '../../../../server/src/documents/imageReference.ts';
import { canonicalRepository } from '../../../../server/src/documents/pullSpec.ts';
import { manifestFiles } from '../../../../server/src/mirror/manifests/manifestFiles.ts';
import type { MirrorPlan } from '../../../../server/src/mirror/plan/mirrorPlan.ts';
import { defaultSettings } from '../../../../server/src/workspace/settings.ts';
import { trace } from '../../../../server/src/workspace/trace.ts';
import { groundTruth } from '../../../support/groundTruth.ts';
import { entriesIn, findingsInFiles, resultOf, snapshotOfFiles } from '../../../support/mirrorResults.ts';
import { imageOf } from '../../../support/mirrorSets.ts';
import { type OcRun, ocPlan, ocRuns } from '../../../support/ocRuns.ts';

/* The entries by digest that `oc adm catalog mirror` wrote beside each mapping.txt, and those for the same images here. */

const policyOf = ({ mapping }: OcRun) => join(groundTruth, dirname(mapping), 'imageContentSourcePolicy.yaml');
const runs = ocRuns.filter((run) => existsSync(policyOf(run)));

// The entries of `--icsp-scope=registry` send pulls to the root of the mirror, where no image is: all are below a namespace, flattened.
const perRepository = runs.filter(({ mapping }) => !mapping.startsWith('icsp-scope-registry-'));

it.each(perRepository)('the entries by digest of $mapping', (run) => {
  const plan = ocPlan(run);
  const files = manifestFiles(resultOf(plan), { clusterVersion: '4.18' });
  const ours = entriesIn(files.find(({ name }) => name === 'imageDigestMirrorSet.yaml')?.text);
  const theirs = entriesIn(readFileSync(policyOf(run), 'utf8')).flatMap((entry) =>
    withOriginals(entry, plan),
  );
  expect(ours.length).toBeGreaterThan(0);
  expect(ours).toEqual([...new Set(theirs)].sort());
});

// A plan with collisions is not run.
const runnable = runs.filter((run) => ocPlan(run).collisions.length === 0);

it.each(runnable)('check is silent for $mapping, and pods get all images, by tag too', (run) => {
  const plan = ocPlan(run);
  const files = manifestFiles(resultOf(plan), { clusterVersion: '4.18' });
  expect(findingsInFiles(files, '4.18')).toEqual([]);
  const snapshot = snapshotOfFiles(files);
  const elsewhere = plan.images
    .filter(({ role }) => role !== 'catalog')
    .flatMap(({ source, originals = [source], destination }) =>
      originals.filter((image) => {
        const [first] = trace({ snapshot, settings: defaultSettings }, imageOf(image)).endpoints;
        return first === undefined || repositoryOf(first.reference) !== repositoryOf(imageOf(destination));
      }),
    );
  expect(elsewhere).toEqual([]);
});

/** The entries with what pods call the images for a source that is the path of a hop. */
function withOriginals(entry: string, { images }: MirrorPlan): string[] {
  const [source = '', mirrors = ''] = entry.split(' <- ');
  const originals = images.flatMap((image) => {
    const isThis = repositoryOf(imageOf(image.source)) === `file://${source}`;
    const names = isThis ? (image.originals ?? []) : [];
    return names.filter((name) => name.includes('@')).map((name) => canonicalRepository(imageOf(name)));
  });
  return originals.length === 0
    ? [entry]
    : [...new Set(originals)].map((original) => `${original} <- ${mirrors}`);
}
