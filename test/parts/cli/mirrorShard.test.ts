import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { status } from '../../support/faults.ts';
import { type ServedCatalog, serveCatalog } from '../../support/mirrorCatalog.ts';
import { mirrorLab } from './mirrorHarness.ts';

const lab = mirrorLab();
const { put, to } = lab;

/** Plans a catalog, and gives what runs a shard of it. */
async function planned(without: readonly string[] = []) {
  const served = await serveCatalog(lab.source.host, put, without);
  await lab.line.run('plan', served.index, to(), '-o', lab.line.path('plan.json'));
  return served;
}

async function mirror(...argv: string[]) {
  const given = ['--plan', lab.line.path('plan.json'), '--dir', lab.line.folder, '--retry-times=0', ...argv];
  const { code, stdout, stderr } = await lab.line.run('mirror', ...given, '--format', 'json');
  return { code, stderr, run: stdout === '' ? undefined : JSON.parse(stdout) };
}

const manifestFolders = () => readdirSync(lab.line.folder).filter((name) => name.startsWith('manifests-'));
const wrote = (path: string) =>
  lab.destination.log.filter((entry) => entry.startsWith('PUT ') && entry.includes(path));

/** Where an image of a plan or a report goes. */
function placeOf({ destination: reference }: { readonly destination: string }) {
  const [, repository = '', tag = ''] = /^[^/]+\/(.+):([^:/]+)$/.exec(reference) ?? [];
  return { repository, tag };
}

/** Of two shards the one that does not bring an image. */
async function shardsBy({ images }: ServedCatalog, repository: string) {
  const { reference } = images.get(repository) ?? expect.unreachable();
  const first = await mirror('--shard=1/2');
  const has = first.run.images.some(({ source: name }: { source: string }) => name === reference);
  return { first, own: has ? '1/2' : '2/2', other: has ? '2/2' : '1/2' };
}

describe('mirror --shard', () => {
  it('brings its part, says what is not there yet, and the last one writes the catalog', async () => {
    await planned();
    const first = await mirror('--shard', '1/2');
    const { length: part } = first.run.images;
    expect(part).toBeGreaterThan(0);
    expect(first).toMatchObject({
      code: 0,
      run: { copied: part, stopped: 0, failed: 0, catalogs: [], manifests: null, awaited: 6 - part },
      stderr: `operator-mirror mirror: shard 1/2: ${6 - part} images of other shards are not there yet; the shard that ends last writes the catalog\n`,
    });
    expect(manifestFolders()).toEqual([]);
    expect(wrote('/ns-index/manifests/')).toEqual([]);
    const last = await mirror('--shard', '2/2');
    expect(last).toMatchObject({
      code: 0,
      stderr: '',
      run: { copied: 6 - part + 1, skipped: part, catalogs: [{ dropped: [] }] },
    });
    expect(last.run).not.toHaveProperty('awaited');
    expect(manifestFolders()).toHaveLength(1);
    expect(wrote('/ns-index/manifests/v1')).toHaveLength(1);
    // Each with a state of its own.
    expect(readdirSync(lab.line.path('mirror-runs'))).toHaveLength(2);
  });

  it('writes no catalog while an image of its own fails, and without --shard the run ends', async () => {
    const served = await planned(['logging/collector']);
    const { own, other } = await shardsBy(served, 'logging/collector');
    await mirror('--shard', other);
    const failing = await mirror('--shard', own);
    expect(failing).toMatchObject({ code: 1, run: { failed: 1, awaited: 0, manifests: null } });
    expect(failing.stderr).toContain(
      `shard ${own}: without all of its images no shard writes the catalog; run this again or, where they cannot be had, once without --shard\n`,
    );
    const waiting = await mirror('--shard', other);
    expect(waiting).toMatchObject({ code: 0, run: { failed: 0, awaited: 1, manifests: null } });
    expect(waiting.stderr).toContain('1 image of other shards is not there yet');
    expect(wrote('/ns-index/manifests/')).toEqual([]);
    const whole = await mirror();
    expect(whole).toMatchObject({ code: 1, run: { copied: 1, skipped: 5, failed: 1 } });
    expect(whole.run.catalogs[0].dropped).toMatchObject([{ name: 'logging.v2.0.0' }]);
    expect(manifestFolders()).toHaveLength(1);
  });

  it('tries one of its failed images by itself, whatever the others have done', async () => {
    const served = await planned(['logging/collector', 'search/operator']);
    const { own } = await shardsBy(served, 'logging/collector');
    const before = await mirror('--shard', own);
    const { reference, image } = served.images.get('logging/collector') ?? expect.unreachable();
    const elsewhere = [...served.images.values()].find(
      ({ reference: name }) => !before.run.images.some(({ source }: { source: string }) => source === name),
    );
    const refused = await mirror('--shard', own, '--only', elsewhere?.reference ?? expect.unreachable());
    expect(refused).toMatchObject({ code: 2, run: undefined });
    expect(refused.stderr).toContain('is no image of the run of');

    await put('logging/collector', undefined, image);
    lab.source.clear();
    const { run } = await mirror('--shard', own, '--only', reference);
    const { copied, skipped, failed } = before.run;
    expect(run).toMatchObject({ copied: 1, skipped: copied + skipped, failed: failed - 1, stopped: 0 });
    expect(lab.source.log.filter((entry) => entry.includes('/v2/search/'))).toEqual([]);
  });

  it('does not take an image for one of the others that has the same tag', async () => {
    const { indexImage } = await planned();
    const { images } = JSON.parse(readFileSync(lab.line.path('plan.json'), 'utf8'));
    for (const { repository, tag } of images.map(placeOf)) lab.destination.add(repository, tag, indexImage);
    const { code, run } = await mirror('--shard=1/2');
    expect(code).toBe(0);
    expect(run).toMatchObject({ failed: 0, catalogs: [], awaited: 6 - run.images.length });
  });

  it('ends with 1 where it cannot see what the others have brought, as it may be the last', async () => {
    await planned();
    const { run: first } = await mirror('--shard=2/2');
    const { repository } = placeOf(first.images[0]);
    lab.destination.inject(status(500), { method: 'HEAD', path: new RegExp(`/${repository}/manifests/`) });
    const blind = await mirror('--shard=1/2');
    expect(blind).toMatchObject({ code: 1, run: { failed: 0, stopped: 0, catalogs: [], manifests: null } });
    expect(blind.stderr).toContain(
      'shard 1/2: what other shards brought cannot be seen, so run this again: ',
    );
    lab.destination.heal();
    expect(await mirror('--shard=1/2')).toMatchObject({ code: 0, run: { catalogs: [{ dropped: [] }] } });
  });

  it.each(['0/3', '4/3', 'x'])('refuses %s before it asks anybody', async (shard) => {
    await planned();
    lab.source.clear();
    expect(await mirror('--shard', shard)).toEqual({
      code: 2,
      run: undefined,
      stderr: `operator-mirror mirror: --shard ${shard} names no shard; number the machines from 1 to their count: 1/3, 2/3 and 3/3\n`,
    });
    expect([...lab.source.log, ...lab.destination.log]).toEqual([]);
  });
});
