import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RecordingProxy } from '../integration/copyProxy.ts';
import { type ClusterObject, ClusterServer } from '../support/clusterServer.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { CatalogsView } from '../support/e2eCatalogs.ts';
import { QuickInput } from '../support/e2eQuickInput.ts';
import { SideView } from '../support/e2eSideView.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { until } from '../support/e2eWorkbench.ts';
import { DrainingNodes, quietNodes } from '../support/nodePools.ts';
import { type StockedCatalog, stockCatalog } from '../support/stockedCatalog.ts';

/*
 * The journey of somebody who has never mirrored an operator, by mouse, keyboard and palette alone: from the walkthrough over Red Hat's
 * own index to a cluster. On the way what goes wrong goes wrong: the password, an image that is not there, a registry that is switched off.
 * No tool of others is there but the one that reaches the cluster.
 */

const index = 'registry.redhat.io/redhat/redhat-operator-index:v4.8';
const username = 'admin';
const password = 'planted-secret-of-the-mirror';
const foreignTools = ['oc', 'podman', 'skopeo', 'opm', 'grpcurl', 'kubectl', 'oc-mirror'];
const patience = { timeout: 120_000 };
const version: ClusterObject = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'ClusterVersion',
  metadata: { name: 'version' },
  status: { desired: { version: '4.18.3' } },
};

