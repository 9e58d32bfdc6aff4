import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { type Command, command, exitCodes } from '../command.ts';
import type { Operands } from '../operands.ts';
import { bashCompletion } from '../shells/bash.ts';
import { zshCompletion } from '../shells/zsh.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion } as const;

const operands: Operands<keyof typeof shells> = {
  usage: 'bash|zsh',
  read([given, ...more]) {
    const shell = (['bash', 'zsh'] as const).find((name) => name === given);
    if (shell !== undefined && more.length === 0) return shell;
    throw new UserError('usage', t('there are scripts for bash and for zsh'), {
      nextStep: t('see operator-mirror {0} --help', 'completion'),
    });
  },
};

/**
 * The command that prints a script for a shell.
 * @param all loads the commands that are completed
 * @param globals what may stand in the place of a command
 */
export function completionOf(all: () => Promise<readonly Command[]>, globals: readonly string[]): Command {
  return command({
    name: 'completion',
    summary: sentence('Print a script by which a shell completes commands, options and their values'),
    details: sentence(
      'For bash, put it into /etc/bash_completion.d/operator-mirror, or source it from ~/.bashrc; for zsh, into a file _operator-mirror in a folder of $fpath.',
    ),
    operands,
    options: {},
    usage: [],
    run: async (shell, _options, { stdout }) => {
      stdout.write(shells[shell](await all(), globals));
      return exitCodes.done;
    },
  });
}
