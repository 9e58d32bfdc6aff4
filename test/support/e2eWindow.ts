import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { CodeServer, type CodeServerOptions } from './codeServer.ts';
import type { Workbench } from './e2eWorkbench.ts';

/** A window of VS Code that is open while the tests of a `describe` run. */
export interface OpenWindow {
  /** The folder that it shows: an absolute path. */
  readonly folder: string;
  /** What a user does and sees there. */
  readonly workbench: Workbench;
  /** The extension's own folder, as VS Code runs it. */
  readonly extension: string;
  /** Takes a picture: test/e2e/screenshots/NAME.png. */
  screenshot(name: string): Promise<string>;
}

type Options = Omit<CodeServerOptions, 'folder'>;

/**
 * Opens VS Code on a new folder before the first test of the `describe` that calls this, and removes both after the
 * last. A test that fails leaves a picture and the logs.
 * @param fill writes into the folder what the window shows
 */
export function windowOnNewFolder(fill: (folder: string) => Promise<unknown>, options?: Options): OpenWindow {
  let made: string | undefined;
  // Hooks of one kind run in turn, those after the tests backwards: the folder outlives its window.
  afterAll(async () => {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  });
  return windowOn(async () => {
    made = await mkdtemp(join(tmpdir(), 'om-window-'));
    await fill(made);
    return made;
  }, options);
}

/** The same on a folder that somebody else makes and removes. */
export function windowOn(prepare: () => Promise<string>, options: Options = {}): OpenWindow {
  let opened: { readonly folder: string; readonly vscode: CodeServer } | undefined;
  const now = () => {
    if (opened === undefined) throw new Error('The window is open while tests run.');
    return opened;
  };

  beforeAll(async () => {
    const folder = await prepare();
    opened = { folder, vscode: await CodeServer.start({ ...options, folder }) };
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await opened?.vscode.explainFailure(task.name);
  });

  afterAll(() => opened?.vscode.stop());

  return {
    get folder() {
      return now().folder;
    },
    get workbench() {
      return now().vscode.workbench;
    },
    get extension() {
      return now().vscode.extension;
    },
    screenshot: (name) => now().vscode.screenshot(name),
  };
}
