import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { status } from '../../support/faults.ts';
import { type Put, type ServedCatalog, serveCatalog } from '../../support/mirrorCatalog.ts';
import { CommandLine } from './copyHarness.ts';

let source: FakeRegistry;
let destination: FakeRegistry;
let line: CommandLine;
beforeEach(async () => {
  [source, destination] = await Promise.all([FakeRegistry.start(), FakeRegistry.start()]);
  line = new CommandLine();
});
afterEach(async () => {
  line.remove();
  await Promise.all([source.stop(), destination.stop()]);
});

const put: Put = (repository, tag, image) => source.add(repository, tag, image);
const to = () => `docker://${destination.host}/m`;

/** Plans a catalog, and gives what runs a shard of it. */
async function planned(without: readonly string[] = []) {
  const served = await serveCatalog(source.host, put, without);
  await line.run('plan', served.index, to(), '-o', line.path('plan.json'));
  return served;
}

async function mirror(...argv: string[]) {
  const given = ['--plan', line.path('plan.json'), '--dir', line.folder, '--retry-times=0', ...argv];
  const { code, stdout, stderr } = await line.run('mirror', ...given, '--format', 'json');
  return { code, stderr, run: stdout === '' ? undefined : JSON.parse(stdout) };
}

const manifestFolders = () => readdirSync(line.folder).filter((name) => name.startsWith('manifests-'));
const wrote = (path: string) =>
  destination.log.filter((entry) => entry.startsWith('PUT ') && entry.includes(path));

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
    expect(readdirSync(line.path('mirror-runs'))).toHaveLength(2);
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

  it('does not take an image for one of the others that has the same tag', async () => {
    const { indexImage } = await planned();
    const { images } = JSON.parse(readFileSync(line.path('plan.json'), 'utf8'));
    for (const { repository, tag } of images.map(placeOf)) destination.add(repository, tag, indexImage);
    const { code, run } = await mirror('--shard=1/2');
    expect(code).toBe(0);
    expect(run).toMatchObject({ failed: 0, catalogs: [], awaited: 6 - run.images.length });
  });

  it('ends with 1 where it cannot see what the others have brought, as it may be the last', async () => {
    await planned();
    const { run: first } = await mirror('--shard=2/2');
    const { repository } = placeOf(first.images[0]);
    destination.inject(status(500), { method: 'HEAD', path: new RegExp(`/${repository}/manifests/`) });
    const blind = await mirror('--shard=1/2');
    expect(blind).toMatchObject({ code: 1, run: { failed: 0, stopped: 0, catalogs: [], manifests: null } });
    expect(blind.stderr).toContain(
      'shard 1/2: what other shards brought cannot be seen, so run this again: ',
    );
    destination.heal();
    expect(await mirror('--shard=1/2')).toMatchObject({ code: 0, run: { catalogs: [{ dropped: [] }] } });
  });

  it.each(['0/3', '4/3', 'x'])('refuses %s before it asks anybody', async (shard) => {
    await planned();
    source.clear();
    expect(await mirror('--shard', shard)).toEqual({
      code: 2,
      run: undefined,
      stderr: `operator-mirror mirror: --shard ${shard} names no shard; number the machines from 1 to their count: 1/3, 2/3 and 3/3\n`,
    });
    expect([...source.log, ...destination.log]).toEqual([]);
  });
});
