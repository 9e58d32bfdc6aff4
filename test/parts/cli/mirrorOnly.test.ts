import { expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { SeenRuns } from '../../../server/src/lsp/seenRuns.ts';
import type { Reply } from '../../support/fakeServer.ts';
import { serveCatalog } from '../../support/mirrorCatalog.ts';
import { mirrorLab } from './mirrorHarness.ts';

const lab = mirrorLab();
const { put, to } = lab;

const mirror = async (...argv: string[]) => {
  const given = ['mirror', ...argv, '--dir', lab.line.folder, '--retry-times', '0', '--format', 'json'];
  const { stdout, ...others } = await lab.line.run(...given);
  return { ...others, run: stdout === '' ? undefined : JSON.parse(stdout) };
};
const seenRun = async () => {
  const runs = new SeenRuns();
  await runs.find({ folders: [lab.line.folder], others: [], isTrusted: true });
  await runs.look();
  return runs.all[0]?.record;
};
const asked = (repository: string) => lab.source.log.filter((entry) => entry.includes(`/v2/${repository}/`));

/** A run that could not bring two images, which the source has by now. */
async function runWithTwoFailures() {
  const missing = ['search/operator', 'logging/collector'];
  const { index, images } = await serveCatalog(lab.source.host, put, missing);
  const first = await mirror(index, to());
  expect(first).toMatchObject({ code: 1, run: { copied: 5, failed: 2 } });
  const [search, collector] = missing.map((name) => images.get(name));
  if (search === undefined || collector === undefined) throw new Error('the catalog has other images');
  await put('search/operator', 'v1', search.image);
  await put('logging/collector', undefined, collector.image);
  lab.source.clear();
  return { index, search: search.reference, collector: collector.reference, first: first.run };
}

it('brings one image of those that failed, and leaves the others as they were', async () => {
  const { index, search, collector, first } = await runWithTwoFailures();
  const { code, run } = await mirror(index, to(), '--only', collector);
  expect(code).toBe(1);
  // With it the catalog, which offers one bundle more now.
  expect(run).toMatchObject({ copied: 2, skipped: 4, failed: 1, stopped: 0 });
  expect(run.catalogs[0].dropped).toEqual([{ package: 'search', name: 'search.v1.0.0', missing: [search] }]);
  const errorOf = ({ images }: typeof run) =>
    images.find(({ source: name }: { source: string }) => name === search).error;
  expect(errorOf(run)).toBe(errorOf(first));
  expect(asked('search/operator')).toEqual([]);

  const record = await seenRun();
  expect(record).toMatchObject({ failed: 1, causes: [{ count: 1, images: [{ source: search }] }] });
  expect(record?.arguments).not.toContain('--only');
  const last = await mirror(index, to());
  expect(last).toMatchObject({ code: 0, run: { copied: 2, skipped: 5, failed: 0 } });
});

it('takes several, by their destinations too', async () => {
  const { index, search, first } = await runWithTwoFailures();
  const { destination: second } = first.images.find(({ source: name }: { source: string }) =>
    name.includes('/logging/collector'),
  );
  const { code, run } = await mirror(index, to(), '--only', search, '--only', second);
  expect(code).toBe(0);
  expect(run).toMatchObject({ copied: 3, skipped: 4, failed: 0 });
});

it('fails with what it fails with now, where it still cannot be had', async () => {
  const { index, collector } = await runWithTwoFailures();
  lab.source.inject(() => ({ status: 403 }), { path: /logging\/collector/ });
  const { code, run } = await mirror(index, to(), '--only', collector);
  expect(code).toBe(1);
  expect(run).toMatchObject({ copied: 0, skipped: 5, failed: 2 });
  expect((await seenRun())?.causes.map(({ count }) => count)).toEqual([1, 1]);
});

it('asks for the others where the destination has lost what it had', async () => {
  const { index, search, collector } = await runWithTwoFailures();
  lab.destination.lose();
  const { run, stderr } = await mirror(index, to(), '--only', collector);
  expect(stderr).toContain('is not there any more, so the destination is asked for all images');
  expect(run).toMatchObject({ copied: 6, failed: 1 });
  expect(run.catalogs[0].dropped).toMatchObject([{ missing: [search] }]);
});

it('says that it goes by the plan that was run, where the file is another one by now', async () => {
  const { index, collector } = await runWithTwoFailures();
  const { run, stderr } = await mirror(index, to(), '--only', collector, '--packages', 'logging');
  expect(stderr).toMatch(/--only goes by the plan of \d{4}-/);
  expect(run).toMatchObject({ copied: 2, skipped: 4, failed: 1 });
});

it('is refused, and leaves no trace, where there is nothing that it could go by', async () => {
  const { index } = await serveCatalog(lab.source.host, put, ['search/operator']);
  const only = async (...argv: string[]) => {
    const { code, stderr } = await mirror(index, to(), ...argv);
    return `${code} ${stderr}`;
  };
  expect(await only('--only', 'q/a:v1')).toMatch(
    /^2 operator-mirror mirror: no run of this command has left a plan in .*; run the same command without --only\n$/,
  );
  await mirror(index, to());
  const before = await seenRun();
  expect(await only('--only', 'q/a:v1')).toMatch(
    /^2 operator-mirror mirror: q\/a:v1 is no image of the run of 2.*; name a source or a destination/,
  );
  expect(await only('--only', index, '--replan')).toMatch(/^2 .*; give one of them\n$/);
  expect(await seenRun()).toEqual(before);
});

it('is refused where a run has not tried all of its images', async () => {
  const { index } = await serveCatalog(lab.source.host, put, ['search/operator']);
  const stop = (right: () => Promise<Reply>) => {
    lab.line.stop.abort(new UserError('cancelled', 'stopped by SIGINT'));
    return right();
  };
  lab.destination.inject(stop, { method: 'PUT', path: /logging-operator\/manifests/ });
  await mirror(index, to());
  lab.destination.heal();
  lab.line.stop = new AbortController();
  const { code, stderr } = await mirror(index, to(), '--only', `${lab.source.host}/search/operator:v1`);
  expect(code).toBe(2);
  expect(stderr).toMatch(/did not get to all of its images; run the same command without --only: it goes on/);
});
