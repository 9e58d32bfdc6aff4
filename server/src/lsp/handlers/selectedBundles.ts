import { onAsked } from '../peer.ts';
import { shownSelection } from '../selectedBundles.ts';
import type { Handler } from '../session.ts';

/** The bundles and images that a part of an ImageSetConfiguration selects, as a page. */
export const selectedBundlesHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    onAsked(session.connection, 'operatorMirror/selectedBundles', async (question, signal) => {
      const shown = await shownSelection(session, question, signal);
      return shown?.page ?? null;
    });
  },
};
