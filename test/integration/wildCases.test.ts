import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const cases = join(import.meta.dirname, '../fixtures/wild-cases');
const cli = join(import.meta.dirname, '../../dist/cli.js');
const names = (await readdir(cases, { withFileTypes: true })).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/**
 * Inputs from public reports that were answered wrongly once. Each folder has `input/`, `command.sh` with the program
 * in `$OM`, and `assert.json`; `expected.md` says in words what is right and why.
 */
interface Assertions {
  readonly exit?: readonly number[];
  readonly must?: readonly string[];
  readonly mustNot?: readonly string[];
  /** What files of the case hold afterwards. */
  readonly files?: Readonly<Record<string, { readonly must?: string[]; readonly mustNot?: string[] }>>;
}

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-mirror-wild-'));
  program = join(folder, 'operator-mirror');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  await chmod(program, 0o755);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('cases from the wild', () => {
  it('are whole', async () => {
    for (const name of names)
      expect(await readdir(join(cases, name)), name).toEqual(
        expect.arrayContaining(['assert.json', 'command.sh', 'expected.md', 'input']),
      );
  });

  it.each(
    names.flatMap((name) => [
      [name, 'interleaved'],
      [name, 'apart'],
    ]),
  )('%s, with output and errors %s', async (name, streams) => {
    const place = join(folder, streams, name);
    await cp(join(cases, name), place, { recursive: true });
    const assertions = JSON.parse(await readFile(join(place, 'assert.json'), 'utf8')) as Assertions;
    const { output, exit } = await answer(place, streams === 'apart');

    if (assertions.exit) expect(assertions.exit, output).toContain(exit);
    holds(output, assertions);
    for (const [path, wanted] of Object.entries(assertions.files ?? {}))
      holds(await readFile(join(place, path), 'utf8'), wanted);
  });
});

/**
 * What a person sees in a terminal, where errors stand between the lines of the answers as they were said; or what a
 * script has that keeps them apart: all of the output first, then all errors.
 */
async function answer(
  place: string,
  apart: boolean,
): Promise<{ readonly output: string; readonly exit: number }> {
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    OM: program,
  };
  const redirection = apart ? '' : ' 2>&1';
  const options = { cwd: place, env: environment };
  try {
    const { stdout, stderr } = await run(
      'bash',
      ['-c', `bash "$0"${redirection}`, join(place, 'command.sh')],
      options,
    );
    return { output: stdout + stderr, exit: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
    return { output: stdout + stderr, exit: code };
  }
}

function holds(text: string, { must = [], mustNot = [] }: Pick<Assertions, 'must' | 'mustNot'>): void {
  // What must be there is compared to the letter; what must not be there, in any case of letters.
  for (const pattern of must) expect(text).toMatch(new RegExp(pattern, 's'));
  for (const pattern of mustNot) expect(text).not.toMatch(new RegExp(pattern, 'is'));
}
