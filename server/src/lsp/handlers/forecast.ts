import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { folderOf } from '../../base/paths.ts';
import { t } from '../../base/sentences.ts';
import { inClauses } from '../../base/words.ts';
import { withoutMark } from '../../documents/lines.ts';
import type { ForecastAnswer, ForecastPage, ForecastQuestion } from '../../protocol/forecast.ts';
import { clusterTextHelp, readClusterText } from '../../pulls/clusterText.ts';
import { decidesOnNodes } from '../../pulls/dropInChanges.ts';
import { forecast } from '../../pulls/forecast.ts';
import { changesJson, setsJson } from '../../pulls/forecastJson.ts';
import { withPaths } from '../../pulls/forecastText.ts';
import type { ClusterState, Forecast } from '../../pulls/forecastTypes.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import { Snapshot } from '../../workspace/snapshot.ts';
import { onAsked } from '../peer.ts';
import type { Handler, Session } from '../session.ts';
import { ShownFiles } from '../shownFiles.ts';
import { keyOf } from '../uri.ts';

/** What applying the mirror sets of a folder does to the nodes. */
export const forecastHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    onAsked(session.connection, 'operatorMirror/forecast', async (question) => {
      await session.scanned();
      return report(question, session);
    });
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

function toAnswer(result: Forecast): ForecastAnswer {
  const { effect, explanation, registriesConf } = result;
  return {
    effect,
    sentences: explanation,
    sets: setsJson(result),
    changes: changesJson(result),
    registriesConf,
  };
}

function stateOf({ path, text }: { readonly path: string; readonly text: string }): ClusterState {
  const read = readClusterText(path, withoutMark(text));
  if (read.ok) return read.state;
  const place = read.line === undefined ? path : `${path}:${read.line}`;
  throw new ResponseError(
    LSPErrorCodes.RequestFailed,
    inClauses([t('{0} tells nothing of the cluster: {1}', place, read.problem), t(clusterTextHelp)]),
  );
}
