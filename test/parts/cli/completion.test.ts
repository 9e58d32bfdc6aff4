import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommandLine } from './copyHarness.ts';

const line = new CommandLine();
let script: string;
beforeAll(async () => {
  const { code, stdout, stderr } = await line.run('completion', 'bash');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  script = line.write('completion.bash', stdout);
});
afterAll(() => line.remove());

/**
 * What bash offers for the last of the words. What it would complete by itself (`compopt`) can be asked only while somebody types,
 * so that it says here what it was asked for.
 */
function offered(...words: string[]): string {
  const harness = `
    compopt() { printf '(%s) ' "$2"; }
    source "$0"
    COMP_WORDS=(operator-mirror "$@")
    COMP_CWORD=$#
    _operator_mirror
    echo "\${COMPREPLY[*]}"`;
  return execFileSync('bash', ['--norc', '-c', harness, script, ...words], { encoding: 'utf8' }).trim();
}

it.each([
  [['che'], 'check'],
  [['--'], '--help --lang --version'],
  [['help', 'ins'], 'inspect'],
  [['check', ''], '(default)'],
  [['check', '--fo'], '--format'],
  [['check', '--format', ''], 'text json sarif'],
  [['check', '--format', '='], 'text json sarif'],
  [['check', '--format', '=', 's'], 'sarif'],
  [['check', '--authfile', ''], '(default)'],
  [['copy', '-f', ''], '(default)'],
  [['catalog', ''], 'list show diff'],
  [['catalog', 'list', ''], '(default)'],
  [['plan', '--map'], '--mapping --mapping=oc-mirror'],
  // It stands alone, so that what comes next is no value of it.
  [['plan', '--mapping', ''], '(default)'],
  [['plan', '--mapping', '=', ''], 'oc-mirror'],
  [['mirror', '--from', ''], '(dirnames)'],
  [['mirror', '--insecure', ''], ''],
  [['pack', ''], '(dirnames)'],
  [['login', ''], ''],
  [['completion', ''], 'bash zsh'],
  [['nonsense', ''], ''],
])('bash completes %j with: %s', (words, expected) => {
  expect(offered(...words)).toBe(expected);
});

it('refuses a shell that it does not know', async () => {
  for (const words of [[], ['fish'], ['bash', 'zsh']]) {
    expect(await line.run('completion', ...words)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'operator-mirror completion: there are scripts for bash and for zsh; see operator-mirror completion --help\n',
    });
  }
});
