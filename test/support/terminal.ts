import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Runs the built command line at a real terminal, and types each answer once its question is there. */
export async function atTerminal(
  args: readonly string[],
  dialogue: readonly (readonly [string, string])[],
  environment: Readonly<Record<string, string>> = {},
) {
  const command = [process.execPath, join(root, 'dist/cli.js'), ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
    env: { ...process.env, ...environment },
  });
  let screen = '';
  const left = [...dialogue];
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    const [next] = left;
    if (next === undefined || !screen.includes(next[0])) return;
    left.shift();
    child.stdin.write(next[1]);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, screen };
}
