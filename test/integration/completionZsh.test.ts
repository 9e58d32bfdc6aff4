import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { which } from '../../scripts/lib/paths.mjs';

const cli = join(import.meta.dirname, '../../dist/cli.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-zsh-'));
  const script = execFileSync(process.execPath, [cli, 'completion', 'zsh'], { env: { HOME: folder } });
  writeFileSync(join(folder, '_operator-mirror'), script);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a person does in a real zsh: types, presses Tab, and reads on until it shows what they wait for. */
async function typed(text: string, pattern: string): Promise<string> {
  const session = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1=; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; print rea""dy'
    zpty -r shell seen '*ready*'
    zpty -n -w shell "$1"$'\\t\\t'
    zpty -r shell seen "$2"
    print -r -- "$seen"
    zpty -d shell`;
  const { stdout } = await promisify(execFile)(
    which('zsh') ?? 'zsh',
    ['-f', '-c', session, 'zsh', text, pattern],
    {
      cwd: folder,
      env: { HOME: folder, PATH: process.env.PATH, TERM: 'dumb' },
    },
  );
  return stdout;
}

it.each([
  ['operator-mirror ', '*check*--*Find what is wrong*unpack*'],
  ['operator-mirror check --fo', '*--format*'],
  ['operator-mirror check --format=s', '*sarif*'],
  ['operator-mirror catalog ', '*diff*list*show*'],
  ['operator-mirror mirror --incomplete ', '*drop*fail*keep*'],
  ['operator-mirror check _oper', '*check _operator-mirror*'],
])('zsh completes what is typed: %j', async (text, pattern) => {
  expect(await typed(text, pattern)).not.toBe('');
});
