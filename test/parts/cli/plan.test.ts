import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPlan } from '../../../server/src/mirror/plan/planFile.ts';
import { catalogFixtures } from '../../support/catalogs.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { blobOf, multiArchImage, type TestImage, testImage } from '../../support/images.ts';
import { configsImage } from '../../support/indexImages.ts';
import { writeLayout } from '../../support/ociLayout.ts';
import { indexBytes, ocLines, ocRuns } from '../../support/ocRuns.ts';
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

const plan = (...argv: string[]) => line.run('plan', ...argv);
const linesOf = (stdout: string) => stdout.trimEnd().split('\n').sort();

/** A run of each kind and form, the others are compared without a command line. */
const runs = ocRuns.filter(({ mapping }) =>
  /^(?:direct-mc|edge-|seed1-file2reg-oc412|seed2-reg2file-oc48|fbc-)/.test(mapping),
);

describe('plan --mapping', () => {
  it.each(runs)('gives what oc wrote: $mapping', async (run) => {
    const { catalog, form, index, destination, maxComponents } = run;
    const path = form === 'configs' ? join(catalogFixtures, catalog, 'configs') : line.path('index.db');
    if (form === 'index.db') writeFileSync(path, indexBytes(catalog));
    const { code, stdout } = await plan(
      path,
      destination,
      '--as',
      index,
      '--mapping',
      '--offline',
      '--max-components',
      String(maxComponents),
    );
    expect(linesOf(stdout)).toEqual(ocLines(run));
    expect(code).toBe(catalog === 'edge-index' ? 2 : 0);
  });

  it('tells that a catalog cut down to some packages has no line', async () => {
    const { code, stdout, stderr } = await plan(
      join(catalogFixtures, 'redhat-operator-index/configs'),
      'reg.example.com/olm',
      '--as=registry.redhat.io/redhat/redhat-operator-index:v4.8',
      '--packages=jaeger-product',
      '--mapping',
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain('redhat-operator-index');
    expect(stdout.split('\n')).toHaveLength(11);
    expect(stderr).toBe(
      'operator-mirror plan: registry.redhat.io/redhat/redhat-operator-index:v4.8 has no line: whoever copies it has all its packages, and images of these alone\n',
    );
  });
});

/** A catalog with images of the registry: two that have a layer in common, one for several platforms, one that is gone. */
function served() {
  const shared = { shared: 'a layer that both have' };
  const app = testImage({ layers: [shared, { own: 'one' }] });
  const other = testImage({ layers: [shared, { own: 'another' }] });
  const tools = multiArchImage();
  const bundle = testImage({ seed: 'bundle' });
  registry.add('a/app', 'v1', app);
  registry.add('a/other', 'v1', other);
  registry.add('a/tools', undefined, tools);
  registry.add('a/bundle', 'v1', bundle);
  const { host } = registry;
  const catalog = `
schema: olm.package
name: app
defaultChannel: s
---
schema: olm.channel
package: app
name: s
entries: [{ name: app.v1 }]
---
schema: olm.bundle
package: app
name: app.v1
image: ${host}/a/bundle:v1
properties: [{ type: olm.package, value: { packageName: app, version: 1.0.0 } }]
relatedImages:
- image: ${host}/a/app:v1
- image: ${host}/a/other:v1
- image: ${host}/a/tools@${tools.manifest.digest}
- image: ${host}/a/gone:v1
`;
  return { catalog, app, tools, images: [app, other, tools, bundle] };
}

const indexOf = (catalog: string) => configsImage({ layers: [{ 'configs/app/catalog.yaml': catalog }] });

/** Bytes of all blobs, each once. */
function bytesOf(...images: readonly TestImage[]): number {
  const sizes = new Map<string, number>();
  const add = ({ blobs, children }: TestImage) => {
    for (const { digest, size } of blobs) sizes.set(digest, size);
    children.forEach(add);
  };
  images.forEach(add);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

describe('plan', () => {
  it('asks the registries for digests and bytes, counts each blob once, and tells what is missing', async () => {
    const { catalog, app, tools, images } = served();
    const indexImage = indexOf(catalog);
    registry.add('ns/index', 'v1', indexImage);
    const { host } = registry;
    const index = `${host}/ns/index:v1`;
    const { code, stdout, stderr } = await plan(index, 'docker://reg.example.com/m', '--format=json');
    const found = JSON.parse(stdout);
    const image = (name: string) => found.images.find((one: { source: string }) => one.source.includes(name));
    expect(image('/a/app')).toEqual({
      source: `${host}/a/app:v1`,
      digest: app.manifest.digest,
      destination: 'reg.example.com/m/a-app:v1',
      role: 'related',
      reason: ['app/app.v1'],
      bytes: bytesOf(app),
    });
    expect(image('/a/tools')).toMatchObject({ digest: tools.manifest.digest, bytes: bytesOf(tools) });
    expect(image('/a/gone')).toMatchObject({ digest: null, bytes: null });
    expect(image('/ns/index')).toMatchObject({
      role: 'catalog',
      destination: 'reg.example.com/m/ns-index:v1',
      digest: indexImage.manifest.digest,
    });
    expect(found.uniqueBytes).toBe(bytesOf(indexImage, ...images));
    const sum = found.images.reduce((total: number, { bytes }: { bytes: number }) => total + bytes, 0);
    expect(found.uniqueBytes).toBeLessThan(sum);
    expect(found.byTag).toEqual(['app', 'bundle', 'gone', 'other'].map((name) => `${host}/a/${name}:v1`));
    expect(found.missing).toMatchObject([{ source: `${host}/a/gone:v1`, result: 'missing' }]);
    expect(stderr).toContain(`operator-mirror plan: ${host}/a/gone:v1 is missing: `);
    expect(code).toBe(1);
  });

  it('is a file that pins what was planned, in place of an earlier plan and of nothing else', async () => {
    const { catalog, app } = served();
    const folder = line.path('fbc');
    line.write('fbc/catalog.yaml', catalog);
    const argv = [
      folder,
      'reg.example.com/m',
      `--as=${registry.host}/ns/index:v1`,
      '-o',
      line.path('plan.json'),
    ];
    registry.add('a/gone', 'v1', testImage({}));
    registry.add('ns/index', 'v1', testImage({}));
    expect(await plan(...argv)).toMatchObject({ code: 0, stderr: '' });
    const read = () => readPlan(readFileSync(line.path('plan.json'), 'utf8'));
    const pinnedTo = () => {
      const kept = read();
      return kept.ok && kept.plan.images.find(({ source }) => source.endsWith('/a/app:v1'))?.digest;
    };
    expect(pinnedTo()).toBe(app.manifest.digest);

    const moved = testImage({ seed: 'moved' });
    registry.add('a/app', 'v1', moved);
    expect((await plan(...argv)).code).toBe(0);
    expect(pinnedTo()).toBe(moved.manifest.digest);

    line.write('plan.json', 'something else');
    expect(await plan(...argv)).toMatchObject({
      code: 2,
      stderr: `operator-mirror plan: ${line.path('plan.json')} is there and is no plan; name another file, or remove it\n`,
    });
    expect(readFileSync(line.path('plan.json'), 'utf8')).toBe('something else');
  });

  it('is for people, too', async () => {
    const { catalog } = served();
    line.write('fbc/catalog.yaml', catalog);
    const { code, stdout } = await plan(
      line.path('fbc'),
      'reg.example.com/m',
      '--as=quay.io/ns/index:v1',
      '--offline',
    );
    const { host } = registry;
    expect(stdout).toBe(`quay.io/ns/index:v1 → docker://reg.example.com/m

PACKAGE  BUNDLES  IMAGES
app      1        5

6 images: 1 catalog, 1 bundle, 4 that bundles use
Sizes are not known: no registry told any.
4 images are pulled by tag, which an ImageTagMirrorSet redirects and no other set:
  ${host}/a/app:v1
  ${host}/a/bundle:v1
  ${host}/a/gone:v1
  ${host}/a/other:v1
`);
    expect(code).toBe(0);
    expect(registry.log).toEqual([]);
  });

  it('takes the name of an image in an OCI layout from there', async () => {
    const { catalog } = served();
    writeLayout(line.path('layout'), [{ name: 'quay.io/ns/index:v1', image: indexOf(catalog) }]);
    const { stdout } = await plan(
      `oci://${line.path('layout')}:quay.io/ns/index:v1`,
      'reg.example.com/m',
      '--mapping',
      '--offline',
    );
    expect(stdout).toContain('quay.io/ns/index:v1=reg.example.com/m/ns-index:v1\n');
  });

  it('writes no plan where images would be written over each other', async () => {
    const { code, stderr } = await plan(
      join(catalogFixtures, 'edge-index/configs'),
      'reg.example.com/m',
      '--as=quay.io/edge/edge-index:v1',
      '--offline',
      '-o',
      line.path('plan.json'),
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      'reg.example.com/m/edge-app:v1 would be written by several images: docker.io/edge/app:v1, quay.io/edge/app:v1\n',
    );
    expect(stderr).toContain(`${line.path('plan.json')} was not written: this plan cannot be run\n`);
    expect(() => readFileSync(line.path('plan.json'))).toThrow('ENOENT');
  });
});

describe('plan -f', () => {
  const planJson = async (text: string, ...argv: string[]) => {
    const outcome = await plan('-f', line.write('my-mapping.txt', text), '--format=json', ...argv);
    return { ...outcome, found: outcome.stdout === '' ? undefined : JSON.parse(outcome.stdout) };
  };

  it('pins the images of a mapping to what registries have, and leaves destinations as they are', async () => {
    const { app, tools } = served();
    const { host } = registry;
    const digest = tools.manifest.digest;
    const { found, code } = await planJson(
      `${host}/a/app:v1=reg.example.com/m/app\n${host}/a/tools@${digest} reg.example.com/m/one:t reg.example.com/m/two:t\n`,
    );
    expect(code).toBe(0);
    expect(found.name).toBe('my-mapping');
    expect(found.images).toMatchObject([
      { source: `${host}/a/app:v1`, digest: app.manifest.digest, destination: 'reg.example.com/m/app:v1' },
      { source: `${host}/a/tools@${digest}`, digest, destination: 'reg.example.com/m/one:t' },
      { source: `${host}/a/tools@${digest}`, digest, destination: 'reg.example.com/m/two:t' },
    ]);
    expect(found.uniqueBytes).toBe(bytesOf(app, tools));
    expect(found.byTag).toEqual([`${host}/a/app:v1`]);
  });

  it('pins images of OCI layouts to what these hold', async () => {
    const { app } = served();
    const layout = line.path('layout');
    writeLayout(layout, [{ name: 'quay.io/a/app:v1', image: app }]);
    const { found, code } = await planJson(
      `oci://${layout}:quay.io/a/app:v1=reg.example.com/m/app:v1\noci://${layout}:quay.io/a/gone:v1=reg.example.com/m/gone:v1\n`,
    );
    expect(code).toBe(1);
    expect(found.images[0]).toMatchObject({ digest: app.manifest.digest, bytes: bytesOf(app) });
    expect(found.missing).toEqual([
      {
        source: `oci://${layout}:quay.io/a/gone:v1`,
        result: 'missing',
        reason: `oci://${layout} does not have it`,
      },
    ]);
  });

  it('says where a disk has no room for what is to be copied', async () => {
    const app = testImage({ seed: 'huge' });
    const manifest = JSON.parse(app.manifest.bytes.toString());
    manifest.layers[0].size = 2 ** 52;
    const huge = { ...app, manifest: blobOf(app.manifest.mediaType, Buffer.from(JSON.stringify(manifest))) };
    registry.add('a/huge', 'v1', huge);
    const text = `${registry.host}/a/huge:v1=oci://${line.path('not/yet/there')}\n`;
    const path = line.write('my-mapping.txt', text);
    const { code, stderr } = await plan('-f', path, `oci://${line.path('not/yet/there')}`);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /there has room for [\d.]+ [KMGT]iB, and all images have 4096 TiB: free some space/,
    );
    registry.add('a/huge', 'v1', app);
    expect((await plan('-f', path, `oci://${line.path('not/yet/there')}`)).stderr).toBe('');
  });

  it('takes the tags that a line stands for from the registry, and says where it cannot', async () => {
    for (const tag of ['v1.0', 'v1.1', 'v2.0']) registry.add('a/app', tag, testImage({ seed: tag }));
    const { host } = registry;
    const text = `${host}/a/app:v1.*=reg.example.com/m/app\n${host}/a/app:v2.0=reg.example.com/m/app:v1.1\n`;
    const { found, code } = await planJson(text);
    expect(code).toBe(0);
    // The line that names its destination in full has it.
    expect(
      found.images.map((one: { source: string; destination: string }) => [one.source, one.destination]),
    ).toEqual([
      [`${host}/a/app:v1.0`, 'reg.example.com/m/app:v1.0'],
      [`${host}/a/app:v2.0`, 'reg.example.com/m/app:v1.1'],
    ]);
    const offline = await planJson(text, '--offline');
    expect(offline.code).toBe(1);
    expect(offline.stderr).toBe(
      `operator-mirror plan: ${host}/a/app:v1.* could not be asked: which tags there are, only the registry knows\n`,
    );
    const none = await planJson(`${host}/a/app:v3.*=reg.example.com/m/app\n`);
    expect(none).toMatchObject({
      code: 1,
      found: { images: [], missing: [{ source: `${host}/a/app:v3.*` }] },
    });
  });

  it('names images in an OCI layout by their original references, so that equal tags do not meet', async () => {
    for (const name of ['a/app', 'b/app']) registry.add(name, 'v1', testImage({ seed: name }));
    const { host } = registry;
    const { found, code } = await planJson(
      `${host}/a/app=oci:///srv/mirror\n${host}/b/app=oci:///srv/mirror\n`,
    );
    expect(code).toBe(0);
    expect(found.images.map(({ destination }: { destination: string }) => destination)).toEqual([
      `oci:///srv/mirror:${host}/a/app:v1`,
      `oci:///srv/mirror:${host}/b/app:v1`,
    ]);
  });

  it('collides where two lines have one destination', async () => {
    const { found, code, stderr } = await planJson(
      'quay.io/a/app:v1=reg.example.com/m/app:v1\nquay.io/b/app:v1=reg.example.com/m/app:v1\n',
      '--offline',
    );
    expect(code).toBe(2);
    expect(found.collisions).toEqual([
      { destination: 'reg.example.com/m/app:v1', sources: ['quay.io/a/app:v1', 'quay.io/b/app:v1'] },
    ]);
    expect(stderr).toContain('reg.example.com/m/app:v1 would be written by several images');
  });

  it('names the lines that are refused, and plans nothing', async () => {
    const { code, stdout, stderr } = await planJson('quay.io/A:v1=reg.example.com/m/a:v1\n');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /my-mapping\.txt:1:\d+: error: .*lower-case.*\(mapping\/syntax\)\noperator-mirror plan: nothing was planned: /,
    );
  });

  it('refuses a mapping that goes elsewhere than was said', async () => {
    const text = 'quay.io/a/app:v1=reg.example.com/m/app:v1\n';
    expect((await planJson(text, 'reg.example.com/m', '--offline')).code).toBe(0);
    expect(await planJson(text, 'reg.example.com/ma', '--offline')).toMatchObject({
      code: 2,
      stderr:
        'operator-mirror plan: quay.io/a/app:v1 goes to reg.example.com/m/app:v1, which is not at docker://reg.example.com/ma; leave DEST away: a mapping names its destinations itself\n',
    });
  });

  it('reads standard input', async () => {
    line.input = 'quay.io/a/app:v1=reg.example.com/m/app:v1\n';
    expect(await plan('-f', '-', '--offline', '--mapping')).toEqual({
      code: 0,
      stdout: line.input,
      stderr: '',
    });
  });
});

