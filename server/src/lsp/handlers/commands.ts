import { serverCommands } from '../../protocol.ts';
import { abortSignal } from '../cancellation.ts';
import { fixAllInFolder } from '../folderFix.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';
import { pinAll, verifyDestinations, type WholeFileContext } from '../wholeFile.ts';

/** What each command does with the file that it is sent for. */
const runs: Readonly<Record<string, (run: WholeFileContext) => Promise<void>>> = {
  [serverCommands.pinAll]: pinAll,
  [serverCommands.verifyDestinations]: verifyDestinations,
};

/** Commands about a whole file, with progress and cancel, and about a folder. */
export const commandHandler: Handler = {
  capabilities: (_client, { clientCommands = [] }) => ({
    executeCommandProvider: {
      commands: Object.values(serverCommands).filter((command) => !clientCommands.includes(command)),
      workDoneProgress: true,
    },
  }),
  register(session) {
    const { connection, settings, context } = session;
    connection.onExecuteCommand(async ({ command, arguments: [uri] = [] }, token, progress) => {
      if (typeof uri !== 'string') return;
      if (command === serverCommands.fixAllInFolder) return fixAllInFolder(session, uri);
      const facts = () => settings.facts;
      const signal = abortSignal(token);
      await runs[command]?.({ connection, uri, path: keyOf(uri), context, facts, progress, signal });
    });
  },
};
