import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processName } from '../../../server/src/disk/processName.ts';
import { listTag, referrerOf, referrersList } from '../../support/attachments.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { status, tampered } from '../../support/faults.ts';
import { addToStore } from '../../support/fileStore.ts';
import { multiArchImage, type TestImage, testImage, testIndex } from '../../support/images.ts';
import { blobPath, writeLayout } from '../../support/ociLayout.ts';
import { CommandLine } from './copyHarness.ts';

let registry: FakeRegistry;
let line: CommandLine;
beforeEach(async () => {
  registry = await FakeRegistry.start();
  line = new CommandLine();
});
afterEach(async () => {
  line.remove();
  await registry.stop();
});

const verify = (...argv: string[]) => line.run('verify', ...argv, '--progress', 'none');

async function found(...argv: string[]) {
  const { code, stdout, stderr } = await verify(...argv, '--format', 'json');
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

/** What is wrong, and for how many images; sorted. */
const kindsOf = (result: { problems: { problem: string; images: string[] }[] }) =>
  result.problems.map(({ problem, images }) => `${problem} for ${images.length}`).sort();

const layerOf = ({ blobs }: TestImage) => blobs[1]?.digest ?? '';

describe('verify -f', () => {
  const images = { app: testImage({ seed: 'app' }), tools: multiArchImage() };
  const mapping = (...names: string[]) =>
    line.write(
      'mapping.txt',
      names.map((name) => `quay.io/a/${name}@${digestOf(name)}=${registry.host}/m/${name}:v1\n`).join(''),
    );
  const digestOf = (name: string) => (name === 'app' ? images.app : images.tools).manifest.digest;

  it('proves images to the last blob, and asks once for each in a repository', async () => {
    registry.add('m/app', 'v1', images.app);
    registry.add('m/tools', 'v1', images.tools);
    const result = await found('-f', mapping('app', 'tools'));
    expect(result).toEqual({
      code: 0,
      copied: 0,
      skipped: 2,
      failed: 0,
      stopped: 0,
      bytes: 0,
      images: ['app', 'tools'].map((name) => ({
        source: `quay.io/a/${name}@${digestOf(name)}`,
        digest: digestOf(name),
        destination: `${registry.host}/m/${name}:v1`,
        result: 'skipped',
      })),
      problems: [],
      leftovers: [],
      notes: [],
      catalogs: [],
      lostPulls: [],
      manifests: null,
    });
    const heads = registry.log.filter((entry) => entry.startsWith('HEAD') && entry.includes('/blobs/'));
    expect(heads).toHaveLength(new Set(heads).size);
    // A config for each of the five images, the layers that four of them share, and those of the fifth.
    expect(heads).toHaveLength(5 + 2 + 2);
    expect(registry.log.filter((entry) => entry.startsWith('GET') && entry.includes('/blobs/'))).toEqual([]);
  });

  it('reads each blob once with --deep, and finds one that was changed', async () => {
    registry.add('m/app', 'v1', images.app);
    registry.add('m/tools', 'v1', images.tools);
    const path = mapping('app', 'tools');
    const whole = await found('-f', path, '--deep');
    const gets = registry.log.filter((entry) => entry.startsWith('GET') && entry.includes('/blobs/'));
    const blobs = [images.app, ...images.tools.children].flatMap((image) => image.blobs);
    const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
    expect(gets).toHaveLength(sizes.size);
    expect(whole).toMatchObject({ code: 0, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) });

    registry.inject(tampered(), { method: 'GET', path: new RegExp(layerOf(images.app)) });
    const result = await found('-f', path, '--deep', '--retry-times', '0');
    expect(result.code).toBe(1);
    expect(kindsOf(result)).toEqual(['damaged for 2']);
  });

  it('names what is missing, what is another image, and what a whole index lacks', async () => {
    const [amd64] = images.tools.children;
    registry.add('m/tools', 'v1', amd64 ?? images.tools);
    const { code, stdout } = await verify('-f', mapping('app', 'tools'));
    expect(code).toBe(1);
    expect(stdout).toContain(`Missing, for 1 image:
  ${registry.host}/m/app:v1 is not there; needed by quay.io/a/app@${digestOf('app')}
  next: mirror or copy the image again: only what is missing is brought
Another image under the tag of 1:
  ${registry.host}/m/tools:v1 is ${amd64?.manifest.digest} instead of ${digestOf('tools')}`);
    expect(stdout).toMatch(/\n2 images: 0 proven, 2 not whole; no blob read; [\d.]+ s\n$/);

    const half = testIndex(images.tools.children.slice(0, 2));
    registry.add('m/app', 'v1', half);
    registry.inject(status(404), { path: new RegExp(`manifests/${half.children[1]?.manifest.digest}`) });
    const lacking = await found(
      '-f',
      line.write('half.txt', `quay.io/a/half@${half.manifest.digest}=${registry.host}/m/app:v1\n`),
    );
    expect(lacking.problems).toMatchObject([
      {
        problem: 'missing',
        message: `${registry.host}/m/app@${half.children[1]?.manifest.digest} is not there`,
      },
    ]);
  });

  it('tells what could not be asked from what is missing', async () => {
    registry.inject(status(403));
    const result = await found('-f', mapping('app', 'tools'));
    expect(result).toMatchObject({ code: 1, failed: 2 });
    expect(kindsOf(result)).toEqual(['unproven for 1', 'unproven for 1']);
  });

  it('looks up what a tag is at the source, and takes what is there where nobody can say', async () => {
    registry.add('a/app', 'v1', images.app);
    registry.add('m/app', 'v1', testImage({ seed: 'older' }));
    const path = line.write('mapping.txt', `${registry.host}/a/app:v1=${registry.host}/m/app:v1\n`);
    expect(kindsOf(await found('-f', path))).toEqual(['different for 1']);
    const gone = line.write('mapping.txt', `${registry.host}/b/app:v1=${registry.host}/m/app:v1\n`);
    expect(await found('-f', gone)).toMatchObject({
      code: 0,
      notes: [
        `nobody could say what ${registry.host}/b/app:v1 is now: what its destination has is whole or not, and may be another image`,
      ],
    });
  });

  it('wants the signatures that sources have, where it is asked to', async () => {
    const { digest } = images.app.manifest;
    const signature = testImage({ seed: 'signature' });
    const tag = `${digest.replace(':', '-')}.sig`;
    registry.add('a/app', 'v1', images.app);
    registry.add('a/app', tag, signature);
    registry.add('m/app', 'v1', images.app);
    // Of another image, which nobody mirrored.
    registry.add('a/app', `sha256-${'0'.repeat(64)}.sig`, signature);
    const path = line.write('signed.txt', `${registry.host}/a/app@${digest}=${registry.host}/m/app:v1\n`);
    expect(await found('-f', path)).toMatchObject({ code: 0, skipped: 1 });
    const lacking = await found('-f', path, '--signatures');
    expect(lacking).toMatchObject({ code: 1, skipped: 1, failed: 1 });
    expect(lacking.problems).toMatchObject([
      {
        problem: 'missing',
        message: `${registry.host}/m/app:${tag} is not there`,
        images: [`${registry.host}/a/app:${tag}`],
      },
    ]);
    registry.add('m/app', tag, signature);
    expect(await found('-f', path, '--signatures')).toMatchObject({ code: 0, skipped: 2 });

    // What refers to the image has to be there, and to be found.
    const referrer = referrerOf(images.app);
    registry.add('a/app', listTag(images.app), referrersList(referrer));
    const name = `${registry.host}/m/app@${referrer.manifest.digest}`;
    expect(await found('-f', path, '--signatures')).toMatchObject({
      code: 1,
      skipped: 2,
      problems: [{ message: `${name} is not there` }],
    });
    registry.add('m/app', undefined, referrer);
    const lost = `${registry.host}/m/app has ${referrer.manifest.digest} and does not list it among what refers to ${digest}`;
    expect(await found('-f', path, '--signatures')).toMatchObject({ code: 1, problems: [{ message: lost }] });
    registry.add('m/app', listTag(images.app), referrersList(referrer));
    expect(await found('-f', path, '--signatures')).toMatchObject({ code: 0, skipped: 3 });

    // A source that nobody reaches wants nothing.
    const away = line.write('away.txt', `localhost:1/a/app@${digest}=${registry.host}/m/app:v1\n`);
    const unasked = await found('-f', away, '--signatures', '--retry-times', '0');
    expect(unasked).toMatchObject({ code: 0, skipped: 1 });
    expect(unasked.notes[0]).toMatch(/^nobody could say which signatures there are in localhost:1\/a\/app: /);
  });

  it('says what it did not come to when it is stopped', async () => {
    line.stop.abort(new Error('stopped by SIGINT'));
    const { code, stdout, stderr } = await verify('-f', mapping('app', 'tools'), '--format', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: 2, failed: 0, problems: [] });
    expect(stderr).toBe(
      'operator-mirror verify: stopped by SIGINT; 2 images were not looked at to the end\n',
    );
  });
});

