import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../../server/src/cli/main.ts';
import { CommandLine } from './copyHarness.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

describe('help', () => {
  it.each(commands.map(({ name }) => name))('of %s is the same, however it is asked for', async (name) => {
    const help = await line.run('help', name);
    expect(help).toEqual(await line.run(name, '--help'));
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage: operator-mirror ${name} `);
  });

  it('is the overview where no command is named', async () => {
    const help = await line.run('help');
    expect(help).toEqual(await line.run('--help'));
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Usage: operator-mirror COMMAND');
  });

  it('of a command that does not exist is an error', async () => {
    expect(await line.run('help', 'nonsense')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'operator-mirror: there is no command "nonsense"; see operator-mirror --help\n',
    });
  });
});

describe('a word that is not known', () => {
  it.each([
    [['chekc', '.'], ': there is no command "chekc"; did you mean check? See operator-mirror --help'],
    [
      ['check', '--onlin', '.'],
      ' check: there is no option --onlin; did you mean --online? See operator-mirror check --help',
    ],
    [
      ['check', '--nonsense=1', '.'],
      ' check: there is no option --nonsense; see operator-mirror check --help',
    ],
    [['copy', '-x'], ' copy: there is no option -x; see operator-mirror copy --help'],
  ])('is named, with the one that was meant: %j', async (argv, stderr) => {
    expect(await line.run(...argv)).toEqual({ code: 2, stdout: '', stderr: `operator-mirror${stderr}\n` });
  });
});

describe('an option that is given twice', () => {
  it.each([
    ['copy', ['-f', 'a', '-f', 'b'], '-f'],
    ['copy', ['-f', 'a', '--filename=b'], '--filename'],
    ['copy', ['--retry-times', '1', '--retry-times', '2', '-f', 'a'], '--retry-times'],
    ['check', ['--authfile', 'a', '.', '--authfile', 'b'], '--authfile'],
    ['check', ['--format', 'json', '--format', 'text', '.'], '--format'],
    ['login', ['-u', 'a', '--username', 'b', 'h'], '--username'],
  ])('is refused: %s %j', async (command, argv, option) => {
    expect(await line.run(command, ...argv)).toEqual({
      code: 2,
      stdout: '',
      stderr: `operator-mirror ${command}: ${option} is given twice; give it once\n`,
    });
  });

  it('counts each time where it may be repeated', async () => {
    const { stderr } = await line.run('inspect', '--insecure', 'a', '--insecure', 'b', 'a:b:c');
    expect(stderr).toContain('a:b:c is no image reference');
  });
});

describe('what a terminal would obey', () => {
  const evil = 'a\x1b[2J\u009b31m\u202e';

  it.each([
    ['a command', [evil], 'a\\u001b[2J\\u009b31m\\u202e'],
    ['a path', ['check', evil], 'a\\u001b[2J\\u009b31m\\u202e'],
    ['a log', ['explain', evil], 'a\\u001b[2J\\u009b31m\\u202e'],
  ])('is shown and not sent, in the name of %s', async (_what, argv, shown) => {
    const { code, stderr } = await line.run(...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(shown);
    expect(stderr).toMatch(/^[^\p{Cc}]*\n$/u);
  });

  it.each([
    ['check', []],
    ['trace', ['quay.io/ns/app', '--in']],
    ['forecast', []],
  ])('is shown and not sent by %s, in names that files have', async (command, argv) => {
    const source = '"quay.io/ns/app\\e[2J\\nrules: none\\u202e"';
    line.write(
      'sets/a.yaml',
      `apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: "a\\e[31m"\nspec:\n  imageDigestMirrors:\n  - source: ${source}\n    mirrors: ["m.local/\\e]0;x\\a"]\n`,
    );
    const { stdout } = await line.run(command, ...argv, line.path('sets'));
    if (command !== 'check') expect(stdout).toContain('quay.io/ns/app\\u001b[2J\\u000arules: none\\u202e');
    expect(stdout).toMatch(/^[^\p{Bidi_Control}]*$/u);
    expect(stdout.split('\n').join('')).toMatch(/^[^\p{Cc}]*$/u);
  });
});
