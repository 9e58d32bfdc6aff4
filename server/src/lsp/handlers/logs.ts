import type { Diagnostic } from 'vscode-languageserver';
import { t } from '../../base/sentences.ts';
import { splitLines } from '../../documents/lines.ts';
import { type LogFinding, logFindings } from '../../features/logFindings.ts';
import { logPage, type OpenLog } from '../../features/logHover.ts';
import { parseLog } from '../../log/parseLog.ts';
import { versionOfFiles } from '../../workspace/clusterVersion.ts';
import { lspSeverities } from '../convert.ts';
import { onAsked } from '../peer.ts';
import type { Handler, Session } from '../session.ts';

/** What a text that is in no file means, such as a log in the clipboard. */
export const logHandler: Handler = {
  capabilities: () => ({}),
  register({ connection, workspace, settings, scanned }) {
    onAsked(connection, 'operatorMirror/explainLog', async ({ text }) => {
      await scanned();
      const { snapshot } = workspace;
      const version = versionOfFiles(snapshot, settings.current);
      return logPage(parseLog(splitLines(text)), snapshot, (path) => workspace.uri(path), version) ?? null;
    });
  },
};

/** The findings of an open log, with the mapping lines that they are about where the client can show them. */
export function logDiagnostics({ log, lines }: OpenLog, session: Session): Diagnostic[] {
  const { workspace, client } = session;
  const shows = client.textDocument?.publishDiagnostics?.relatedInformation === true;
  return logFindings(log, lines, workspace.snapshot).map((finding) => ({
    range: finding.range,
    severity: lspSeverities[finding.severity],
    code: finding.code,
    source: 'operator-mirror',
    message: finding.message,
    ...(shows && finding.places.length > 0 ? { relatedInformation: related(finding, session) } : {}),
  }));
}

function related({ places }: LogFinding, { workspace }: Session) {
  return places.map(({ path, range, pair }) => ({
    location: { uri: workspace.uri(path), range },
    message: t('copied to {0}', pair.destination.text),
  }));
}
