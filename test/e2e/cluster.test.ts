import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resultText } from '../../server/src/mirror/manifests/resultFile.ts';
import { CommandLine } from '../parts/cli/copyHarness.ts';
import { ClusterServer } from '../support/clusterServer.ts';
import { SideView } from '../support/e2eSideView.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { plannedCatalog, planOfLines, resultOf } from '../support/mirrorResults.ts';
import { DrainingNodes, quietNodes } from '../support/nodePools.ts';

/* Debian's kubectl in VS Code's terminal, against an API server on the loopback. */

const place = 'reg.example.com/m/a/app-index:v4.18';
const catalog = plannedCatalog('quay.io/a/app-index:v4.18', place, ['quay.io/a/db:v1']);
const plan = planOfLines(
  ['quay.io/a/app:v1 -> reg.example.com/m/a/app:v1', 'quay.io/a/db:v1 -> reg.example.com/m/a/db:v1'],
  { catalogs: [catalog] },
);
const hub = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'OperatorHub',
  metadata: { name: 'cluster' },
  spec: {},
};
const version = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'ClusterVersion',
  metadata: { name: 'version' },
  status: { desired: { version: '4.18.3' } },
};
const patience = { timeout: 120_000 };

describe('the cluster in real VS Code', () => {
  let cluster: ClusterServer;
  let view: SideView;
  const line = new CommandLine();
  afterAll(async () => {
    line.remove();
    await cluster.stop();
  });

  const vscode = windowOnNewFolder(async (folder) => {
    cluster = await ClusterServer.start(hub, version, ...quietNodes());
    const manifests = join(folder, 'manifests-app-index-1762900000');
    await mkdir(manifests);
    await writeFile(join(manifests, 'report.json'), resultText(resultOf(plan)));
    await line.run('manifests', manifests);
    // What reaches the cluster has its kubeconfig from somewhere else than this machine.
    const { KUBECONFIG, HOME } = cluster.environment;
    const oc = join(folder, 'oc');
    await writeFile(oc, `#!/bin/sh\nexport KUBECONFIG='${KUBECONFIG}' HOME='${HOME}'\nexec kubectl "$@"\n`);
    await chmod(oc, 0o755);
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({ 'operatorMirror.cluster.command': oc }),
    );
  });

  /** Answers the question that stands in the terminal. */
  async function answer(question: string, text: string): Promise<void> {
    const { workbench } = vscode;
    await expect.poll(() => workbench.terminalText(), patience).toContain(question);
    await workbench.page.locator('.terminal-wrapper.active').first().click();
    await workbench.page.keyboard.type(text);
    await workbench.page.keyboard.press('Enter');
  }

  it('says what it is for, and asks nobody before somebody wants it', async () => {
    view = new SideView(vscode.workbench.page, 'Cluster');
    await view.open();
    for (const other of ['Catalogs', 'Mirror Runs']) await new SideView(vscode.workbench.page, other).fold();
    await view.pane.locator('.pane-header').focus();
    await view.pane.getByText('Look at the Cluster').waitFor();
    await vscode.screenshot('cluster-empty');
    expect(cluster.requests).toEqual([]);
  });

  it('applies a mirror run once somebody has seen what will happen, and said yes', async () => {
    const { workbench } = vscode;
    const nodes = new DrainingNodes(cluster);
    cluster.refuse = (request) => {
      if (cluster.changes.length > 1) nodes.asked(request);
      return undefined;
    };
    await workbench.command('Operator Mirror: Apply to Cluster');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'manifests-app-index-1762900000' })
      .click();
    await expect.poll(() => workbench.terminalText(), patience).toContain('drain one after the other?');
    await vscode.screenshot('cluster-question');
    expect(cluster.changes).toEqual([]);
    await answer('Type yes', 'yes');
    await expect.poll(() => workbench.terminalText(), patience).toContain('Done: all nodes have it.');
    await vscode.screenshot('cluster-applied');
    expect(cluster.changes).toHaveLength(3);
  });

  it('shows how the cluster is, and what waits', async () => {
    const image = 'quay.io/b/web:v2';
    const waiting = { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` };
    cluster.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'demo' },
      spec: { containers: [{ name: 'one', image }] },
      status: { phase: 'Pending', containerStatuses: [{ name: 'one', image, state: { waiting } }] },
    });
    await view.pressTitle('Refresh Cluster');
    await view.waitForLine(/^Pod demo\/web-1 quay\.io\/b\/web:v2$/);
    await view.waitForLine(/^Nodes 3 of 3 Ready$/);
    await view.waitForLine(/^cs-\S+ says nothing yet · 0 packages$/);
    await view.waitForLine(/^Of the Mirror Run 3 of 3 are there$/);
    await view.expand('Pod demo/web-1');
    await view.waitForLine(/^No rule on the cluster redirects it\.$/);
    await vscode.screenshot('cluster-view');
  });

  it('switches the default catalogs off', async () => {
    await vscode.workbench.command('Operator Mirror: Disable Default Sources of a Cluster');
    await answer('Switch off the default catalogs', 'yes');
    await expect
      .poll(() => cluster.object('operatorhubs', 'cluster')?.spec, patience)
      .toEqual({ disableAllDefaultSources: true });
  });
});
