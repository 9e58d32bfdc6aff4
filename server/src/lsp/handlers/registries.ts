import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { messageOf } from '../../base/errors.ts';
import { namedRegistries } from '../../features/namedRegistries.ts';
import { onAsked } from '../peer.ts';
import type { Handler } from '../session.ts';

/** The registries of the workspace: which there are, and what each says when somebody asks it. */
export const registryHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection, settings, options, workspace } = session;
    onAsked(connection, 'operatorMirror/registries', async () => {
      await session.scanned();
      return namedRegistries(session.context().snapshot).map(({ files, ...counts }) => ({
        ...counts,
        files: files.map(({ key, places }) => ({ uri: workspace.uri(key), places })),
      }));
    });
    onAsked(connection, 'operatorMirror/askRegistry', async ({ host }, signal) => {
      if (!settings.isOnline) throw new ResponseError(LSPErrorCodes.RequestFailed, settings.status().detail);
      try {
        return await options.askRegistry(settings.current, settings.logins, host, signal);
      } catch (error) {
        throw new ResponseError(LSPErrorCodes.RequestFailed, messageOf(error));
      }
    });
  },
};