describe('verify DIR', () => {
  const image = testImage({ seed: 'one' });
  const index = multiArchImage({ format: 'oci' });
  const name = `quay.io/a/tools@${index.manifest.digest}`;
  let layout: string;
  beforeEach(() => {
    layout = line.path('layout');
    writeLayout(layout, [
      { name: 'quay.io/a/app:v1', image },
      { name, image: index },
    ]);
  });

  it('holds a layout to its index.json, without any network', async () => {
    const result = await found(layout, '--offline', '--deep');
    expect(result).toMatchObject({ code: 0, skipped: 2, problems: [], leftovers: [] });
    expect(result.images).toEqual([
      {
        source: 'quay.io/a/app:v1',
        digest: image.manifest.digest,
        destination: `oci://${layout}:quay.io/a/app:v1`,
        result: 'skipped',
      },
      {
        source: name,
        digest: index.manifest.digest,
        destination: `oci://${layout}:${name}`,
        result: 'skipped',
      },
    ]);
    expect((await found(`oci://${layout}`)).skipped).toBe(2);
  });

  it('finds content that is gone, cut or changed, and removes what is damaged when asked to', async () => {
    const [first, second] = index.children;
    rmSync(blobPath(layout, first?.manifest.digest ?? ''));
    writeFileSync(blobPath(layout, second?.blobs[0]?.digest ?? ''), 'short');
    // A layer that the images of the index have, too.
    const changed = blobPath(layout, layerOf(image));
    writeFileSync(changed, readFileSync(changed).fill(0));
    const shallow = await found(layout);
    expect(kindsOf(shallow)).toEqual(['damaged for 1', 'missing for 1']);
    const deep = await found(layout, '--deep', '--remove-damaged');
    expect(kindsOf(deep)).toEqual(['damaged for 1', 'damaged for 2', 'missing for 1']);
    for (const { problem, removed } of deep.problems) expect(removed).toBe(problem === 'damaged');
    expect(kindsOf(await found(layout))).toEqual(['missing for 1', 'missing for 1', 'missing for 2']);
  });

  it('holds an image to the digest in its name', async () => {
    writeLayout(layout, [{ name, image }]);
    expect(kindsOf(await found(layout))).toEqual(['different for 1']);
  });

  it('finds what runs left that were killed', async () => {
    const owner = processName().replace(/-\d+-/, '-4194304-');
    const left = join(layout, `blobs/sha256/.operator-mirror-${owner}-0123456789abcdef.tmp`);
    writeFileSync(left, '');
    const { leftovers } = await found(layout);
    expect(leftovers).toEqual([{ path: left, tag: null }]);
  });

  it('counts an image of a v2/ once, with the images of its index, and by its digest what nothing names', async () => {
    addToStore(line.folder, 'a/tools', 'v1', index);
    addToStore(line.folder, 'a/app', undefined, image);
    for (const place of [line.folder, line.path('v2')]) {
      const { images } = await found(place);
      expect(images.map(({ source }: { source: string }) => source)).toEqual([
        `file://a/app@${image.manifest.digest}`,
        'file://a/tools:v1',
      ]);
    }
    expect((await found('file://a/tools', '--dir', line.folder)).images).toHaveLength(1);
  });

  it('holds a place to a plan', async () => {
    registry.add('a/app', 'v1', image);
    const path = line.write('mapping.txt', `${registry.host}/a/app:v1=${registry.host}/m/app:v1\n`);
    await line.run('plan', '-f', path, '-o', line.path('plan.json'));
    for (const plan of [line.folder, line.path('plan.json')]) {
      expect(kindsOf(await found(plan))).toEqual(['missing for 1']);
    }
    registry.add('m/app', 'v1', image);
    expect(await found(line.folder)).toMatchObject({ code: 0, skipped: 1 });
  });

  it('says what it can verify where it cannot', async () => {
    const { code, stderr } = await verify(line.path('nowhere'));
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere is not there; name the folder of a run, of a v2/ or of an OCI layout');
    expect((await verify()).stderr).toContain('nothing is named that could be verified');
  });
});
