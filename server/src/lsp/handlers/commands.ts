import { MessageType, ShowMessageNotification } from 'vscode-languageserver';
import * as z from 'zod';
import { selectionLines } from '../../features/selectionPage.ts';
import { serverCommands } from '../../protocol/names.ts';
import { abortSignal } from '../cancellation.ts';
import { fixAllInFolder } from '../folderFix.ts';
import { shownSelection } from '../selectedBundles.ts';
import type { Handler, Session } from '../session.ts';
import { keyOf } from '../uri.ts';
import { pinAll, verifyDestinations, type WholeFileContext } from '../wholeFile.ts';

/** What each command does with the file that it is sent for. */
const runs: Readonly<Record<string, (run: WholeFileContext) => Promise<void>>> = {
  [serverCommands.pinAll]: pinAll,
  [serverCommands.verifyDestinations]: verifyDestinations,
};

/** For editors without a page of their own: a message, and the page as the result of the command. */
async function showBundles(
  session: Session,
  uri: string,
  place: unknown,
  signal: AbortSignal,
): Promise<string | undefined> {
  const position = positionSchema.safeParse(place);
  if (!position.success) return undefined;
  const shown = await shownSelection(session, { uri, position: position.data, ask: true }, signal);
  if (shown === undefined) return undefined;
  const message = selectionLines(shown.part, shown.selected);
  void session.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  return shown.page;
}

const positionSchema = z.object({ line: z.number(), character: z.number() });

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
    connection.onExecuteCommand(async ({ command, arguments: [uri, place] = [] }, token, progress) => {
      if (typeof uri !== 'string') return;
      if (command === serverCommands.fixAllInFolder) return fixAllInFolder(session, uri);
      if (command === serverCommands.showBundles) return showBundles(session, uri, place, abortSignal(token));
      const facts = () => settings.facts;
      const signal = abortSignal(token);
      await runs[command]?.({ connection, uri, path: keyOf(uri), context, facts, progress, signal });
    });
  },
};
