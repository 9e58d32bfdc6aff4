import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { basicAuth } from '../../support/fakeAuth.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { buildCache, mediaTypes, multiArchImage, testImage } from '../../support/images.ts';
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

const inspect = (image: string, ...options: string[]) => line.run('inspect', image, ...options);

describe('inspect', () => {
  it('prints the facts of an image as JSON', async () => {
    const image = testImage({ labels: { version: 'v4.8' }, created: '2021-11-01T00:00:00Z' });
    registry.add('team/app', 'v1', image);
    const { code, stdout } = await inspect(`docker://${registry.host}/team/app:v1`, '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      image: `${registry.host}/team/app:v1`,
      digest: image.manifest.digest,
      mediaType: image.manifest.mediaType,
      size: image.blobs.reduce((sum, { size }) => sum + size, 0),
      platforms: ['linux/amd64'],
      created: '2021-11-01T00:00:00Z',
      labels: { version: 'v4.8' },
    });
  });

  it('prints them for people, with the tag that a container engine would take', async () => {
    const index = multiArchImage({ labels: { summary: 'two\nlines\u001b[31m' } });
    registry.add('team/app', 'latest', index);
    const { code, stdout } = await inspect(`${registry.host}/team/app`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^image {7}127\.\S+\/team\/app:latest\ndigest {6}sha256:/);
    expect(stdout).toContain('platforms   linux/amd64, linux/arm64, linux/ppc64le, linux/s390x\n');
    expect(stdout).toContain('created     2021-05-01T10:00:00Z\nlabels\n  summary=two lines [31m\n');
  });

  it('tells of a build cache, which copy takes, what it is', async () => {
    const cache = buildCache();
    registry.add('team/app', 'cache', cache);
    const text = await inspect(`${registry.host}/team/app:cache`);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('\nwhat it is  a build cache of BuildKit\n');
    const json = await inspect(`${registry.host}/team/app:cache`, '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      digest: cache.manifest.digest,
      mediaType: mediaTypes.oci.index,
      artifactType: 'application/vnd.buildkit.cacheconfig.v0',
      platforms: [],
      created: null,
    });
  });

  it('lets no label steer a terminal, and changes none for a program', async () => {
    const labels = { summary: 'abc\u202egnp.exe\u2066\u200f\u009b2J\u061c' };
    registry.add('team/app', 'v1', testImage({ labels }));
    const text = await inspect(`${registry.host}/team/app:v1`);
    expect(text.stdout).toContain('  summary=abc\\u202egnp.exe\\u2066\\u200f 2J\\u061c\n');
    const json = await inspect(`${registry.host}/team/app:v1`, '--format', 'json');
    expect(json.stdout).toContain('abc\\u202egnp.exe\\u2066\\u200f\\u009b2J\\u061c');
    expect(JSON.parse(json.stdout).labels).toEqual(labels);
  });

  it('is 1 for an image that is not there, or not all of it', async () => {
    const missing = await inspect(`${registry.host}/team/app:v9`);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toBe(
      `operator-mirror inspect: ${registry.host}/team/app:v9 is not there; check the name and the tag or digest\n`,
    );
    const index = multiArchImage();
    registry.add('team/app', 'v1', { ...index, children: index.children.slice(1) });
    const incomplete = await inspect(`${registry.host}/team/app:v1`);
    expect(incomplete.code).toBe(1);
    expect(incomplete.stderr).toContain('names sha256:');
    expect(incomplete.stdout).toBe('');
  });

  it('is 2 when nobody can say, with the next step', async () => {
    const locked = await FakeRegistry.start({ auth: basicAuth({ anna: 'secret' }) });
    try {
      const { code, stderr } = await inspect(`${locked.host}/team/app:v1`);
      expect(code).toBe(2);
      expect(stderr).toMatch(/wants a credential for .*; run `operator-mirror login /);
    } finally {
      await locked.stop();
    }
  });

  it.each([
    ['nothing', [], /no IMAGE is given/],
    ['two images', ['a', 'b'], /more than one IMAGE/],
    ['an OCI layout', ['oci://x/a:v1'], /oci:\/\/ places cannot be inspected yet/],
    [
      'a folder without v2/',
      ['file://x/a:v1', '--dir', '/nonexistent'],
      /no v2\/ in \/nonexistent; .* with --dir/,
    ],
    ['a repository and no image', ['file://x/a'], /names a repository and no image; add a tag/],
    ['no reference', ['host/UPPER:v1'], /no image reference/],
    ['the network, offline', ['host.test/a:v1', '--offline'], /leave --offline away/],
  ])('is 2 for %s', async (_name, argv, message) => {
    const { code, stderr, stdout } = await line.run('inspect', ...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
