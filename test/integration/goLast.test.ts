import { once } from 'node:events';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

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
