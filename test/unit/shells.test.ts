import { expect, it } from 'vitest';
import { loadCommands } from '../../server/src/cli/main.ts';
import { manPage } from '../../server/src/cli/manPage.ts';
import { completedOperands, completedOptions } from '../../server/src/cli/shells/completed.ts';

const commands = await loadCommands();

it('knows of every option that takes a value what that is', () => {
  for (const command of commands) {
    for (const { option, value } of completedOptions(command)) {
      expect(value === undefined, `${command.name} ${option.value}`).toBe(option.isFlag);
    }
  }
});

it('offers what the values of options are', () => {
  const values = new Map(
    commands.flatMap((command) =>
      completedOptions(command).map(
        ({ spellings: [long], value }) => [`${command.name} ${long}`, value] as const,
      ),
    ),
  );
  expect(values.get('check --format')).toEqual(['text', 'json', 'sarif']);
  expect(values.get('plan --mapping')).toEqual(['oc-mirror']);
  expect(values.get('mirror --authfile')).toBe('files');
  expect(values.get('mirror --from')).toBe('folders');
  expect(values.get('mirror --insecure')).toBe('nothing');
});

it('offers what the operands of commands are', () => {
  const operands = commands.map((command) => [command.name, completedOperands(command)]);
  expect(Object.fromEntries(operands)).toMatchObject({
    check: { words: [], others: 'files' },
    login: { words: [], others: 'nothing' },
    inspect: { words: [], others: 'nothing' },
    catalog: { words: ['list', 'show', 'diff'], others: 'files' },
    forecast: { words: [], others: 'folders' },
    mirror: { words: [], others: 'files' },
    verify: { words: [], others: 'files' },
    copy: { words: [], others: 'nothing' },
    pack: { words: [], others: 'folders' },
    completion: { words: ['bash', 'zsh'], others: 'nothing' },
  });
});

it('has no line in the manual page that is taken for a request', () => {
  const requests = manPage(commands)
    .split('\n')
    .filter((line) => /^[.']/.test(line));
  expect(requests.filter((line) => !/^\.(?:TH|SH|SS|TP|B|br)(?: |$)/.test(line))).toEqual([]);
});
