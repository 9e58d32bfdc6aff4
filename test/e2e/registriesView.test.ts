import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { QuickInput } from '../support/e2eQuickInput.ts';
import { SideView } from '../support/e2eSideView.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';

/* Real registries, one that wants a password and one that does not, in the view of real VS Code. */

const username = 'anna';
const password = 'planted-secret-of-anna';

describe('the view of registries in real VS Code', () => {
  let open: DockerRegistry;
  let closed: DockerRegistry;
  let view: SideView;
  let input: QuickInput;
  const vscode = windowOnNewFolder(async (folder) => {
    open = await DockerRegistry.start();
    closed = await DockerRegistry.start({ users: { [username]: password } });
    const lines = ['db', 'web'].map((name) => `${open.host}/team/${name}:v1=${closed.host}/team/${name}:v1`);
    await writeFile(join(folder, 'mapping.txt'), `${lines.join('\n')}\n`);
  });
  afterAll(async () => {
    await open.stop();
    await closed.stop();
  });

  it('has the registries that files name, and asks none of them unasked', async () => {
    view = new SideView(vscode.workbench.page, 'Registries');
    input = new QuickInput(vscode.workbench.page);
    await view.open();
    for (const other of ['Catalogs', 'Mirror Runs']) await new SideView(vscode.workbench.page, other).fold();
    await view.waitForLines((lines) => lines.length === 2, 'two registries');
    expect(await view.lines()).toEqual([`${closed.host} mirror (2)`, `${open.host} source (2)`]);
  });

  it('says whether each answers, and who wants a login', async () => {
    await view.pressTitle('Ask Registries');
    await view.waitForLine(new RegExp(`^${closed.host} wants a login · mirror \\(2\\)$`));
    await view.waitForLine(new RegExp(`^${open.host} lets everybody in · source \\(2\\)$`));
    await view.expand(closed.host);
    await view.waitForLine(/^Wants a login log in$/);
    await view.waitForLine(/^mapping\.txt 2 places$/);
    await vscode.screenshot('registries-view');
  });

  it('logs in where that is wanted, and looks again', async () => {
    await view.focus('Wants a login');
    // The registry is filled in already.
    await input.type('Registry, HOST or HOST:PORT', closed.host);
    await input.type(`User at ${closed.host}`, username);
    await input.type(`Password or token of ${username}`, password);
    await view.waitForLine(new RegExp(`^${closed.host} takes the login · mirror`));
    await view.waitForLine(/^Logged in as anna kept by VS Code$/);
    await vscode.screenshot('registries-logged-in');
  });

  it('forgets a login once somebody has said yes', async () => {
    await view.press('Logged in as anna', 'Log Out of Registry');
    const dialog = vscode.workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText(`Forget the login of ${closed.host}`).waitFor();
    await dialog.getByRole('button', { name: 'Log Out' }).click();
    await view.waitForLine(new RegExp(`^${closed.host} wants a login`));
    expect((await view.lines()).join('\n')).not.toContain('Logged in as');
  });

  it('opens the file that names a registry', async () => {
    await view.focus('mapping.txt');
    await expect.poll(() => vscode.workbench.visibleText()).toContain(`${open.host}/team/db:v1`);
  });
});
