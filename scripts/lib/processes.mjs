// Long-running processes that never outlive this one.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root } from './paths.mjs';

const supervisor = join(root, 'scripts', 'lib', 'supervise.mjs');
const keptOutput = 20_000;

/** Starts a command in a process group of its own. `stop` ends the whole group, and so does our own end. */
export function startProcess(command, args, options = {}) {
  const child = spawn(process.execPath, [supervisor, command, ...args], {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C must reach us only: we then stop things in order.
    detached: true,
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-keptOutput);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => {});
  const exited = new Promise((resolve) => {
    child.on('exit', (code) => resolve(code ?? 1));
    child.on('error', () => resolve(127));
  });
  return {
    exited,
    output: () => output,
    stop: () => {
      child.stdin.end();
      return exited;
    },
  };
}

/** Asks until it is answered; fails at once when the process has ended. */
export async function waitUntilReady(name, handle, ask, timeout = 30_000) {
  let ended = false;
  void handle.exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + timeout;
  while (Date.now() < deadline && !ended) {
    if (await ask().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await handle.stop();
  throw new Error(`${name} ${ended ? 'ended' : 'did not answer'}:\n${handle.output()}`);
}

/** A loopback port that nobody uses now. */
export function freePort() {
  return listenOnce(0);
}

/** Whether a server could use this loopback port now. */
export function isPortFree(port) {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

function listenOnce(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
