import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { folderOf } from '../../base/paths.ts';
import { hasRegistryTables, parseRegistriesConf } from '../../documents/registriesConf.ts';
import { parseText } from '../../files/load.ts';
import { type ForecastQuestion, forecastRequest } from '../../protocol.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import { type ClusterState, forecast } from '../../workspace/forecast.ts';
import { forecastText, withPaths } from '../../workspace/forecastText.ts';
import { Snapshot } from '../../workspace/snapshot.ts';
import type { Handler, Session } from '../session.ts';
import { keyOf, pathOf } from '../uri.ts';

/** What applying the mirror sets of a folder does to the nodes. */
export const forecastHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    session.connection.onRequest(
      forecastRequest,
      async (question: ForecastQuestion): Promise<string | null> => {
        await session.scanned();
        return report(question, session);
      },
    );
  },
};

function report({ uri, current }: ForecastQuestion, { context }: Session): string | null {
  const { snapshot, settings } = context();
  const path = keyOf(uri);
  const below = `${folderOf(path)}/`;
  const files = new Map([...snapshot.files].filter(([key]) => key.startsWith(below)));
  const folder = new Snapshot(files);
  if (folder.mirrorSets.groups.size === 0) return null;
  const version = clusterVersion({ snapshot, settings, path });
  const result = forecast(folder, current === undefined ? {} : stateOf(current), version);
  return forecastText(withPaths(result, (key) => pathOf(key) ?? key));
}

function stateOf({ path, text }: { readonly path: string; readonly text: string }): ClusterState {
  if (!hasRegistryTables(text)) return { sets: new Snapshot().with(path, parseText(text, 'yaml')) };
  const { registries, problems } = parseRegistriesConf(text);
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem === undefined) return { conf: registries };
  const place = `${path}:${problem.range.start.line + 1}`;
  throw new ResponseError(LSPErrorCodes.RequestFailed, `${place}: ${problem.message}`);
}
