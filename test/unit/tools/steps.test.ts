import { describe, expect, it } from 'vitest';
import { type StepOptions, stepNamed, steps } from '../../../server/src/tools/steps.ts';
import { commandOf, shownCommand } from '../../../server/src/tools/toolCommand.ts';

const usual: StepOptions = {
  insecure: [],
  maxComponents: 2,
  indexFilterByOs: 'linux/amd64',
  packages: [],
  manifestsOnly: false,
  workspace: '/w/oc-mirror-workspace',
};

function shown(name: string, operands: readonly string[], options: Partial<StepOptions> = {}): string {
  const step = stepNamed(name);
  if (step === undefined) throw new Error(name);
  return shownCommand(step.make(operands, { ...usual, ...options }));
}

const registry = 'registry.ocp4.shinefire.com:8443';
const index = `${registry}/my-operator/my-operator-index:v4.8-202111`;
const all: Partial<StepOptions> = { authFile: '/root/pull-secret.json', insecure: [registry] };

describe('the command line of', () => {
  it.each([
    ['podman-login', [registry], {}, `podman login ${registry}`],
    [
      'podman-login',
      [registry],
      all,
      `podman login --authfile=/root/pull-secret.json --tls-verify=false ${registry}`,
    ],
    ['podman-login', ['registry.redhat.io'], { insecure: [registry] }, 'podman login registry.redhat.io'],
    ['grpcurl-list-packages', [], {}, 'grpcurl -plaintext localhost:50051 api.Registry/ListPackages'],
    ['grpcurl-list-packages', ['h:1'], {}, 'grpcurl -plaintext h:1 api.Registry/ListPackages'],
    [
      'opm-index-prune',
      ['registry.redhat.io/redhat/redhat-operator-index:v4.8', index],
      { packages: ['elasticsearch-operator', 'cluster-logging'] },
      `opm index prune -f registry.redhat.io/redhat/redhat-operator-index:v4.8 -p elasticsearch-operator,cluster-logging -t ${index}`,
    ],
    [
      'opm-index-prune',
      ['a.io/b:1', index],
      { ...all, packages: ['a'] },
      `REGISTRY_AUTH_FILE=/root/pull-secret.json opm index prune -f a.io/b:1 -p a -t ${index} --skip-tls`,
    ],
    ['podman-push', [index], {}, `podman push ${index}`],
    [
      'podman-push',
      [index],
      all,
      `podman push --authfile=/root/pull-secret.json --tls-verify=false ${index}`,
    ],
    [
      'skopeo-copy',
      ['registry.redhat.io/a/b:v4.8', `docker://${registry}/a/b:v4.8`],
      { insecure: [registry] },
      `skopeo copy --all --preserve-digests --dest-tls-verify=false docker://registry.redhat.io/a/b:v4.8 docker://${registry}/a/b:v4.8`,
    ],
    [
      'skopeo-copy',
      [`${registry}/a:1`, 'oci:/tmp/a:1'],
      { insecure: [registry] },
      `skopeo copy --all --preserve-digests --src-tls-verify=false docker://${registry}/a:1 oci:/tmp/a:1`,
    ],
    [
      'oc-catalog-mirror',
      [index, 'file:///efk-mirror'],
      all,
      `oc adm catalog mirror --registry-config=/root/pull-secret.json --insecure --max-components=2 --index-filter-by-os=linux/amd64 ${index} file:///efk-mirror`,
    ],
    [
      'oc-catalog-mirror',
      ['file://efk-mirror/my-operator/my-operator-index:v4.8-202111', `${registry}/efk-mirror`],
      { maxComponents: 0, toManifests: 'out', manifestsOnly: true },
      `oc adm catalog mirror --max-components=0 --to-manifests=out --manifests-only file://efk-mirror/my-operator/my-operator-index:v4.8-202111 ${registry}/efk-mirror`,
    ],
    [
      'oc-image-mirror',
      [],
      { mapping: 'manifests/mapping.txt' },
      "oc image mirror '--filter-by-os=.*' --continue-on-error=true -f manifests/mapping.txt",
    ],
    [
      'oc-mirror',
      [`${registry}/mirror`],
      { imageSet: 'isc.yaml', ...all },
      `oc-mirror --v2 -c isc.yaml --workspace file:///w/oc-mirror-workspace --authfile=/root/pull-secret.json --dest-tls-verify=false docker://${registry}/mirror`,
    ],
    [
      'oc-mirror',
      ['file:///w/disk'],
      { imageSet: 'isc.yaml', insecure: ['quay.local:5000'] },
      'oc-mirror --v2 -c isc.yaml --src-tls-verify=false file:///w/disk',
    ],
    [
      'oc-mirror',
      [`docker://${registry}/mirror`],
      { imageSet: 'isc.yaml', from: '/w/disk' },
      `oc-mirror --v2 -c isc.yaml --from file:///w/disk docker://${registry}/mirror`,
    ],
  ])('%s %j %j', (name, operands, options, expected) => {
    expect(shown(name, operands, options)).toBe(expected);
  });
});

describe('what is refused', () => {
  it.each([
    ['podman-login', [], 'HOST is missing'],
    ['podman-login', ['a:1', 'b:1'], 'there is more than HOST'],
    // For the tool it would be an option, and not what somebody names.
    ['podman-push', ['--all'], '"--all" is no name'],
    ['oc-catalog-mirror', ['a.io/b:1', ''], '"" is no name'],
    ['oc-catalog-mirror', ['a.io/b:1'], 'DEST is missing'],
    ['opm-index-prune', ['a.io/b:1', 'c.io/d:1'], '--packages is missing'],
    ['oc-image-mirror', [], '-f FILE is missing'],
    ['oc-image-mirror', ['x'], 'there is more than -f FILE'],
    ['oc-mirror', ['a.io/b'], '-c IMAGESET is missing'],
    ['grpcurl-list-packages', ['a:1', 'b:1'], 'there is more than HOST:PORT'],
  ])('of %s %j', (name, operands, message) => {
    expect(() => shown(name, operands)).toThrow(message);
  });
});

it('has each step for a tool that its name begins with', () => {
  for (const { name, tool } of steps) expect(`${name}-`).toMatch(new RegExp(`^${tool}-`));
});

it('takes whole command lines of known tools alone, as they are written', () => {
  expect(commandOf(['/opt/bin/oc', 'image', 'mirror', 'a b=c'])).toEqual({
    tool: 'oc',
    program: '/opt/bin/oc',
    words: ['image', 'mirror', 'a b=c'],
    environment: {},
  });
  expect(commandOf(['C:\\bin\\oc-mirror.exe', 'list'])?.tool).toBe('oc-mirror');
  expect(commandOf(['sh', '-c', 'oc'])).toBeUndefined();
  expect(commandOf([])).toBeUndefined();
});
