import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { SeenRuns } from '../../../server/src/lsp/seenRuns.ts';
import type { Reply } from '../../support/fakeServer.ts';
import { testImage } from '../../support/images.ts';
import { packageText } from '../../support/indexImages.ts';
import { serveCatalog } from '../../support/mirrorCatalog.ts';
import { writeLayout } from '../../support/ociLayout.ts';
import { mirrorLab } from './mirrorHarness.ts';

const lab = mirrorLab();
const { put, to } = lab;

const mirror = (...argv: string[]) => lab.line.run('mirror', ...argv, '--dir', lab.line.folder);
const json = async (...argv: string[]) => {
  const { stdout, ...others } = await mirror(...argv, '--format', 'json');
  return { ...others, run: JSON.parse(stdout) };
};

describe('mirror', () => {
  it('brings a catalog with all that its bundles need, the catalog last, and writes a report', async () => {
    const { index, indexImage, images } = await serveCatalog(lab.source.host, put);
    const { code, run, stderr } = await json(index, to());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(run).toMatchObject({ copied: 7, skipped: 0, failed: 0, stopped: 0 });
    expect(run.images).toHaveLength(7);
    expect(run.catalogs).toEqual([
      {
        image: index,
        destination: `${lab.destination.host}/m/ns-index:v1`,
        digest: indexImage.manifest.digest,
        dropped: [],
      },
    ]);
    const writes = lab.destination.log.filter((entry) => /^PUT .*manifests/.test(entry));
    expect(writes.at(-1)).toContain('/v2/m/ns-index/manifests/v1');
    const report = JSON.parse(readFileSync(join(run.manifests, 'report.json'), 'utf8'));
    expect(report.images).toHaveLength(7);
    expect(images.size).toBe(6);
  });

  it('writes the files for the cluster as it is told, and says what applying them does', async () => {
    const { index } = await serveCatalog(lab.source.host, put);
    const { code, stdout } = await mirror(index, to(), '--secret', 'pull', '--cluster-version', '4.12');
    expect(code).toBe(0);
    const folder = /The report is in (.*)\.\n/.exec(stdout)?.[1] ?? '';
    expect(readFileSync(join(folder, 'catalogSource.yaml'), 'utf8')).toContain('  secrets:\n  - pull\n');
    expect(stdout).toContain('Every node of the pools');
    expect(stdout).toContain(` -f ${join(folder, 'machineConfig.yaml')}\n`);
    const again = await lab.line.run('manifests', folder, '--secret', 'pull', '--cluster-version', '4.12');
    expect(again.stdout).not.toMatch(/^(?:written|left|removed)/m);
  });

  it('tells whoever follows its progress where the files for the cluster are', async () => {
    const { index } = await serveCatalog(lab.source.host, put);
    const file = lab.line.path('progress.jsonl');
    const { run } = await json(index, to(), '--progress-file', file);
    const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      event: 'end',
      copied: 7,
      skipped: 0,
      failed: 0,
      manifests: run.manifests,
    });
  });

  it('leaves beside its journal what a view of runs shows: how it was called, what failed, what comes next', async () => {
    const { index } = await serveCatalog(lab.source.host, put, ['search/operator']);
    const { run } = await json(index, to(), '--progress', 'none', '--retry-times', '0');
    const runs = new SeenRuns();
    await runs.find({ folders: [lab.line.folder], others: [], isTrusted: true });
    await runs.look();
    const [seen] = runs.all;
    expect(seen?.record).toMatchObject({
      command: 'mirror',
      arguments: [index, to(), '--retry-times', '0', '--format', 'json', '--dir', lab.line.folder],
      folder: process.cwd(),
      planned: { images: 7, destination: to() },
      failed: 1,
      causes: [{ message: `${lab.source.host}/search/operator:v1 is not there`, count: 1 }],
      catalogs: [{ image: index, droppedBundles: 1, dropped: [{ name: 'search.v1.0.0' }] }],
      end: { isComplete: false, manifests: run.manifests, sets: expect.any(Array), bytes: run.bytes },
    });
    expect(seen?.record.causes[0]?.images[0]).toMatchObject({ side: 'source', nextStep: expect.any(String) });
    expect(seen).toMatchObject({ isAlive: false, areManifestsHere: true, progress: { done: 7 } });
    const { sets = [], offers = [] } = seen?.record.end ?? {};
    for (const name of [...sets, ...offers]) expect(existsSync(join(run.manifests, name)), name).toBe(true);
  });

  it('refuses bad options before it asks anybody', async () => {
    const { code, stderr } = await mirror(`${lab.source.host}/ns/index:v1`, to(), '--secret', 'Not/One');
    expect([code, stderr]).toEqual([
      2,
      'operator-mirror mirror: --secret Not/One is no name of a secret; name a secret in openshift-marketplace\n',
    ]);
    expect(lab.source.log).toEqual([]);
  });

  it('asks nobody again for what an earlier run of the same command brought', async () => {
    const { index } = await serveCatalog(lab.source.host, put);
    await mirror(index, to());
    lab.destination.clear();
    const { code, run } = await json(index, to());
    expect(code).toBe(0);
    expect(run).toMatchObject({ copied: 0, skipped: 7, bytes: 0 });
    // Each of these few images is looked at once, and the manifest of the catalog by its content too.
    const asked = lab.destination.log.filter((entry) => !entry.endsWith(' /v2/'));
    expect(asked.every((entry) => entry.startsWith('HEAD '))).toBe(true);
    expect(asked).toHaveLength(7);
  });

  it('writes no byte where images would be written over each other', async () => {
    const { host } = lab.source;
    put('edge/tools-cli', 'v1', testImage({ seed: 'one' }));
    put('edge-tools/cli', 'v1', testImage({ seed: 'another' }));
    const catalog = [`${host}/edge/tools-cli:v1`, `${host}/edge-tools/cli:v1`].map((image, at) =>
      packageText(`p${at}`).replace(/quay.io[^"]*/, image),
    );
    lab.line.write('fbc/catalog.yaml', catalog.join('\n---\n'));
    const { code, stderr } = await mirror(lab.line.path('fbc'), to(), '--as', `${host}/ns/index:v1`);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `${lab.destination.host}/m/edge-tools-cli:v1 would be written by several images`,
    );
    expect(lab.destination.log).toEqual([]);
    expect(existsSync(lab.line.path('mirror-runs'))).toBe(false);
  });

  it('asks for all images again where the destination has lost one', async () => {
    const { index } = await serveCatalog(lab.source.host, put);
    await mirror(index, to());
    lab.destination.lose();
    const { code, run, stderr } = await json(index, to());
    expect(stderr).toContain('is not there any more, so the destination is asked for all images');
    expect(code).toBe(0);
    expect(run).toMatchObject({ copied: 7, skipped: 0 });
  });

  it('runs a kept plan: what was planned is copied, also where a tag has moved', async () => {
    const { index, images } = await serveCatalog(lab.source.host, put);
    await lab.line.run('plan', index, to(), '-o', lab.line.path('plan.json'));
    put('search/operator', 'v1', testImage({ seed: 'moved' }));
    const { code, run } = await json('--plan', lab.line.path('plan.json'));
    expect(code).toBe(0);
    const planned = images.get('search/operator')?.image.manifest.digest;
    expect(run.images).toContainEqual({
      source: `${lab.source.host}/search/operator:v1`,
      digest: planned,
      destination: `${lab.destination.host}/m/search-operator:v1`,
      result: 'copied',
    });
  });

  it('leaves bundles out of the catalog whose images are missing, says so, and ends with 1', async () => {
    const { index, images } = await serveCatalog(lab.source.host, put, ['logging/collector']);
    const { code, run, stderr } = await json(index, to());
    expect(code).toBe(1);
    expect(run).toMatchObject({ copied: 6, failed: 1 });
    const collector = images.get('logging/collector');
    expect(run.catalogs[0].dropped).toEqual([
      { package: 'logging', name: 'logging.v2.0.0', missing: [collector?.reference] },
    ]);
    expect(stderr).toContain(collector?.reference);
    expect(await offered(run.catalogs[0].destination)).toEqual(['logging.v1.0.0', 'search.v1.0.0']);

    // The image can be had by now, and the next run completes what is there.
    if (collector !== undefined) await put('logging/collector', undefined, collector.image);
    const second = await json(index, to());
    expect(second).toMatchObject({ code: 0, run: { copied: 2, skipped: 5 } });
    expect(await offered(run.catalogs[0].destination)).toHaveLength(3);
  });

  it('keeps the catalog as it is, or writes none, where somebody wants that', async () => {
    const { index, indexImage } = await serveCatalog(lab.source.host, put, ['logging/collector']);
    const kept = await json(index, to('kept'), '--incomplete=keep');
    expect(kept.code).toBe(1);
    expect(kept.run.catalogs[0]).toMatchObject({ digest: indexImage.manifest.digest, dropped: [] });
    const failed = await json(index, to('failed'), '--incomplete=fail');
    expect(failed.code).toBe(1);
    expect(failed.run.catalogs[0]).toMatchObject({ digest: null, dropped: [{ name: 'logging.v2.0.0' }] });
    expect(lab.destination.log.some((entry) => entry.includes('/v2/failed/ns-index/'))).toBe(false);
  });

  it('goes on with its plan after it was stopped, and plans anew after it has come to its end', async () => {
    const { index, images } = await serveCatalog(lab.source.host, put);
    const stop = (right: () => Promise<Reply>) => {
      lab.line.stop.abort(new UserError('cancelled', 'stopped by SIGINT'));
      return right();
    };
    lab.destination.inject(stop, { method: 'PUT', path: /logging-operator\/manifests/ });
    const stopped = await mirror(index, to());
    expect(stopped).toMatchObject({ code: 1 });
    expect(stopped.stderr).toContain('run the same command again: it goes on from there');
    expect(readdirSync(lab.line.folder).filter((name) => name.startsWith('manifests-'))).toEqual([]);

    lab.destination.heal();
    lab.destination.clear();
    put('search/operator', 'v1', testImage({ seed: 'moved' }));
    lab.line.stop = new AbortController();
    const { code, run, stderr } = await json(index, to());
    expect(code).toBe(0);
    expect(stderr).toContain('going on with the run of ');
    expect(run.copied).toBeLessThan(7);
    const digestAt = (one: typeof run) =>
      one.images.find(({ source: name }: { source: string }) => name.includes('/search/operator')).digest;
    const planned = images.get('search/operator')?.image.manifest.digest;
    expect(digestAt(run)).toBe(planned);
    // It has come to its end, so that what is there now counts.
    expect(digestAt((await json(index, to())).run)).not.toBe(planned);
  });

  it('mirrors an ImageSetConfiguration under the names of oc-mirror, with what it selects', async () => {
    const { index } = await serveCatalog(lab.source.host, put);
    lab.line.write(
      'set.yaml',
      `apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: ${index}
    packages:
    - name: logging
  additionalImages:
  - name: ${lab.source.host}/search/operator:v1
`,
    );
    const { code, run, stderr } = await json('-c', lab.line.path('set.yaml'), to());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const destinations = run.images.map((image: { destination: string }) => image.destination);
    expect(destinations).toContain(`${lab.destination.host}/m/search/operator:v1`);
    expect(run.catalogs[0].destination).toBe(`${lab.destination.host}/m/ns/index:v1`);
    expect(await offered(`${lab.destination.host}/m/ns/index:v1`)).toEqual(['logging.v2.0.0']);
  });

  it('brings on what other tools have written into a layout, by the names that it has there', async () => {
    const app = testImage({ seed: 'app' });
    const other = testImage({ seed: 'other' });
    const folder = lab.line.path('theirs');
    writeLayout(folder, [
      { name: 'quay.io/team/app:v1', image: app },
      { name: 'v2', image: other },
    ]);
    const { code, run, stderr } = await json('--from', `oci://${folder}`, to());
    expect(code).toBe(0);
    expect(stderr).toContain('its images go by their names');
    expect(
      run.images.map((image: { destination: string; digest: string }) => [image.destination, image.digest]),
    ).toEqual([
      [`${lab.destination.host}/m/team/app:v1`, app.manifest.digest],
      [`${lab.destination.host}/m/theirs:v2`, other.manifest.digest],
    ]);
    const sets = readFileSync(join(run.manifests, 'imageTagMirrorSet.yaml'), 'utf8');
    expect(sets).toContain('source: quay.io/team/app');
  });

  it('ends with what comes next, for people', async () => {
    const { index } = await serveCatalog(lab.source.host, put);
    const { code, stdout } = await mirror(index, to());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^copied {2}.*→.*$/m);
    expect(stdout).toMatch(/^7 images: 7 copied; /m);
    expect(stdout).toMatch(/oc apply -f .*imageDigestMirrorSet\.yaml/);
    const disk = await mirror(index, `oci://${lab.line.path('disk')}`);
    expect(disk.stdout).toContain(
      `operator-mirror mirror --from oci://${lab.line.path('disk')} docker://HOST/NAMESPACE`,
    );
  });

  it('makes a catalog of some packages, and makes it once', async () => {
    const { index } = await serveCatalog(lab.source.host, put);
    const first = await json(index, to(), '--packages=search');
    expect(first).toMatchObject({ code: 0, stderr: '', run: { copied: 2 } });
    const [{ destination: catalog, digest }] = first.run.catalogs;
    expect(await offered(catalog)).toEqual(['search.v1.0.0']);
    lab.source.clear();
    lab.destination.clear();
    const second = await json(index, to(), '--packages=search');
    expect(second).toMatchObject({ code: 0, run: { copied: 0, skipped: 2, catalogs: [{ digest }] } });
    expect(lab.source.log.filter((entry) => entry.includes('/blobs/'))).toEqual([]);
    expect(
      lab.destination.log.filter((entry) => !entry.startsWith('HEAD') && !entry.endsWith('/v2/')),
    ).toEqual([]);
  });
});

/** The bundles that a catalog offers. */
async function offered(image: string): Promise<string[]> {
  const { stdout } = await lab.line.run('catalog', 'show', image, '--format', 'json');
  return JSON.parse(stdout).bundles.map(({ name }: { name: string }) => name);
}
