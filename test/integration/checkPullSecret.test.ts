import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommandLine } from '../parts/cli/copyHarness.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { pushImage, testImage } from '../support/images.ts';

const password = 'se:cret';
const authorization = `Basic ${Buffer.from(`anna:${password}`).toString('base64')}`;

let registry: DockerRegistry;
let open: DockerRegistry;
let line: CommandLine;
beforeAll(async () => {
  line = new CommandLine();
  [registry, open] = await Promise.all([
    DockerRegistry.start({ users: { anna: password } }),
    DockerRegistry.start(),
  ]);
  await pushImage(registry.url, 'olm/index', 'v4.14', testImage(), { authorization });
  await pushImage(open.url, 'olm/index', 'v4.14', testImage());
});
afterAll(async () => {
  await Promise.all([registry?.stop(), open?.stop()]);
  line.remove();
});

const catalogSource = (host: string) => `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: index
  namespace: openshift-marketplace
spec:
  sourceType: grpc
  displayName: Index
  publisher: us
  image: ${host}/olm/index:v4.14
`;

it('check --online says of a registry with passwords that it wants a pull secret, and of an open one nothing', async () => {
  const auth = Buffer.from(`anna:${password}`).toString('base64');
  const authFile = line.write('auth.json', JSON.stringify({ auths: { [registry.host]: { auth } } }));
  const paths = [registry, open].map(({ host }, at) => line.write(`catalog${at}.yaml`, catalogSource(host)));
  for (const login of [['--authfile', authFile], []]) {
    const { stdout, stderr } = await line.run('check', '--online', '--format', 'json', ...login, ...paths);
    const { files } = JSON.parse(stdout) as { files: { findings: { code: string; message: string }[] }[] };
    const secrets = files.map(({ findings }) =>
      findings.filter(({ code }) => code === 'catalog-source/pull-secret').map(({ message }) => message),
    );
    expect(secrets).toEqual([[expect.stringMatching(`^${registry.host} wants credentials`)], []]);
    expect(stdout + stderr).not.toContain('logins are not looked up here');
  }
});
