import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a folder of its own, with a home of its own: rooms share nothing but what is carried between them. */
export async function inRoom(folder: string, room: string, ...args: readonly string[]): Promise<Ended> {
  const cwd = join(folder, room);
  mkdirSync(cwd, { recursive: true });
  const ran = promisify(execFile)(process.execPath, [cli, ...args], {
    cwd,
    env: { HOME: join(folder, `${room}-home`) },
  });
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

/** What a command with `--format json` said. */
// biome-ignore lint/suspicious/noExplicitAny: whoever asks knows the form
export function jsonOf({ code, stdout, stderr }: Ended): any {
  if (stdout === '') throw new Error(`${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** The same of a command that has to come to its end with exit code 0. */
// biome-ignore lint/suspicious/noExplicitAny: whoever asks knows the form
export async function done(running: Promise<Ended>): Promise<any> {
  const ended = await running;
  if (ended.code !== 0) throw new Error(`${ended.code}: ${ended.stderr}`);
  return jsonOf(ended);
}
