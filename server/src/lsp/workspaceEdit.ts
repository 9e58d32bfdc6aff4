import type { ClientCapabilities, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { FileChange, Fix } from '../rules/rule.ts';
import { toTextEdits } from './convert.ts';
import type { Session } from './session.ts';
import { keyOf, uriOfKey } from './uri.ts';

/** A fix as the edit of all files that it changes. `uri` is the file of its finding, as the client writes it. */
export function toWorkspaceEdit(session: Session, uri: string, fix: Fix): WorkspaceEdit {
  const edits = toTextEdits(fix.edits());
  const others = fix.others?.() ?? [];
  if (others.length === 0) return { changes: { [uri]: edits } };
  const key = keyOf(uri);
  const changes = others.map((change) => ({ change, uri: uriOf(change.path, key, uri, session) }));
  if (session.client.workspace?.workspaceEdit?.documentChanges !== true) {
    const byUri = changes.map(({ change, uri: other }) => [other, textEditsOf(change)]);
    return { changes: { ...(edits.length === 0 ? {} : { [uri]: edits }), ...Object.fromEntries(byUri) } };
  }
  // With its version a client refuses the edit when the other file was changed meanwhile.
  const versioned = (other: string, textEdits: TextDocumentEdit['edits']): TextDocumentEdit => ({
    textDocument: { uri: other, version: session.workspace.version(keyOf(other)) ?? null },
    edits: textEdits,
  });
  return {
    documentChanges: [
      ...(edits.length === 0 ? [] : [versioned(uri, edits)]),
      ...changes.flatMap(({ change, uri: other }) => [
        ...('text' in change ? [{ kind: 'create' as const, uri: other }] : []),
        versioned(other, textEditsOf(change)),
      ]),
    ],
  };
}

/** False for a fix that makes a new file in a client that cannot: it is not offered there. */
export function canApply({ workspace }: ClientCapabilities, fix: Fix): boolean {
  const edit = workspace?.workspaceEdit;
  if (edit?.documentChanges === true && edit.resourceOperations?.includes('create')) return true;
  return fix.others?.().every((change) => 'edits' in change) ?? true;
}

function textEditsOf(change: FileChange): ReturnType<typeof toTextEdits> {
  const start = { line: 0, character: 0 };
  return toTextEdits(
    'text' in change ? [{ range: { start, end: start }, newText: change.text }] : change.edits,
  );
}

/** A file beside the finding's own is named as the client names that one; an open file as it was opened. */
function uriOf(path: string, key: string, uri: string, { workspace }: Session): string {
  if (workspace.version(path) !== undefined) return workspace.uri(path);
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const name = path.slice(folder.length);
  if (!path.startsWith(folder) || name.includes('/')) return uriOfKey(path);
  return `${uri.slice(0, uri.lastIndexOf('/') + 1)}${encodeURIComponent(name)}`;
}
