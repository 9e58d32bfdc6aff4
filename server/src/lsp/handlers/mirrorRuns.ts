import { parsePlace } from '../../documents/mirrorPlace.ts';
import { filesFor } from '../../features/filesFor.ts';
import { mirrorPlaces } from '../../features/mirrorPlaces.ts';
import { onAsked } from '../peer.ts';
import type { Handler } from '../session.ts';

/** What an editor asks before it starts a run of the command line: what of, and where to. */
export const mirrorRunHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection, workspace } = session;
    onAsked(connection, 'operatorMirror/filesFor', async ({ use }) => {
      await session.scanned();
      return filesFor(session.context().snapshot, use).map((key) => workspace.uri(key));
    });
    onAsked(connection, 'operatorMirror/mirrorPlaces', async () => {
      await session.scanned();
      return mirrorPlaces(session.context().snapshot);
    });
    onAsked(connection, 'operatorMirror/placeProblem', async ({ text }) => {
      const parsed = parsePlace(text);
      return parsed.ok ? null : parsed.problem;
    });
  },
};
