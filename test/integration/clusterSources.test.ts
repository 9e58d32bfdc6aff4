import { chmodSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandLine } from '../parts/cli/copyHarness.ts';
import { ClusterServer } from '../support/clusterServer.ts';

// A command asks kubectl a dozen times, and each time a program of 50 MB is started.
vi.setConfig({ testTimeout: 240_000 });

/* Debian's kubectl against an API server on the loopback. */

const hub = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'OperatorHub',
  metadata: { name: 'cluster' },
  spec: { sources: [{ name: 'certified-operators', disabled: false }] },
};

let line: CommandLine;
let cluster: ClusterServer;
beforeEach(async () => {
  line = new CommandLine();
  cluster = await ClusterServer.start(hub);
  line.environment = cluster.environment;
});
afterEach(async () => {
  line.remove();
  await cluster.stop();
});

const disable = (...options: string[]) => line.run('disable-default-sources', ...options);

describe('disable-default-sources', () => {
  it('says which cluster it is, asks, and changes nothing where nobody is there to be asked', async () => {
    const { code, stdout, stderr } = await disable();
    expect(stdout).toBe(`Cluster: ${cluster.url}, context lab/anna\n`);
    expect(stderr).toMatch(/nothing was changed: nobody is there to be asked; add --yes if/);
    expect(code).toBe(2);
    expect(cluster.changes).toEqual([]);
  });

  it('switches the default catalogs off and leaves everything else of the object', async () => {
    const { code, stdout, stderr } = await disable('--yes');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The default catalogs are off now');
    expect(stdout).toContain('certified-operators stays on');
    expect(cluster.object('operatorhubs', 'cluster')?.spec).toEqual({
      ...hub.spec,
      disableAllDefaultSources: true,
    });
    const again = await disable('--format', 'json');
    expect(JSON.parse(again.stdout)).toEqual({
      cluster: { context: 'lab/anna', server: cluster.url },
      disableAllDefaultSources: true,
      changed: false,
      keptOn: ['certified-operators'],
    });
    expect(cluster.changes).toEqual(['PATCH operatorhubs cluster']);
  });

  it('says in one line that it may not, and that something sets it back', async () => {
    const message = 'operatorhubs.config.openshift.io "cluster" is forbidden: User "anna" cannot patch';
    cluster.refuse = ({ method }) =>
      method === 'PATCH' ? { code: 403, reason: 'Forbidden', message } : undefined;
    const denied = await disable('--yes');
    expect(denied.code).toBe(2);
    expect(denied.stderr).toMatch(/\(Forbidden\).* cannot patch; ask for the permission, or log in as/);
    cluster.refuse = ({ method }) => {
      if (method === 'GET') cluster.put(hub);
      return undefined;
    };
    const undone = await disable('--yes');
    expect(undone.code).toBe(2);
    expect(undone.stderr).toMatch(/still has its default catalogs; see with/);
  });

  it('says in one line that there is no program, no context and no server', async () => {
    line.environment = { ...cluster.environment, PATH: line.folder };
    const none = await disable('--yes');
    expect(none.stderr).toMatch(/there is neither oc nor kubectl on this machine; install oc or kubectl/);
    line.environment = { ...cluster.environment, KUBECONFIG: line.path('none') };
    const nowhere = await disable('--yes');
    expect(nowhere.stderr).toMatch(/kubectl is logged in to no cluster; log in with `oc login`/);
    line.environment = cluster.environment;
    await cluster.disconnect();
    const silent = await disable('--yes');
    expect(silent.stderr).toMatch(/: The connection to the server 127\.0\.0\.1:\d+ was refused/);
    for (const outcome of [none, nowhere, silent]) {
      expect(outcome.code).toBe(2);
      expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('takes oc where it is there, and asks whoever sits at the terminal', async () => {
    const kubectl = line.write('bin/oc', `#!/bin/sh\necho oc >> ${line.path('called')}\nexec kubectl "$@"\n`);
    chmodSync(kubectl, 0o755);
    line.environment = {
      ...cluster.environment,
      PATH: `${line.path('bin')}:${cluster.environment.PATH}`,
    };
    line.isTTY = true;
    line.input = 'no\n';
    const refused = await disable();
    expect([refused.code, cluster.changes]).toEqual([1, []]);
    expect(refused.stderr).toContain('Switch off the default catalogs of http://127.0.0.1:');
    expect(refused.stdout).toContain('Nothing was changed.');
    line.input = 'yes\n';
    expect((await disable()).code).toBe(0);
    expect(cluster.changes).toHaveLength(1);
    expect(readFileSync(line.path('called'), 'utf8')).toMatch(/^(?:oc\n){5,}$/);
  });
});
