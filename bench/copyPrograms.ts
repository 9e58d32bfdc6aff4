import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Cost } from './catalogTask.ts';

const root = join(import.meta.dirname, '..');

/** The programs of a comparison, each of which copies what a mapping names. */
export interface CopyPrograms {
  /** Our own `copy -f`. */
  readonly ours: (mapping: string) => Promise<Cost>;
  /** What it costs at least; `copyFloor.ts` says what that is. */
  readonly floor: (...argv: readonly string[]) => Promise<Cost>;
  /** `skopeo copy --all` for each command, so many at a time. */
  readonly skopeo: (commands: readonly (readonly string[])[], width: number) => Promise<Cost>;
}

/** Makes the floor one program, as ours is one, so that what they load costs the same. */
export function copyPrograms(folder: string): CopyPrograms {
  const floor = join(folder, 'copyFloor.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'copyFloor.ts')],
    outfile: floor,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  const preload = join(folder, 'cost.cjs');
  writeFileSync(preload, costOfProcess);
  const measured = (argv: readonly string[]) =>
    processCost(process.execPath, ['--require', preload, ...argv]);
  return {
    ours: (mapping) => measured([join(root, 'dist/cli.js'), 'copy', '-f', mapping]),
    floor: (...argv) => measured([floor, ...argv]),
    skopeo: async (commands, width) => {
      const start = performance.now();
      const waiting = [...commands];
      const worker = async () => {
        for (let argv = waiting.shift(); argv !== undefined; argv = waiting.shift()) {
          await processCost('skopeo', ['copy', '--all', '--quiet', ...argv]);
        }
      };
      await Promise.all(Array.from({ length: width }, worker));
      return { clock: performance.now() - start, processor: Number.NaN, peak: Number.NaN };
    },
  };
}

/** Written at the end of the process, where it has been told to. */
const costOfProcess = `
process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const { readFileSync, writeSync } = require('node:fs');
  // What getrusage tells begins with what the process that started this one had.
  const peak = Number(/^VmHWM:\\s+(\\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  writeSync(3, JSON.stringify({ processor: (userCPUTime + systemCPUTime) / 1000, peak }));
});`;

/** @throws what the process says when it fails */
async function processCost(command: string, argv: readonly string[]): Promise<Cost> {
  const start = performance.now();
  const child = spawn(command, argv, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  let cost = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    cost += String(chunk);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const clock = performance.now() - start;
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')}: ${said.slice(-2000)}`);
  return { clock, processor: Number.NaN, peak: Number.NaN, ...(cost === '' ? {} : JSON.parse(cost)) };
}
