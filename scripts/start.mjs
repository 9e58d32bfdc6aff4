// `npm start`: VS Code with this extension, on a copy of examples/, beside a registry that has their images.
// `-- --editor code|code-server` chooses the editor, `-- --once` stops as soon as everything has started.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { hasDesktopEditor, startCodeServer, startDesktopEditor } from './lib/editors.mjs';
import { examplePort, startExampleRegistry } from './lib/exampleRegistry.mjs';
import { copyExamples, firstLook } from './lib/examples.mjs';
import { node24 } from './lib/paths.mjs';
import { isPortFree } from './lib/processes.mjs';
import { step } from './lib/progress.mjs';
import { run } from './lib/run.mjs';

const { once, editor } = parseArgs({
  options: { once: { type: 'boolean' }, editor: { type: 'string' } },
}).values;
const cleanUps = [];

const stopAsked = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
  // npm passes a signal on to the shell between us only, which then ends without a word.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && resolve(), 250).unref();
});

try {
  // A signal during the set-up must not wait for its end.
  await Promise.race([open(), stopAsked]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  process.exit();
}

async function open() {
  await ensureDependencies();
  await step('Building the extension', () => run(node24, ['esbuild.mjs']));
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const port = await openRegistry();
  const examples = join(folder, 'examples');
  copyExamples(examples, port);
  const opened = await openEditor(examples, join(folder, 'profile'));
  if (!once) await opened.exited;
}

/** Gives the port that the copied examples shall name. */
async function openRegistry() {
  const free = await isPortFree(examplePort);
  if (!free) console.log(`Port ${examplePort} is in use, so the copied examples name another one.`);
  try {
    const registry = await startExampleRegistry({ port: free ? examplePort : 0 });
    cleanUps.push(registry.stop);
    console.log(`Registry with the examples' images: ${registry.host}`);
    return registry.port;
  } catch (error) {
    // Nearly everything can be tried without it.
    console.error(`No registry for the examples. ${error.message}`);
    return examplePort;
  }
}

/** Gives what was opened; `exited` ends with it. */
async function openEditor(folder, profile) {
  const open = firstLook(folder);
  if (editor === 'code' || (editor === undefined && hasDesktopEditor())) {
    const window = startDesktopEditor({ folder, profile, open });
    cleanUps.push(window.stop);
    console.log(`VS Code is opening ${folder}. Ctrl-C, or closing the window, stops everything.`);
    return window;
  }
  const server = await startCodeServer({ profile, open });
  cleanUps.push(server.stop);
  console.log(`\nVS Code with the extension, open it in a browser:\n\n  ${server.url(folder)}\n`);
  console.log('Ctrl-C stops everything.');
  return server;
}
