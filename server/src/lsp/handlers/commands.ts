import { serverCommands } from '../../protocol.ts';
import { abortSignal } from '../convert.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';
import { pinAll, verifyDestinations, type WholeFileContext } from '../wholeFile.ts';

/** What each command does with the file that it is sent for. */
const runs: Readonly<Record<string, (run: WholeFileContext) => Promise<void>>> = {
  [serverCommands.pinAll]: pinAll,
  [serverCommands.verifyDestinations]: verifyDestinations,
};

/** Commands about a whole file, with progress and cancel. */
export const commandHandler: Handler = {
  capabilities: () => ({
    executeCommandProvider: { commands: Object.values(serverCommands), workDoneProgress: true },
  }),
  register({ connection, settings, context }) {
    connection.onExecuteCommand(async ({ command, arguments: [uri] = [] }, token, progress) => {
      if (typeof uri !== 'string') return;
      const facts = () => settings.facts;
      const signal = abortSignal(token);
      await runs[command]?.({ connection, uri, path: keyOf(uri), context, facts, progress, signal });
    });
  },
};
