import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { basicAuth } from '../../support/fakeAuth.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { testImage } from '../../support/images.ts';
import { namedSet, setOf } from '../../support/mirrorSets.ts';
import { CommandLine } from './copyHarness.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const line = new CommandLine();
let folder: string;
beforeAll(() => {
  folder = line.path('manifests');
  line.write('manifests/idms.yaml', setOf('IDMS', 'q.io/a <- m.local/a', 'b.io <- m.local/b !'));
  line.write('other/itms.yaml', namedSet('ITMS', 'tags', 'q.io/a/t <- t.local/t'));
  line.write('my.conf', '[[registry]]\nlocation = "c.io"\n[[registry.mirror]]\nlocation = "m.local/c"\n');
});
afterAll(() => line.remove());

describe('trace', () => {
  it('says first who serves the image, then where it is asked and why', async () => {
    const { code, stdout } = await line.run('trace', `q.io/a/b@${digest}`, '--in', folder);
    expect(code).toBe(0);
    expect(stdout).toBe(`q.io/a/b@${digest}: a mirror serves it

  Nodes pull this image by digest.
  ${folder}/idms.yaml:7 redirects it: a node asks m.local/a/b first.

Asked in this order:
  1. mirror  untested  m.local/a/b@${digest}
  2. source  untested  q.io/a/b@${digest}

Rules:
  yes  ${folder}/idms.yaml:7  ImageDigestMirrorSet q.io/a
       the longest source that holds for this image
  1 other rule for other images
`);
  });

  it('takes the image out of an event, and several paths', async () => {
    const event = 'Failed to pull image "q.io/a/t:v1": rpc error: code = Unknown';
    const { code, stdout } = await line.run(
      'trace',
      event,
      '--in',
      folder,
      '--in',
      line.path('other'),
      '--format',
      'json',
    );
    expect(code).toBe(0);
    const traced = JSON.parse(stdout);
    expect(traced.image).toBe('q.io/a/t:v1');
    expect(traced.verdict).toBe('mirror');
    expect(traced.endpoints).toEqual([
      { image: 't.local/t:v1', from: 'mirror', result: 'untested' },
      { image: 'q.io/a/t:v1', from: 'source', result: 'untested' },
    ]);
    const spread = await line.run('trace', event, '--in', folder, line.path('other'), '--format', 'json');
    expect(JSON.parse(spread.stdout)).toEqual(traced);
  });

  it('takes a registries.conf', async () => {
    const { stdout } = await line.run('trace', 'c.io/x:v1', '--in', line.path('my.conf'));
    expect(stdout).toContain('1. mirror  untested  m.local/c/x:v1');
    expect(stdout).toContain(`yes  ${line.path('my.conf')}:1  registries.conf c.io`);
  });

  it('shows which places nodes ask without TLS, and what is left out as a template', async () => {
    const config =
      'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n    insecureRegistries: [m.local]\n';
    line.write('insecure/image.yaml', config);
    line.write(
      'insecure/set.yaml',
      setOf('ITMS', 'q.io/a <- m.local/a', 'q.io/a/b <- $(MIRROR)', 'r.io <- $(MIRROR)'),
    );
    const argv = ['trace', 'q.io/a/b:v1', '--in', line.path('insecure')];
    const { stdout } = await line.run(...argv);
    expect(stdout).toContain(
      '1. mirror  untested  m.local/a/b:v1\n       insecure: plain HTTP is allowed, and no certificate is checked\n  2. source',
    );
    const file = `${line.path('insecure')}/set.yaml`;
    // What redirects other images alone is no news here.
    expect(stdout.split('\n').filter((text) => text.includes('left out'))).toEqual([
      `  ${file}:10 is a template ($(MIRROR)); it is left out.`,
    ]);
    const { leftOut } = JSON.parse((await line.run(...argv, '--format', 'json')).stdout);
    expect(leftOut).toEqual([{ file, line: 10, template: '$(MIRROR)' }]);
  });

  it('ends with 1 where no mirror serves the pull, and says so in its help', async () => {
    const source = await line.run('trace', 'q.io/a/b:v1', '--in', folder);
    expect(source.code).toBe(1);
    expect(source.stdout).toContain('q.io/a/b:v1: no mirror serves it, the source is asked\n');
    expect((await line.run('trace', '--help')).stdout).toContain('(exit code 1: no mirror serves it)');
    const { code, stdout } = await line.run('trace', 'b.io/x:v1', '--in', folder);
    expect(code).toBe(1);
    expect(stdout).toContain('b.io/x:v1: nodes cannot pull it, its registry is blocked');
  });

  it('offers what would redirect the pull', async () => {
    const { stdout } = await line.run('trace', 'q.io/a/b:v1', '--in', folder);
    expect(stdout).toContain(
      'This would send it to m.local/a/b:\n\napiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\n',
    );
  });

  it.each([
    [['trace', '--in', 'x'], 'operator-mirror trace: no IMAGE is given; name an image, or paste an event\n'],
    [
      ['trace', 'q.io/a:v1'],
      'operator-mirror trace: no PATH is given; name files or folders with mirror sets, or a registries.conf, with --in\n',
    ],
    [
      ['trace', 'no image here', '--in', 'x'],
      'operator-mirror trace: there is no image in "no image here"; write it as HOST/NAMESPACE/NAME:TAG or HOST/NAMESPACE/NAME@DIGEST\n',
    ],
    [
      ['trace', 'q.io/a:v1', '--in', '/no/such'],
      'operator-mirror trace: there is no /no/such; check the path\n',
    ],
  ])('refuses %j', async (argv, message) => {
    expect(await line.run(...argv)).toEqual({ code: 2, stdout: '', stderr: message });
  });

  it.each([
    ['quay.io/Foo/Bar:v1', 'the repository name must be lower-case', 'quay.io/foo/bar:v1'],
    ['https://quay.io/a/b:v1', 'https:// is not part of an image reference', 'quay.io/a/b:v1'],
    ['quay.io/a/b:', 'the tag is not valid', 'quay.io/a/b'],
    [
      'f'.repeat(64),
      '64 hexadecimal digits are the ID of an image and no repository',
      `HOST/NAMESPACE/NAME@sha256:${'f'.repeat(64)}`,
    ],
    ['quay.io/a/b@sha256:abc', 'the digest is not valid (sha256: and 64 hexadecimal digits)', undefined],
    ['$' + '{REGISTRY}/a/b:v1', 'it holds a template, which is filled in later', undefined],
    ['quay.io/a/b:v1,v2', 'the tag is not valid', undefined],
  ])('says why nodes refuse %s, and how to write it', async (image, problem, instead) => {
    const form = instead ?? 'HOST/NAMESPACE/NAME:TAG or HOST/NAMESPACE/NAME@DIGEST';
    const stderr = `operator-mirror trace: nodes refuse the image "${image}": ${problem}; write it as ${form}\n`;
    expect(await line.run('trace', image, '--in', folder)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('says so of the image in an event, too', async () => {
    const event =
      'Failed to inspect image "quay.io/Foo/bar:v1": couldn\'t parse image name: InvalidImageName';
    const { stderr } = await line.run('trace', event, '--in', folder);
    expect(stderr).toBe(
      'operator-mirror trace: nodes refuse the image "quay.io/Foo/bar:v1": the repository name must be lower-case; write it as quay.io/foo/bar:v1\n',
    );
  });

  it('serves an image that names the mirror itself, and says so in its help', async () => {
    const { code, stdout } = await line.run('trace', 'm.local/a/b:v1', '--in', folder);
    expect(code).toBe(0);
    expect(stdout).toContain('m.local/a/b:v1: it names the mirror itself, nothing needs to redirect it\n');
    expect((await line.run('trace', '--help')).stdout).toContain(
      'An image that names the mirror itself is served by it.',
    );
  });

  it('knows a registries.conf of any name, and refuses what is none', async () => {
    const conf = line.write(
      'node.txt',
      '[[registry]]\nlocation = "c.io"\n[[registry.mirror]]\nlocation = "m.local/c"\n',
    );
    const { stdout } = await line.run('trace', 'c.io/x:v1', '--in', conf);
    expect(stdout).toContain('1. mirror  untested  m.local/c/x:v1');
    const other = line.write('pod.yaml', 'kind: Pod\n');
    const { code, stderr } = await line.run('trace', 'c.io/x:v1', '--in', other);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`${other} holds no mirror sets, and is no registries.conf`),
    ]);
  });

  it('refuses a registries.conf that engines refuse, with the line', async () => {
    const path = line.write('bad.conf', '[[registry]]\nlocation = "c.io"\n[[registry.mirror]]\n');
    const { code, stderr } = await line.run('trace', 'q.io/a:v1', '--in', path);
    expect([code, stderr]).toEqual([
      2,
      `operator-mirror trace: ${path}:3: a mirror needs a location; container engines refuse such a file: correct it\n`,
    ]);
  });
});

