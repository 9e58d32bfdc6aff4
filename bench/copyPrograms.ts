import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** What is started, and what it reads. */
export interface Command {
  readonly argv: readonly string[];
  readonly input?: string;
}

/** The commands of a comparison. */
export interface CopyPrograms {
  /** Our own command line. */
  readonly ours: (...argv: readonly string[]) => Command;
  /** What it costs at least; `copyFloor.ts` says what that is. */
  readonly floor: (...argv: readonly string[]) => Command;
  /** `skopeo copy --all` with each of the arguments, so many at a time. */
  readonly skopeo: (copies: readonly (readonly string[])[], width: number) => Command;
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
  return {
    ours: (...argv) => ({ argv: [process.execPath, join(root, 'dist/cli.js'), ...argv] }),
    floor: (...argv) => ({ argv: [process.execPath, floor, ...argv] }),
    skopeo: (copies, width) => ({
      argv: ['xargs', '-L', '1', '-P', String(width), 'skopeo', 'copy', '--all', '--quiet'],
      input: copies.map((argv) => `${argv.join(' ')}\n`).join(''),
    }),
  };
}

/** What it cost to run a command once, with all that it started. */
export interface CommandCost {
  /** Milliseconds by the clock. */
  readonly clock: number;
  /** Milliseconds of the processor, in user and in system mode, over all its processes. */
  readonly processor: number;
  /** The same of the other processes that had to do with it, as registries have. */
  readonly others: number;
  /** Megabytes that the largest of its processes had in memory at most. */
  readonly peak: number;
}

/**
 * Runs a command under GNU time.
 * @param others identifiers of the processes that serve it
 * @throws what it says when it fails
 */
export async function costOf({ argv, input = '' }: Command, others: readonly number[]): Promise<CommandCost> {
  const spentByOthers = () => others.reduce((sum, id) => sum + processorOf(id), 0);
  const before = spentByOthers();
  const start = performance.now();
  const child = spawn('time', ['-q', '-f', '\n%U %S %M', ...argv], { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  const clock = performance.now() - start;
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${said.slice(-2000)}`);
  const [user = 0, system = 0, kilobytes = 0] = (said.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return {
    clock,
    processor: (user + system) * 1000,
    others: spentByOthers() - before,
    peak: kilobytes / 1024,
  };
}

/** Milliseconds; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, whose ticks are a hundredth of a second. */
function processorOf(id: number): number {
  const fields = readFileSync(`/proc/${id}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
