import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { folderOf } from '../../base/paths.ts';
import { hasRegistryTables, parseRegistriesConf } from '../../documents/registriesConf.ts';
import { parseText } from '../../files/load.ts';
import {
  type ForecastAnswer,
  type ForecastPage,
  type ForecastQuestion,
  forecastRequest,
} from '../../protocol.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import { decidesOnNodes } from '../../workspace/dropInChanges.ts';
import { type ClusterState, type Forecast, forecast } from '../../workspace/forecast.ts';
import { withPaths } from '../../workspace/forecastText.ts';
import { Snapshot } from '../../workspace/snapshot.ts';
import type { Handler, Session } from '../session.ts';
import { ShownFiles } from '../shownFiles.ts';
import { keyOf } from '../uri.ts';

/** What applying the mirror sets of a folder does to the nodes. */
export const forecastHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    session.connection.onRequest(
      forecastRequest,
      async (question: ForecastQuestion): Promise<ForecastPage | null> => {
        await session.scanned();
        return report(question, session);
      },
    );
  },
};

function report({ uri, current }: ForecastQuestion, { context }: Session): ForecastPage | null {
  const { snapshot, settings } = context();
  const path = keyOf(uri);
  const below = `${folderOf(path)}/`;
  const files = new Map([...snapshot.files].filter(([key]) => key.startsWith(below)));
  const folder = new Snapshot(files);
  if (!decidesOnNodes(folder)) return null;
  const version = clusterVersion({ snapshot, settings, path });
  const result = forecast(folder, current === undefined ? {} : stateOf(current), version);
  const shown = new ShownFiles();
  return { ...toAnswer(withPaths(result, shown.show)), files: shown.named() };
}

function toAnswer({ effect, explanation, sets, changes, registriesConf }: Forecast): ForecastAnswer {
  return {
    effect,
    sentences: explanation,
    sets: sets.map(({ kind, name, path, change }) => ({ kind, name, file: path, change })),
    changes: changes.map(({ source, change, mirrorsAdded, mirrorsRemoved, blocked, drains }) => ({
      source,
      change,
      mirrorsAdded,
      mirrorsRemoved,
      ...(blocked === undefined ? {} : { blocked }),
      ...(drains === undefined ? {} : { reason: drains }),
    })),
    registriesConf,
  };
}

function stateOf({ path, text }: { readonly path: string; readonly text: string }): ClusterState {
  if (!hasRegistryTables(text)) return { sets: new Snapshot().with(path, parseText(text, 'yaml')) };
  const { registries, problems } = parseRegistriesConf(text);
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem === undefined) return { conf: registries };
  const place = `${path}:${problem.range.start.line + 1}`;
  throw new ResponseError(LSPErrorCodes.RequestFailed, `${place}: ${problem.message}`);
}
