// Real VS Code without a desktop: code-server, installed once into the cache.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureDependencies } from './dependencies.mjs';
import { findNodeHeaders } from './nodeHeaders.mjs';
import { cacheDirectory, node24 } from './paths.mjs';
import { npmProgress, step } from './progress.mjs';
import { runNpm, toolEnvironment } from './run.mjs';
import { compilerParts, ensureSystemParts } from './systemParts.mjs';

const version = '4.139.1';
const temporaryPrefix = 'installing-';

/**
 * Of VS Code's native modules these two are needed to run and come as source only. node-pty, the file
 * watcher and argon2 ship prebuilt; the others serve the desktop, Windows, or proxies with a login.
 */
const compiledModules = ['@vscode/spdlog', '@vscode/native-watchdog'];

/** Gives the path of code-server's entry script; installs code-server first if need be. */
export async function ensureCodeServer() {
  const directory = join(cacheDirectory(), `code-server-${version}-${process.platform}-${process.arch}`);
  const entry = join(directory, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
  if (isComplete(directory)) return entry;
  await ensureDependencies();
  await ensureSystemParts(compilerParts);
  await install(directory);
  return entry;
}

async function install(directory) {
  mkdirSync(dirname(directory), { recursive: true });
  removeLeftovers(dirname(directory));
  const temporary = mkdtempSync(join(dirname(directory), `${temporaryPrefix}${process.pid}-`));
  try {
    await installInto(temporary);
    publish(temporary, directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function installInto(directory) {
  // No scripts: code-server's own would compile everything, and download ripgrep.
  const quick = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline'];
  const headers = findNodeHeaders();
  const env = toolEnvironment({
    ...(headers && { npm_config_nodedir: headers }),
    // Without optimisation these small modules compile in a third of the time; JOBS is node-gyp's.
    CXXFLAGS: '-O0 -w',
    JOBS: 'max',
  });
  const npm = (args, cwd, onLine) => runNpm(args, { cwd, env, node: node24, onLine });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const fetched = ['--loglevel=http', ...quick];
  await step(`Installing code-server ${version}, VS Code for a browser`, (tell) =>
    npm(['install', `code-server@${version}`, ...fetched], directory, npmProgress(tell)),
  );
  const vscode = vscodeIn(directory);
  await step('Installing the packages that it needs', (tell) =>
    npm(['install', '--omit=dev', ...fetched], vscode, npmProgress(tell)),
  );
  await step(`Compiling ${compiledModules.join(' and ')}`, () =>
    Promise.all(compiledModules.map((name) => npm(['rebuild', name], vscode))),
  );
  const unbuilt = missingModules(directory);
  if (unbuilt.length > 0) throw new Error(`code-server ${version}: ${unbuilt.join(', ')} did not compile.`);
}

/** A rename is atomic: whoever comes first has won, and nobody ever sees half an installation. */
function publish(temporary, directory) {
  try {
    renameSync(temporary, directory);
  } catch (error) {
    if (isComplete(directory)) return;
    if (!existsSync(directory)) throw error;
    // Published once, damaged since.
    renameSync(directory, join(temporary, 'damaged'));
    renameSync(temporary, directory);
    rmSync(join(directory, 'damaged'), { recursive: true, force: true });
  }
}

function isComplete(directory) {
  return existsSync(join(directory, 'node_modules', 'code-server', 'out', 'node', 'entry.js'))
    ? missingModules(directory).length === 0
    : false;
}

function missingModules(directory) {
  const built = (name) => join(vscodeIn(directory), 'node_modules', name, 'build', 'Release');
  return compiledModules.filter(
    (name) => !existsSync(built(name)) || !readdirSync(built(name)).some((file) => file.endsWith('.node')),
  );
}

function vscodeIn(directory) {
  return join(directory, 'node_modules', 'code-server', 'lib', 'vscode');
}

/** What a run that was killed has left behind. */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    const pid = Number(new RegExp(`^${temporaryPrefix}(\\d+)-`).exec(name)?.[1]);
    if (pid && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
