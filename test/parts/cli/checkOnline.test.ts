import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { basicAuth } from '../../support/fakeAuth.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { registryFault, slow } from '../../support/faults.ts';
import { testImage } from '../../support/images.ts';
import { configsImage, packageText } from '../../support/indexImages.ts';
import { RawServer } from '../../support/rawServer.ts';
import { CommandLine } from './copyHarness.ts';

const image = testImage();
const { digest } = image.manifest;

let line: CommandLine;
let registry: FakeRegistry;
beforeEach(async () => {
  line = new CommandLine();
  registry = await FakeRegistry.start();
  registry.add('ns/app', 'v1', image);
});
afterEach(async () => {
  await registry.stop();
  line.remove();
});

/** A host on which nobody listens any more. */
async function deadHost(): Promise<string> {
  const server = await RawServer.start(async () => {});
  const { host } = server;
  await server.stop();
  return host;
}

/** A mapping of one image to many destinations, all by digest so that nothing else is wrong. */
const mapping = (...destinations: string[]) =>
  destinations.map((name) => `${registry.host}/ns/app@${digest}=${name}\n`).join('');

const check = (...argv: string[]) => line.run('check', '--online', ...argv);

describe('check --online', () => {
  it('ends with 0 and says nothing when everybody answered', async () => {
    const path = line.write('mapping.txt', mapping(`${registry.host}/ns/app:${digest.slice(7, 15)}`));
    registry.add('ns/app', digest.slice(7, 15), image);
    expect(await check(path, '--format', 'json')).toMatchObject({ code: 0, stderr: '' });
  });

  it('says once per host that it could not be asked, why, and what is unknown therefore', async () => {
    const dead = await deadHost();
    const names = [1, 2, 3].map((at) => `${dead}/ns/app${at}:v1`);
    const path = line.write('mapping.txt', mapping(...names, `${registry.host}/ns/app:v1`));
    const { code, stdout, stderr } = await check(path, '--format', 'json', '--retry-times', '0');
    expect(stderr).toBe(
      `operator-mirror check: 3 images of ${dead} could not be checked: ${dead} refuses the connection; check host and port, and that the registry runs\n`,
    );
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual(['files', 'summary']);
    expect(report.summary).toMatchObject({ error: 0, warning: 0 });
  });

  it('says once of many hosts that fail in the same way how many images and hosts there are', async () => {
    const dead = await Promise.all([1, 2, 3, 4, 5].map(deadHost));
    const [most = ''] = dead;
    const names = [...dead, most].map((host, at) => `${host}/ns/app${at}:v1`);
    const path = line.write('mapping.txt', mapping(...names));
    const { code, stderr } = await check(path, '--format', 'json', '--retry-times', '0');
    const second = dead.slice(1).sort()[0];
    expect(stderr).toBe(
      `operator-mirror check: 6 images of ${most}, ${second} and 3 more registries could not be checked: ${most} refuses the connection; check host and port, and that the registry runs\n`,
    );
    expect(code).toBe(1);
  });

  it.each([
    [401, 'UNAUTHORIZED', 'wants a credential'],
    [403, 'DENIED', 'does not let this account pull'],
    [503, 'UNAVAILABLE', 'answers 503'],
  ])('counts a refusal with %d', async (status, code, words) => {
    registry.inject(registryFault(status, code, 'no'));
    const path = line.write('mapping.txt', mapping(`${registry.host}/ns/app:v1`));
    const outcome = await check(path, '--format', 'sarif', '--retry-times', '0');
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^operator-mirror check: \d images? of [^\n]*\n$/);
    expect(outcome.stderr).toContain(words);
    expect(JSON.parse(outcome.stdout).version).toBe('2.1.0');
  });

  it('hints at a pull secret where the registry gives its catalog to nobody without a login', async () => {
    const closed = await FakeRegistry.start({ auth: basicAuth({ anna: 'secret' }) });
    onTestFinished(() => closed.stop());
    closed.add('ns/app', 'v1', image);
    const auth = Buffer.from('anna:secret').toString('base64');
    const authFile = line.write('auth.json', JSON.stringify({ auths: { [closed.host]: { auth } } }));
    const path = line.write(
      'catalogSource.yaml',
      `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: mine
  namespace: openshift-marketplace
spec:
  image: ${closed.host}/ns/app:v1
  sourceType: grpc
  displayName: Mine
  publisher: Me
`,
    );
    const { code, stdout, stderr } = await check(path, '--format', 'json', '--authfile', authFile);
    expect(stderr).toBe('');
    const [file] = JSON.parse(stdout).files;
    expect(file.findings.map((finding: { code: string }) => finding.code)).toEqual([
      'catalog-source/pull-secret',
    ]);
    expect(code).toBe(0);
  });

  it('that is stopped ends with 2 and no report', async () => {
    registry.inject(slow(10_000));
    const path = line.write('mapping.txt', mapping(`${registry.host}/ns/app:v1`));
    onTestFinished(() => registry.heal());
    const running = check(path);
    await expect.poll(() => registry.requests.length).toBeGreaterThan(0);
    line.stop.abort(new Error('stopped by SIGINT'));
    expect(await running).toEqual({
      code: 2,
      stdout: '',
      stderr: 'operator-mirror check: stopped by SIGINT\n',
    });
  });
});

it('holds an ImageSetConfiguration to its catalog, and says when that cannot be opened', async () => {
  const index = configsImage({ layers: [{ 'configs/a/catalog.json': packageText('some-operator') }] });
  registry.add('ns/index', 'v1', index);
  const operators = ['ns/index:v1', 'ns/gone:v1'].map(
    (name) => `  - catalog: ${registry.host}/${name}\n    packages:\n    - name: some-operater\n`,
  );
  const head =
    'apiVersion: mirror.openshift.io/v2alpha1\nkind: ImageSetConfiguration\nmirror:\n  operators:\n';
  const path = line.write('imageset.yaml', head + operators.join(''));
  const { code, stdout, stderr } = await check(path, '--format', 'json');
  expect(stderr).toContain(`1 image of ${registry.host} could not be checked`);
  expect(code).toBe(1);
  const [file] = JSON.parse(stdout).files;
  expect(file.findings).toMatchObject([
    { code: 'image-set/unknown-package', fixes: [{ title: 'Change it to some-operator', preferred: false }] },
  ]);
});
