import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver';
import { type Problem, problemsOf } from '../../features/problems.ts';
import { shownFindings } from '../../features/shownFindings.ts';
import { findingsOf } from '../../rules/analysis.ts';
import { toDiagnostic, toNote } from '../convert.ts';
import type { Handler, Session } from '../session.ts';
import { keyOf } from '../uri.ts';
import { logDiagnostics } from './logs.ts';

/** The findings of a file, for clients that ask for them. For all others `Publisher` sends them. */
export const diagnosticHandler: Handler = {
  capabilities: (client) =>
    pulls(client)
      ? {
          diagnosticProvider: {
            identifier: 'operator-mirror',
            interFileDependencies: true,
            workspaceDiagnostics: false,
          },
        }
      : {},
  register(session) {
    session.connection.languages.diagnostics.on(async ({ textDocument }) => {
      await session.scanned();
      return {
        kind: DocumentDiagnosticReportKind.Full,
        items: diagnosticsOf(session, keyOf(textDocument.uri)),
      };
    });
  },
};

/** True for a client that asks for findings; then none are sent unasked. */
export function pulls(client: Session['client']): boolean {
  return client.textDocument?.diagnostic !== undefined;
}

/** The findings of a file of the workspace or of an open log, as diagnostics. */
export function diagnosticsOf(session: Session, key: string): Diagnostic[] {
  const { workspace, logs, options, context } = session;
  const log = logs.get(key);
  if (log !== undefined) return logDiagnostics(log, session);
  const file = workspace.snapshot.files.get(key);
  if (file === undefined) return [];
  const { findings, note } = shownFindings(findingsOf(file, context()));
  // Where not all are at hand, the number of lines that say the same is not known.
  if (note !== undefined)
    return [toNote(note), ...findings.map((finding) => toDiagnostic(finding, options.documentation))];
  const uri = workspace.uri(key);
  return problemsOf(findings).map((problem) => ({
    ...toDiagnostic(problem, options.documentation),
    ...(problem.others.length > 0 && { relatedInformation: relatedOf(problem, uri) }),
  }));
}

/** More places than anybody follows one by one. */
const mostRelated = 20;

function relatedOf({ others }: Problem, uri: string): DiagnosticRelatedInformation[] {
  return others.slice(0, mostRelated).map(({ range, message }) => ({ location: { uri, range }, message }));
}
