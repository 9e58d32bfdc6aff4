import { execFile, spawn } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

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
    const [question, answer] = next;
    const type = () => void child.stdin.write(answer);
    if (!/password/i.test(question)) type();
    else void echoIsOff(child.pid ?? 0).then(type, type);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, screen };
}

/** A program shows its question, and then sees to it that the terminal shows no answer: nobody types as fast as that. */
async function echoIsOff(script: number): Promise<void> {
  const [shell = ''] = (await readFile(`/proc/${script}/task/${script}/children`, 'utf8')).split(' ');
  const terminal = await readlink(`/proc/${shell}/fd/0`);
  for (let look = 0; look < 500; look++) {
    const { stdout } = await promisify(execFile)('stty', ['-F', terminal, '-a']);
    if (/(?:^|\s)-echo(?:\s|$)/m.test(stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
