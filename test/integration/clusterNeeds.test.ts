import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resultText } from '../../server/src/mirror/manifests/resultFile.ts';
import { CommandLine } from '../parts/cli/copyHarness.ts';
import { makeCertificates } from '../support/certificates.ts';
import { type ClusterObject, ClusterServer } from '../support/clusterServer.ts';
import { planOfLines, resultOf } from '../support/mirrorResults.ts';

// A command asks kubectl a dozen times, and each time a program of 50 MB is started.
vi.setConfig({ testTimeout: 240_000 });

/* What nodes need besides mirror sets, through Debian's kubectl. */

const plan = planOfLines(['quay.io/a/app:v1 -> reg.example.com:5000/m/a/app:v1']);
const auths = { 'quay.io': { auth: base64('robot:secret') } };

let line: CommandLine;
let cluster: ClusterServer;
let folder: string;
beforeEach(async () => {
  line = new CommandLine();
  line.write('run/report.json', resultText(resultOf(plan)));
  folder = line.path('run');
  await line.run('manifests', folder);
  cluster = await ClusterServer.start(pullSecret(auths));
  line.environment = cluster.environment;
});
afterEach(async () => {
  line.remove();
  await cluster.stop();
});

const apply = (...options: string[]) => line.run('apply', folder, '--no-wait', ...options);

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function pullSecret(logins: object): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name: 'pull-secret', namespace: 'openshift-config' },
    data: { '.dockerconfigjson': base64(JSON.stringify({ auths: logins })) },
  };
}

function loginsOnCluster(): unknown {
  const { data } = cluster.object('secrets', 'pull-secret', 'openshift-config') as unknown as {
    data: Record<string, string>;
  };
  return JSON.parse(Buffer.from(data['.dockerconfigjson'] ?? '', 'base64').toString('utf8'));
}

describe('what nodes need', () => {
  it('offers the login of this machine, and adds it only when it is told to', async () => {
    const authfile = line.write(
      'auth.json',
      JSON.stringify({ auths: { 'reg.example.com:5000': { auth: base64('anna:the-password') } } }),
    );
    const said = await apply('--yes', '--authfile', authfile);
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(said.stdout).toMatch(
      /^reg\.example\.com:5000 has a login here, as anna, .*--add-pull-secret adds/m,
    );
    expect(loginsOnCluster()).toEqual({ auths });
    const added = await apply('--yes', '--authfile', authfile, '--add-pull-secret');
    expect(added.stdout).toContain('The global pull secret has logins now for reg.example.com:5000.');
    expect(loginsOnCluster()).toEqual({
      auths: { ...auths, 'reg.example.com:5000': { auth: base64('anna:the-password') } },
    });
    expect(`${said.stdout}${added.stdout}${added.stderr}`).not.toMatch(/the-password|YW5uYTp/);
    const again = await apply('--yes', '--authfile', authfile, '--add-pull-secret');
    expect(again.stdout).toContain('All of it is there already.');
    expect(again.stdout).not.toContain('pull secret');
    expect(cluster.changes).toEqual(['POST imagetagmirrorsets', 'PUT secrets pull-secret']);
  });

  it('offers the authority of this machine for additionalTrustedCA, and keeps what is there', async () => {
    const { ca, caFile } = await makeCertificates(line.folder);
    const said = await apply('--yes', '--ca-file', caFile);
    expect(said.stdout).toMatch(
      /^reg\.example\.com:5000 has a certificate authority .*--add-trusted-ca adds/m,
    );
    expect(cluster.changes).toEqual(['POST imagetagmirrorsets']);
    expect((await apply('--yes', '--ca-file', caFile, '--add-trusted-ca')).code).toBe(0);
    const name = 'operator-mirror-registry-cas';
    expect(cluster.object('images', 'cluster')?.spec).toEqual({ additionalTrustedCA: { name } });
    const certificate = `${ca.trim()}\n`;
    expect(cluster.object('configmaps', name, 'openshift-config')?.data).toEqual({
      'reg.example.com..5000': certificate,
    });
    const named = { name: 'registry-cas', namespace: 'openshift-config' };
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: named, data: { 'other.io': 'PEM' } });
    cluster.put({
      apiVersion: 'config.openshift.io/v1',
      kind: 'Image',
      metadata: { name: 'cluster' },
      spec: {
        additionalTrustedCA: { name: named.name },
        registrySources: { blockedRegistries: ['evil.io'] },
      },
    });
    const image = cluster.object('images', 'cluster');
    expect((await apply('--yes', '--ca-file', caFile, '--add-trusted-ca')).code).toBe(0);
    expect(cluster.object('configmaps', named.name, named.namespace)?.data).toEqual({
      'other.io': 'PEM',
      'reg.example.com..5000': certificate,
    });
    expect(cluster.object('images', 'cluster')).toEqual(image);
    expect((await apply('--yes', '--ca-file', caFile)).stdout).not.toContain('--add-trusted-ca');
  });

  it('applies what it may where it may not look at the pull secret', async () => {
    cluster.refuse = ({ plural }) =>
      plural === 'secrets'
        ? { code: 403, reason: 'Forbidden', message: 'secrets "pull-secret" is forbidden' }
        : undefined;
    const { code, stdout } = await apply('--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^What nodes need cannot be told: .*secrets "pull-secret" is forbidden; ask for/m);
    expect(cluster.changes).toEqual(['POST imagetagmirrorsets']);
  });
});
