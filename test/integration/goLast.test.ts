import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { besideEditorVariable } from '../../server/src/protocol/names.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../server/src/access/goLast.ts')).href;

it('has a thread go last, and no other thread of the process', async () => {
  const before = getPriority();
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const { readFileSync } = require('node:fs');
     // Field 19 of proc(5), counted behind the name of the program.
     const nice = () => Number(readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1].split(' ')[16]);
     const before = nice();
     import(${JSON.stringify(program)}).then(({ goLast }) => {
       goLast();
       parentPort.postMessage([before, nice()]);
     });`,
    { eval: true },
  );
  const [[ofThread, last]] = (await once(worker, 'message')) as [[number, number]];
  expect([ofThread, last]).toEqual([before, Math.max(before, 5)]);
  expect(getPriority()).toBe(before);
  await worker.terminate();
});

it('has the command line go last where an editor has started it, and only there', async () => {
  const usual = getPriority();
  for (const [env, expected] of [
    [{}, usual],
    [{ [besideEditorVariable]: '1' }, Math.max(usual, 10)],
  ] as const) {
    // It waits for what is to be explained.
    const cli = join(import.meta.dirname, '../../dist/cli.js');
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, [cli, 'explain', '-'], {
      env: { ...process.env, ...env },
      stdio: [...stdio],
    });
    const ended = once(child, 'exit');
    const priorities = () =>
      new Set(readdirSync(`/proc/${child.pid}/task`).map((one) => getPriority(Number(one))));
    await vi.waitFor(() => expect([...priorities()]).toEqual([expected]), 30_000);
    child.stdin?.end('error: unable to push manifest\n');
    await ended;
  }
});
