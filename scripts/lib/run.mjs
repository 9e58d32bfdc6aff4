// Running a command to its end.
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { node24, root } from './paths.mjs';

/** An environment in which `node` is Node 24 and the installed tools come first. */
export function toolEnvironment(extra = {}) {
  const path = [dirname(node24), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/** Runs a command with the user's own terminal and gives its exit code. */
export function runVisibly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/**
 * Runs a command quietly; its output is shown only if it fails, as the error's message.
 * @param options of `spawn`, and `onLine`, which gets each line and answers true for one that is not worth keeping
 */
export function run(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const keep = (text) => {
      output += text;
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      if (onLine === undefined) stream.on('data', keep);
      else createInterface({ input: stream }).on('line', (line) => onLine(line) || keep(`${line}\n`));
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve(output);
      const tail = output.trimEnd().split('\n').slice(-40).join('\n');
      reject(new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${tail}`));
    });
  });
}

/** npm as this script was started by it, else the one on PATH. */
export function runNpm(args, options = {}) {
  const { node = process.execPath, env = process.env, ...rest } = options;
  // Node 24 trusts only the authorities it was built with, unless told to ask the system, as a proxy wants it.
  const trusting = { ...env, NODE_USE_SYSTEM_CA: '1' };
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(node, [script, ...args], { env: trusting, ...rest });
  return run('npm', args, { env: trusting, shell: process.platform === 'win32', ...rest });
}
