import { parsePlace } from '../../documents/mirrorPlace.ts';
import { mirrorPlaces } from '../../features/mirrorPlaces.ts';
import { onAsked } from '../peer.ts';
import type { Handler } from '../session.ts';

/** What an editor asks before it starts a mirror run: where to. */
export const mirrorRunHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection } = session;
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
