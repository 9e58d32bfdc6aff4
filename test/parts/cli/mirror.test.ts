import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { testImage } from '../../support/images.ts';
import { packageText } from '../../support/indexImages.ts';
import { type Put, serveCatalog } from '../../support/mirrorCatalog.ts';
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
const mirror = (...argv: string[]) => line.run('mirror', ...argv, '--dir', line.folder);
const json = async (...argv: string[]) => {
  const { stdout, ...others } = await mirror(...argv, '--format', 'json');
  return { ...others, run: JSON.parse(stdout) };
};
const to = (namespace = 'm') => `docker://${destination.host}/${namespace}`;

describe('mirror', () => {
  it('brings a catalog with all that its bundles need, the catalog last, and writes a report', async () => {
    const { index, indexImage, images } = await serveCatalog(source.host, put);
    const { code, run, stderr } = await json(index, to());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(run).toMatchObject({ copied: 7, skipped: 0, failed: 0, stopped: 0 });
    expect(run.images).toHaveLength(7);
    expect(run.catalogs).toEqual([
      {
        image: index,
        destination: `${destination.host}/m/ns-index:v1`,
        digest: indexImage.manifest.digest,
        dropped: [],
      },
    ]);
    const writes = destination.log.filter((entry) => /^PUT .*manifests/.test(entry));
    expect(writes.at(-1)).toContain('/v2/m/ns-index/manifests/v1');
    const report = JSON.parse(readFileSync(join(run.manifests, 'report.json'), 'utf8'));
    expect(report.images).toHaveLength(7);
    expect(images.size).toBe(6);
  });

  it('asks nobody again for what an earlier run of the same command brought', async () => {
    const { index } = await serveCatalog(source.host, put);
    await mirror(index, to());
    destination.clear();
    const { code, run } = await json(index, to());
    expect(code).toBe(0);
    expect(run).toMatchObject({ copied: 0, skipped: 7, bytes: 0 });
    // Each of these few images is looked at once, and the manifest of the catalog by its content too.
    const asked = destination.log.filter((entry) => !entry.endsWith(' /v2/'));
    expect(asked.every((entry) => entry.startsWith('HEAD '))).toBe(true);
    expect(asked).toHaveLength(7);
  });

  it('writes no byte where images would be written over each other', async () => {
    const { host } = source;
    put('edge/tools-cli', 'v1', testImage({ seed: 'one' }));
    put('edge-tools/cli', 'v1', testImage({ seed: 'another' }));
    const catalog = [`${host}/edge/tools-cli:v1`, `${host}/edge-tools/cli:v1`].map((image, at) =>
      packageText(`p${at}`).replace(/quay.io[^"]*/, image),
    );
    line.write('fbc/catalog.yaml', catalog.join('\n---\n'));
    const { code, stderr } = await mirror(line.path('fbc'), to(), '--as', `${host}/ns/index:v1`);
    expect(code).toBe(2);
    expect(stderr).toContain(`${destination.host}/m/edge-tools-cli:v1 would be written by several images`);
    expect(destination.log).toEqual([]);
    expect(existsSync(line.path('mirror-runs'))).toBe(false);
  });

  it('asks for all images again where the destination has lost one', async () => {
    const { index } = await serveCatalog(source.host, put);
    await mirror(index, to());
    destination.lose();
    const { code, run, stderr } = await json(index, to());
    expect(stderr).toContain('is not there any more, so the destination is asked for all images');
    expect(code).toBe(0);
    expect(run).toMatchObject({ copied: 7, skipped: 0 });
  });

  it('runs a kept plan: what was planned is copied, also where a tag has moved', async () => {
    const { index, images } = await serveCatalog(source.host, put);
    await line.run('plan', index, to(), '-o', line.path('plan.json'));
    put('search/operator', 'v1', testImage({ seed: 'moved' }));
    const { code, run } = await json('--plan', line.path('plan.json'));
    expect(code).toBe(0);
    const planned = images.get('search/operator')?.image.manifest.digest;
    expect(run.images).toContainEqual({
      source: `${source.host}/search/operator:v1`,
      digest: planned,
      destination: `${destination.host}/m/search-operator:v1`,
      result: 'copied',
    });
  });

  it('ends with 1 where an image is missing, and says what that takes from the catalog', async () => {
    const { index, images } = await serveCatalog(source.host, put, ['logging/collector']);
    const { code, run, stderr } = await json(index, to());
    expect(code).toBe(1);
    expect(run).toMatchObject({ copied: 5, failed: 2 });
    const collector = images.get('logging/collector')?.reference;
    expect(run.catalogs[0].dropped).toEqual([
      { package: 'logging', name: 'logging.v2.0.0', missing: [collector] },
    ]);
    expect(stderr).toContain(collector);
    expect(readdirSync(line.path('mirror-runs'))).toHaveLength(1);
  });
});
