import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type ResultProgressReporter,
  type WorkDoneProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { memoByPair } from '../../base/memo.ts';
import { type Problem, problemsOf } from '../../features/problems.ts';
import type { ShownFinding } from '../../rules/analysis.ts';
import { cancellable } from '../cancellation.ts';
import { toDiagnostic, toNote } from '../convert.ts';
import type { Handler, Session } from '../session.ts';
import { keyOf } from '../uri.ts';
import type { FileReport } from '../workspaceFindings.ts';
import { logDiagnostics } from './logs.ts';

/** Files in one part of the answer about a workspace, for clients that take it in parts. */
const filesPerPart = 100;

/** The findings of a file and of the whole workspace, for clients that ask. For all others `Publisher` sends them. */
export const diagnosticHandler: Handler = {
  capabilities: (client) =>
    pulls(client)
      ? {
          diagnosticProvider: {
            identifier: 'operator-mirror',
            interFileDependencies: true,
            workspaceDiagnostics: true,
          },
        }
      : {},
  register(session) {
    const { diagnostics } = session.connection.languages;
    diagnostics.on(
      cancellable(async ({ textDocument, previousResultId }: DocumentDiagnosticParams) => {
        await session.scanned();
        return documentReport(session, keyOf(textDocument.uri), previousResultId);
      }),
    );
    diagnostics.onWorkspace(
      cancellable(
        async (
          params: WorkspaceDiagnosticParams,
          signal,
          _progress: WorkDoneProgressReporter,
          parts?: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult>,
        ) => {
          await session.scanned();
          return workspaceReport(session, params, parts, signal);
        },
      ),
    );
  },
};

/** True for a client that asks for findings; then none are sent unasked. */
export function pulls(client: Session['client']): boolean {
  return client.textDocument?.diagnostic !== undefined;
}

/** What is shown of a file, as diagnostics. `uri` is the file's, as the client writes it. */
export function toDiagnostics({ shown }: FileReport, uri: string, { options }: Session): Diagnostic[] {
  const { findings, note } = shown;
  const toItem = (finding: ShownFinding) => itemBefore(options.documentation, finding);
  // Where not all are at hand, the number of lines that say the same is not known.
  if (note !== undefined) return [toNote(note), ...findings.map(toItem)];
  return problemsOf(findings).map((problem) => {
    const { others } = problem;
    const item = toItem(problem);
    return others.length === 0 ? item : { ...item, relatedInformation: relatedOf(others, uri) };
  });
}

/** The same diagnostic for the same finding: its text is kept by it, and it is sent at each keystroke. */
const itemBefore = memoByPair((documentation: (code: string) => string, finding: ShownFinding) =>
  toDiagnostic(finding, documentation),
);

/** More places than anybody follows one by one. */
const mostRelated = 20;

function relatedOf(others: Problem['others'], uri: string): DiagnosticRelatedInformation[] {
  return others.slice(0, mostRelated).map(({ range, message }) => ({ location: { uri, range }, message }));
}

function documentReport(
  session: Session,
  key: string,
  previous: string | undefined,
): DocumentDiagnosticReport {
  const log = session.logs.get(key);
  if (log !== undefined) {
    return { kind: DocumentDiagnosticReportKind.Full, items: logDiagnostics(log, session) };
  }
  const report = session.findings.of(key);
  if (report === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
  const resultId = report.id;
  return resultId === previous
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : {
        kind: DocumentDiagnosticReportKind.Full,
        resultId,
        items: toDiagnostics(report, session.workspace.uri(key), session),
      };
}

/** All files of the workspace; of those that are as the client knows them, that alone. */
async function workspaceReport(
  session: Session,
  { previousResultIds }: WorkspaceDiagnosticParams,
  parts: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  signal: AbortSignal,
): Promise<WorkspaceDiagnosticReport> {
  const { workspace, findings, logs } = session;
  const previous = new Map(previousResultIds.map(({ uri, value }) => [keyOf(uri), { uri, value }]));
  let items: WorkspaceDocumentDiagnosticReport[] = [];
  for await (const [key, report] of findings.all(signal)) {
    const resultId = report.id;
    const known = previous.get(key);
    previous.delete(key);
    const place = { uri: workspace.uri(key), version: workspace.version(key) ?? null, resultId };
    items.push(
      known?.value === resultId
        ? { ...place, kind: DocumentDiagnosticReportKind.Unchanged }
        : {
            ...place,
            kind: DocumentDiagnosticReportKind.Full,
            items: toDiagnostics(report, workspace.uri(key), session),
          },
    );
    if (parts !== undefined && items.length === filesPerPart) {
      parts.report({ items });
      items = [];
    }
  }
  // What is left was told of files that are gone. Without an id a client forgets them.
  for (const [key, { uri }] of previous) {
    if (logs.get(key) === undefined && !workspace.snapshot.files.has(key))
      items.push({ uri, version: null, kind: DocumentDiagnosticReportKind.Full, items: [] });
  }
  return { items };
}
