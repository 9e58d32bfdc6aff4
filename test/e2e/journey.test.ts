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
import { chinese, english, type Words } from '../support/e2eWords.ts';
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
const done =
  'Done: all nodes have it. Next: operator-mirror status {0} holds what the cluster offers against it.';
const version: ClusterObject = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'ClusterVersion',
  metadata: { name: 'version' },
  status: { desired: { version: '4.18.3' } },
};

describe.each<[string, Words]>([
  ['English', english],
  ['Chinese', chinese],
])('the journey of a first mirror in real VS Code, in %s', async (_language, { locale, say, like }) => {
  const picture = (name: string) =>
    vscode.screenshot(locale === undefined ? `journey-${name}` : `journey-${locale}-${name}`);
  const temporary = await mkdtemp(join(tmpdir(), 'om-journey-'));
  const parts: { stop(): Promise<unknown> }[] = [];
  afterAll(async () => {
    for (const part of parts.reverse()) await part.stop();
    await rm(temporary, { recursive: true, force: true });
  });
  const destinationPrompt = say('HOST[:PORT]/NAMESPACE, oci://FOLDER, or file://PATH in a v2/ folder');
  const whole = like('all {0} images are there', 55);
  const someThere = runLine(
    new RegExp(like('{0} of {1} images', '{0}', 56).source.replace('.*', '[1-9]\\d?')),
  );
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
      ...(locale !== undefined && { locale }),
      settings: {
        'terminal.integrated.env.linux': { PATH: await pathWithout(join(temporary, 'bin'), foreignTools) },
      },
    },
  );

  it('begins with a walkthrough, which leads to the login; a wrong password is said', async () => {
    const { workbench } = vscode;
    input = new QuickInput(workbench.page);
    await workbench.command(`Operator Mirror: ${say('Get Started')}`);
    await input.choose(say('Mirror your first operator'));
    await pressStep('Log in to the registries');
    await logIn('another');
    const refused = like('{0} does not accept this user and password', mirror.host);
    const nextStep = say(
      'check both: many registries want a token or a robot account in place of a password',
    );
    expect(await workbench.notification(refused)).toContain(nextStep);
    await stepIs('unchecked', 'Log in to the registries');
    await picture('wrong-password');
    await workbench.pressNotificationButton(refused, say('Log In Again'));
    await input.keep(say('Registry, HOST or HOST:PORT'), mirror.host);
    await input.keep(say('User at {0}', mirror.host), username);
    await input.type(say('Password or token of {0}', username), password);
    await workbench.notification(like('Logged in to {0} as {1}.', mirror.host, username));
    await stepIs('checked', 'Log in to the registries');
    await picture('walkthrough');
  });

  it('opens the catalog, and makes an ImageSetConfiguration of two ticks', async () => {
    const { workbench } = vscode;
    await pressStep('Open a catalog');
    catalogs = new CatalogsView(workbench.page, say('Catalogs'));
    await catalogs.type(say('Add Catalog'), index);
    await catalogs.press('Enter');
    await catalogs.pane.waitFor(patience);
    await catalogs.widen(480);
    await catalogs.waitForLine(/^cluster-logging/);
    for (const name of ['cluster-logging', 'elasticsearch-operator']) await catalogs.tick(name);
    await catalogs.waitForLine(like('{0} packages selected', 2));
    await picture('selected');
    await catalogs.press(
      say('{0} packages selected', 2),
      say('Create ImageSetConfiguration from the Selection'),
    );
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
    await workbench.clickCodeLens(new RegExp(`^${say('Mirror')}$`));
    await input.choose(say('Another place…'));
    await input.type(destinationPrompt, `${mirror.host}/olm`);
    runs = new SideView(workbench.page, say('Mirror Runs'));
    await workbench.notification(like('{0}: {1} of {2} images could not be copied.', '{0}', 1, 55), 240_000);
    await runs.open();
    await catalogs.fold();
    await runs.waitForLine(runLine(like('{0} of {1} images failed', 1, 55)));
    await picture('missing');
    await show();
    await runs.press(/^imageset-config →/, say('Retry What Failed in a Mirror Run'));
    await runs.waitForLine(runLine(whole));
    await picture('mirrored');
  });

  it('verifies what is there', async () => {
    const { workbench } = vscode;
    await runs.focus(say('Verify that all of it is there'));
    await expect.poll(() => workbench.terminalText(), patience).toMatch(like('{0} proven', 56));
    await picture('verified');
  });

  it('tells in its report what was done, and what comes next', async () => {
    const { workbench } = vscode;
    await runs.focus(new RegExp(`^${say('Report')}$`));
    const page = workbench.webview();
    await page.locator('h2', { hasText: say('Next steps') }).waitFor(patience);
    await picture('report');
    await workbench.openFile('imageset-config.yaml');
  });

  it('stops when the registry is switched off, and goes on when it is back', async () => {
    const { workbench } = vscode;
    slow.delay = 2000;
    await workbench.clickCodeLens(new RegExp(`^${say('Mirror')}$`));
    await input.choose(say('Another place…'));
    await input.type(destinationPrompt, `${mirror.host}/again`);
    await until('some images are there', async () => {
      const lines = await runs.lines();
      if (!lines.some((line) => someThere.test(line))) throw new Error(lines.join('\n'));
    });
    await mirror.switchOff();
    await runs.waitForLine(runLine(like('{0} of {1} images failed', '{0}', 55)));
    await picture('switched-off');
    await mirror.switchOn();
    slow.delay = 0;
    await runs.press(/^imageset-config →/, say('Retry What Failed in a Mirror Run'));
    await runs.waitForLines(
      (lines) => lines.filter((line) => runLine(whole).test(line)).length === 2,
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
    await workbench.command(`Operator Mirror: ${say('Apply to Cluster')}`);
    await input.choose(/^manifests-/);
    await expect
      .poll(() => workbench.terminalText(), patience)
      .toContain(say('Type yes, or anything else for no:').slice(0, 6));
    await workbench.page.locator('.terminal-wrapper.active').first().click();
    await workbench.page.keyboard.type('yes');
    await workbench.page.keyboard.press('Enter');
    await expect.poll(() => workbench.terminalText(), patience).toContain(say(done).split(/[.。]/)[0]);
    await picture('applied');
    expect(cluster.changes.length).toBeGreaterThan(1);
  });

  /** A line of the view of runs. */
  function runLine(state: RegExp): RegExp {
    return new RegExp(`^imageset-config → localhost:\\d+ ${state.source}`);
  }

  /** Opens a step of the walkthrough that is shown, and presses its button. */
  async function pressStep(step: string): Promise<void> {
    const details = vscode.workbench.page.locator('.gettingStartedSlideDetails');
    await details.waitFor(patience);
    await details
      .locator('.getting-started-step', { hasText: say(step) })
      .first()
      .click();
    await details.locator('.step-description-container .monaco-button:visible').first().click();
  }

  /** Waits until a step of the walkthrough has its tick, or has none. */
  async function stepIs(state: 'checked' | 'unchecked', step: string): Promise<void> {
    const line = vscode.workbench.page.locator('.getting-started-step', { hasText: say(step) }).first();
    await line.locator(`.codicon-getting-started-step-${state}`).waitFor(patience);
  }

  async function logIn(secret: string): Promise<void> {
    await input.type(say('Registry, HOST or HOST:PORT'), mirror.host);
    await input.type(say('User at {0}', mirror.host), username);
    await input.type(say('Password or token of {0}', username), secret);
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