describe('plan -c', () => {
  const imageSet = (content: string) =>
    line.write(
      'isc.yaml',
      `apiVersion: mirror.openshift.io/v2alpha1\nkind: ImageSetConfiguration\nmirror:\n${content}`,
    );

  it('opens the catalogs, and pins what is selected, under the names of oc-mirror', async () => {
    const { catalog, app, tools } = served();
    registry.add('ns/index', 'v1', indexOf(catalog));
    registry.add('a/gone', 'v1', testImage({}));
    const { host } = registry;
    const path = imageSet(
      `  operators:\n  - { catalog: "${host}/ns/index:v1", packages: [{ name: app }] }\n  additionalImages:\n  - { name: "${host}/a/more:v1" }\n`,
    );
    const { code, stdout } = await plan('-c', path, 'docker://reg.example.com/m', '--format=json');
    const found = JSON.parse(stdout);
    expect(found.name).toBe('isc');
    expect(found.catalogs).toMatchObject([
      { source: `${host}/ns/index:v1`, destination: 'reg.example.com/m/ns/index:v1', packages: ['app'] },
    ]);
    expect(found.images).toMatchObject([
      { source: `${host}/a/app:v1`, digest: app.manifest.digest, destination: 'reg.example.com/m/a/app:v1' },
      { source: `${host}/a/bundle:v1`, role: 'bundle' },
      { source: `${host}/a/gone:v1` },
      { source: `${host}/a/more:v1`, role: 'additional', digest: null },
      { source: `${host}/a/other:v1` },
      { destination: `reg.example.com/m/a/tools:${tools.manifest.digest.replace(':', '-')}` },
    ]);
    expect(found.missing).toMatchObject([{ source: `${host}/a/more:v1` }]);
    expect(code).toBe(1);
  });

  it.each([
    [
      'platform:\n    graph: true',
      /mirrors releases of OpenShift \(platform\), which is not planned here; use oc adm release/,
    ],
    ['helm:\n    local: []', /mirrors Helm charts, which is not planned here; use oc-mirror for these/],
    [
      'operators: 1',
      /isc\.yaml:4:\d+: error: .*\noperator-mirror plan: nothing was planned: correct the file, then run this again/,
    ],
  ])('refuses what it does not plan: %s', async (content, message) => {
    const { code, stdout, stderr } = await plan(
      '-c',
      imageSet(`  ${content}\n`),
      'reg.example.com/m',
      '--offline',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('takes a catalog from an OCI layout, seen from the file, and reads the size of archives', async () => {
    const { catalog } = served();
    const index = indexOf(catalog);
    writeLayout(line.path('catalogs/my-index'), [{ name: 'latest', image: index }]);
    const path = imageSet(
      '  operators:\n  - { catalog: "oci://catalogs/my-index", full: true }\narchiveSize: 4\n',
    );
    const { code, stdout, stderr } = await plan('-c', path, 'reg.example.com/m', '--format=json');
    expect(stderr).not.toContain('oci://');
    const { catalogs, images, archiveSize } = JSON.parse(stdout);
    const source = `oci://${line.path('catalogs/my-index')}`;
    expect(catalogs).toMatchObject([
      {
        source,
        image: 'my-index:latest',
        digest: index.manifest.digest,
        destination: 'reg.example.com/m/my-index:latest',
      },
    ]);
    expect(images).toContainEqual(expect.objectContaining({ source, digest: index.manifest.digest }));
    expect(archiveSize).toBe(4 * 1024 ** 3);
    expect(code).toBe(1);
  });

  it('joins paths as --max-nested-paths of oc-mirror does, where the destination leaves room', async () => {
    const path = imageSet('  additionalImages:\n  - { name: "quay.io/a/b/c:v1" }\n');
    const nested = (most: string, destination: string) =>
      plan('-c', path, destination, '--max-nested-paths', most, '--offline', '--mapping');
    expect((await nested('2', 'reg.example.com/m')).stdout).toBe(
      'quay.io/a/b/c:v1=reg.example.com/m/a-b-c:v1\n',
    );
    expect((await nested('1', 'reg.example.com')).stdout).toBe('quay.io/a/b/c:v1=reg.example.com/a-b-c:v1\n');
    const { code, stderr } = await nested('2', 'reg.example.com/team/m');
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--max-nested-paths 2 leaves no room below docker://reg.example.com/team/m; use at least 3, or 0 for no limit',
    );
  });

  it('plans nothing where oc-mirror refuses the selection', async () => {
    const { catalog } = served();
    registry.add('ns/index', 'v1', indexOf(catalog));
    const path = imageSet(
      `  operators:\n  - { catalog: "${registry.host}/ns/index:v1", packages: [{ name: ap }] }\n`,
    );
    const { code, stdout, stderr } = await plan('-c', path, 'reg.example.com/m');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('oc-mirror refuses this selection: ');
  });
});

const folder = join(catalogFixtures, 'jaeger-only-index/configs');
const as = '--as=quay.io/my/index:v1';

it.each<[string, string[], string]>([
  ['nothing', [], 'no CATALOG is given; see operator-mirror plan --help'],
  [
    'no destination',
    [folder, as],
    'no DEST is given: where the images are to go; see operator-mirror plan --help',
  ],
  [
    'a folder without a name',
    [folder, 'reg.example.com/m'],
    `${folder} has no name that images could be mirrored under; name the image that it stands for with --as, such as registry.redhat.io/redhat/redhat-operator-index:v4.18`,
  ],
  [
    'a destination that is no place',
    [folder, 'mirror', as],
    'mirror is no place to mirror to: mirror is no registry: HOST.DOMAIN, HOST:PORT or localhost; name docker://HOST/NAMESPACE, oci://DIR or file://PATH',
  ],
  [
    'one component',
    [folder, 'reg.example.com/m', as, '--max-components=1'],
    '--max-components 1 would give all images one repository; use 0 for no limit, or 2 and more',
  ],
  [
    'a package that is not there',
    [folder, 'reg.example.com/m', as, '--packages=jaeger-produkt'],
    'the catalog has no package jaeger-produkt; did you mean jaeger-product?',
  ],
  [
    'a mapping of a layout',
    [folder, 'oci://out', as, '--mapping'],
    'oci://out: a mapping.txt cannot name an OCI layout; leave --mapping away, or name a registry or file://PATH',
  ],
  [
    'packages of a mapping',
    ['-f', 'mapping.txt', '--packages=a'],
    '--packages and --as are for a CATALOG; see operator-mirror plan --help',
  ],
  [
    'two outputs',
    [folder, 'reg.example.com/m', as, '--mapping', '--format=json'],
    '--mapping and --format json are two outputs; choose one',
  ],
])('refuses %s', async (_what, argv, problem) => {
  expect(await plan(...argv)).toEqual({ code: 2, stdout: '', stderr: `operator-mirror plan: ${problem}\n` });
});