describe('trace --online', () => {
  const image = testImage();
  const start = async (options = {}) => {
    const registry = await FakeRegistry.start(options);
    onTestFinished(() => registry.stop());
    return registry;
  };

  it('asks every place itself', async () => {
    const [closed, empty, full] = [
      await start({ auth: basicAuth({ anna: 'right' }) }),
      await start(),
      await start(),
    ];
    full.add('m/app', 'v1', image);
    const hosts = [closed, empty, full].map(({ host }) => host);
    const path = line.write(
      'online.yaml',
      setOf('ITMS', `127.0.0.1:1/app <- ${hosts.map((host) => `${host}/m/app`).join(' ')}`),
    );
    const insecure = ['127.0.0.1:1', ...hosts].flatMap((host) => ['--insecure', host]);
    const argv = ['--in', path, '--online', '--retry-times', '0', '--format', 'json', ...insecure];
    const found = await line.run('trace', '127.0.0.1:1/app:v1', ...argv);
    expect(found.stderr).toBe('');
    const traced = JSON.parse(found.stdout);
    expect(traced.endpoints.map(({ result }: { result: string }) => result)).toEqual([
      'unauthorized',
      'missing',
      'found',
      'unreachable',
    ]);
    expect([found.code, traced.verdict]).toEqual([0, 'mirror']);
    const lost = await line.run('trace', '127.0.0.1:1/app:v2', ...argv);
    expect([lost.code, JSON.parse(lost.stdout).verdict]).toEqual([1, 'unreachable']);
  });

  it('is refused without the network', async () => {
    const { code, stderr } = await line.run('trace', 'q.io/a:v1', '--in', folder, '--online', '--offline');
    expect([code, stderr]).toEqual([2, expect.stringContaining('without the network')]);
  });
});
