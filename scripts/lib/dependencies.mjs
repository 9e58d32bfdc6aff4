// The npm packages of this repository, Node 24 among them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root } from './paths.mjs';
import { npmProgress, step } from './progress.mjs';
import { runNpm } from './run.mjs';

/** Installs the packages if there are none, or others than package-lock.json names. */
export async function ensureDependencies() {
  if (existsSync(node24) && installedAsLocked()) return;
  // Install scripts run only for the packages that package.json approves. Without this, npm takes
  // better-sqlite3, which ships prebuilt, for a package that has to be compiled.
  await step('Installing the npm packages, this once', (tell) =>
    runNpm(['ci', '--ignore-scripts', '--loglevel=http'], { onLine: npmProgress(tell) }),
  );
  await step('Setting up Node 24 and esbuild', () => runNpm(['rebuild', ...approvedInstallScripts()]));
}

function approvedInstallScripts() {
  const { allowScripts } = readJson('package.json');
  return Object.keys(allowScripts).filter((name) => allowScripts[name]);
}

/** npm leaves in node_modules a lock file of what it installed; contents are compared, since clones have no ages. */
function installedAsLocked() {
  const installedFile = join('node_modules', '.package-lock.json');
  if (!existsSync(join(root, installedFile))) return false;
  const installed = readJson(installedFile).packages;
  return Object.entries(readJson('package-lock.json').packages).every(([path, locked]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other platforms are locked, but not installed.
    return found ? found.version === locked.version : locked.optional === true;
  });
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
