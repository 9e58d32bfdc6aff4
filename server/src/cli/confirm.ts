import { UserError } from '../base/errors.ts';
import { sentence, t } from '../base/sentences.ts';
import { paragraph, printable } from '../base/words.ts';
import type { Terminal } from './command.ts';
import { flag } from './options.ts';
import { withPrompt } from './prompt.ts';

/** For every command that changes a cluster. */
export const confirmOption = {
  yes: flag({ short: 'y', help: sentence('do it without a question') }),
};

/**
 * Whether somebody wants what a question asks: `--yes` says so, or a person at the terminal.
 * @throws UserError `usage` where nobody can be asked, `cancelled` on Ctrl-C and at the end of input
 */
export async function confirmed(yes: boolean, question: string, terminal: Terminal): Promise<boolean> {
  if (yes) return true;
  const { stdin, stderr, signal } = terminal;
  if (stdin?.isTTY !== true) {
    throw new UserError('usage', t('nothing was changed: nobody is there to be asked'), {
      nextStep: t('add --yes if all of the above is right'),
    });
  }
  const label = `${printable(paragraph([question, t('Type yes, or anything else for no:')]))} `;
  const ask = { keyboard: stdin, output: stderr, signal };
  const answer = await withPrompt(ask, (prompt) => prompt.line(label, false));
  // An answer in the language of the question counts, too.
  return [t('yes'), 'yes', 'y'].includes(answer.trim().toLowerCase());
}