describe('the journey of a first mirror in real VS Code', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'om-journey-'));
  const parts: { stop(): Promise<unknown> }[] = [];
  afterAll(async () => {
    for (const part of parts.reverse()) await part.stop();
    await rm(temporary, { recursive: true, force: true });
  });
  let internet: DockerRegistry;
  let mirror: DockerRegistry;
  let slow: RecordingProxy;
  let cluster: ClusterServer;
  let stocked: StockedCatalog;
  let catalogs: CatalogsView;
  let runs: SideView;
  let input: QuickInput;

  const vscode = windowOnNewFolder(
    async (folder) => {
      internet = await DockerRegistry.start();
      mirror = await DockerRegistry.start({ users: { [username]: password } });
      slow = await RecordingProxy.start(internet.url);
      cluster = await ClusterServer.start(version, ...quietNodes());
      parts.push(internet, mirror, slow, cluster);
      stocked = await stockCatalog(internet, 'redhat-operator-index', 'database', index);
      // The true registries, which are on this machine here.
      const conf = join(temporary, 'registries.conf');
      await writeFile(conf, stocked.registriesConf.replaceAll(internet.host, slow.host));
      const oc = join(temporary, 'oc');
      const { KUBECONFIG, HOME } = cluster.environment;
      await writeFile(
        oc,
        `#!/bin/sh\nexport KUBECONFIG='${KUBECONFIG}' HOME='${HOME}'\nexec /usr/bin/kubectl "$@"\n`,
      );
      await chmod(oc, 0o755);
      await mkdir(join(folder, '.vscode'));
      const settings = { 'operatorMirror.registries.configFile': conf, 'operatorMirror.cluster.command': oc };
      await writeFile(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
    },
    {
      settings: {
        'terminal.integrated.env.linux': { PATH: await pathWithout(join(temporary, 'bin'), foreignTools) },
      },
    },
  );

  it('begins with a walkthrough, which leads to the login; a wrong password is said', async () => {
    const { workbench } = vscode;
    input = new QuickInput(workbench.page);
    await workbench.command('Operator Mirror: Get Started');
    await input.choose('Mirror your first operator');
    await pressStep('Log in to the registries', 'Log In to Registry');
    await logIn('another');
    await workbench.notification(/does not accept this user and password.*robot account/);
    await vscode.screenshot('journey-wrong-password');
    await pressStep('Log in to the registries', 'Log In to Registry');
    await logIn(password);
    await workbench.notification(new RegExp(`^Logged in to ${mirror.host} as ${username}\\.$`));
    await vscode.screenshot('journey-walkthrough');
  });

  it('opens the catalog, and makes an ImageSetConfiguration of two ticks', async () => {
    const { workbench } = vscode;
    await pressStep('Open a catalog', 'Add Catalog…');
    catalogs = new CatalogsView(workbench.page);
    await catalogs.type('Add Catalog', index);
    await catalogs.press('Enter');
    await catalogs.pane.waitFor(patience);
    await catalogs.widen(480);
    await catalogs.waitForLine(/^cluster-logging/);
    for (const name of ['cluster-logging', 'elasticsearch-operator']) await catalogs.tick(name);
    await catalogs.waitForLine(/^2 packages selected/);
    await vscode.screenshot('journey-selected');
    await catalogs.press('2 packages selected', 'Create ImageSetConfiguration from the Selection');
    await expect.poll(() => workbench.visibleText(), patience).toContain('- name: elasticsearch-operator');
    expect(await workbench.squiggles('error')).toBe(0);
  });

  it('says which image is missing, and brings it when it is tried again', async () => {
    const { workbench } = vscode;
    const [image] = [...stocked.imagesOf('elasticsearch-operator').keys()].filter((name) =>
      name.includes('proxy'),
    );
    const { hide, show } = hidden(image ?? '');
    await hide();
    await workbench.clickCodeLens(/^Mirror$/);
    await input.choose('Another place…');
    await input.type('file://PATH in a v2/ folder', `${mirror.host}/olm`);
    runs = new SideView(workbench.page, 'Mirror Runs');
    await workbench.notification(/1 of 55 images could not be copied/, 240_000);
    await runs.open();
    await catalogs.fold();
    await runs.waitForLine(/^imageset-config → localhost:\d+ 1 of 55 images failed/);
    await vscode.screenshot('journey-missing');
    await show();
    await runs.press(/^imageset-config →/, 'Retry What Failed in a Mirror Run');
    await runs.waitForLine(/^imageset-config → localhost:\d+ all 55 images are there/);
    await vscode.screenshot('journey-mirrored');
  });

  it('verifies what is there', async () => {
    const { workbench } = vscode;
    await runs.focus('Verify that all of it is there');
    await expect.poll(() => workbench.terminalText(), patience).toMatch(/56 images: 56 proven/);
    await vscode.screenshot('journey-verified');
  });

  it('stops when the registry is switched off, and goes on when it is back', async () => {
    const { workbench } = vscode;
    slow.delay = 2000;
    await workbench.clickCodeLens(/^Mirror$/);
    await input.choose('Another place…');
    await input.type('file://PATH in a v2/ folder', `${mirror.host}/again`);
    await until('some images are there', async () => {
      const lines = await runs.lines();
      if (!lines.some((line) => /^imageset-config → localhost:\d+ [1-9]\d? of 56 images/.test(line)))
        throw new Error(lines.join('\n'));
    });
    await mirror.switchOff();
    await runs.waitForLine(/^imageset-config → localhost:\d+ \d+ of 55 images failed/);
    await vscode.screenshot('journey-switched-off');
    await mirror.switchOn();
    slow.delay = 0;
    await runs.press(/^imageset-config →/, 'Retry What Failed in a Mirror Run');
    await runs.waitForLines(
      (lines) =>
        lines.filter((line) => /^imageset-config → localhost:\d+ all 55 images are there/.test(line))
          .length === 2,
      'both runs are whole',
    );
  });

  it('puts it on the cluster', async () => {
    const { workbench } = vscode;
    const nodes = new DrainingNodes(cluster);
    cluster.refuse = (request) => {
      if (cluster.changes.length > 1) nodes.asked(request);
      return undefined;
    };
    await workbench.command('Operator Mirror: Apply to Cluster');
    await input.choose(/^manifests-/);
    await expect.poll(() => workbench.terminalText(), patience).toContain('Type yes');
    await workbench.page.locator('.terminal-wrapper.active').first().click();
    await workbench.page.keyboard.type('yes');
    await workbench.page.keyboard.press('Enter');
    await expect.poll(() => workbench.terminalText(), patience).toContain('Done: all nodes have it.');
    await vscode.screenshot('journey-applied');
    expect(cluster.changes.length).toBeGreaterThan(1);
  });

  /** Opens a step of the walkthrough that is shown, and presses its button. */
  async function pressStep(step: string, button: string): Promise<void> {
    const details = vscode.workbench.page.locator('.gettingStartedSlideDetails');
    await details.waitFor(patience);
    await details.locator('.getting-started-step', { hasText: step }).first().click();
    await details.locator('.step-description-container .monaco-button', { hasText: button }).first().click();
  }

  async function logIn(secret: string): Promise<void> {
    await input.type('Registry, HOST or HOST:PORT', mirror.host);
    await input.type(`User at ${mirror.host}`, username);
    await input.type(`Password or token of ${username}`, secret);
  }

  /** Takes an image out of the internet, and puts it back. */
  function hidden(image: string) {
    const path = image.replace(/[@:][^/]*$/, '');
    const repository = join(internet.directory, 'data/docker/registry/v2/repositories', path);
    return {
      hide: () => rename(repository, `${repository}-away`),
      show: () => rename(`${repository}-away`, repository),
    };
  }
});

/** A folder with links to all programs of the machine but some, as a PATH. */
async function pathWithout(folder: string, names: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const seen = new Set(names);
  for (const place of (process.env.PATH ?? '').split(':')) {
    for (const name of await readdir(place).catch(() => [])) {
      if (seen.has(name)) continue;
      seen.add(name);
      await symlink(join(place, name), join(folder, name));
    }
  }
  return folder;
}
