import { MessageType, ShowMessageNotification, type WorkspaceEdit } from 'vscode-languageserver';
import { folderOf, lastComponent } from '../base/paths.ts';
import { t } from '../base/sentences.ts';
import { analyze } from '../rules/analysis.ts';
import { countFixed, type FixedFile, fixFolder } from '../rules/fixFolder.ts';
import { noFacts } from '../workspace/facts.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { toTextEdits } from './convert.ts';
import type { Session } from './session.ts';
import { keyOf, uriOfKey } from './uri.ts';

/**
 * Makes every certain fix in the files of a folder and below it as one edit, which one Undo takes back, and says what was
 * done and what is left. `uri` is the folder, or a file in it. Works from texts alone: no registry is asked.
 */
export async function fixAllInFolder(session: Session, uri: string): Promise<void> {
  const { workspace, connection, context } = session;
  await session.scanned();
  const { folder, paths } = filesOf(workspace.snapshot, keyOf(uri));
  const contextOf = (snapshot: Snapshot) => ({ ...context(), snapshot, facts: noFacts });
  const { files, snapshot } = fixFolder(workspace.snapshot, paths, (_path, now) => contextOf(now));
  const name = lastComponent(folder);
  if (files.length > 0) {
    const { applied, failureReason } = await connection.workspace.applyEdit({
      label: t('Fix all in {0}', name),
      edit: toEdit(session, files),
    });
    if (!applied) {
      const reason = failureReason ?? t('the editor refused the edit; a file may have changed meanwhile');
      return tell(session, MessageType.Error, t('Nothing was fixed in {0}: {1}', name, reason));
    }
  }
  const left = paths
    .flatMap((path) => snapshot.files.get(path) ?? [])
    .flatMap((file) => analyze(file, contextOf(snapshot)))
    .filter(({ severity }) => severity === 'error' || severity === 'warning').length;
  tell(
    session,
    left === 0 ? MessageType.Info : MessageType.Warning,
    summary(name, paths.length, files, left),
  );
}

function filesOf(
  snapshot: Snapshot,
  key: string,
): { readonly folder: string; readonly paths: readonly string[] } {
  const folder = snapshot.files.has(key) ? folderOf(key) : key.endsWith('/') ? key.slice(0, -1) : key;
  // Text that is in no folder, such as one that was never saved, is alone.
  if (folder === '') return { folder: key, paths: [key] };
  return { folder, paths: [...snapshot.files.keys()].filter((path) => path.startsWith(`${folder}/`)) };
}

/** With versions where the client knows them: it refuses the edit then when a text has changed meanwhile. */
function toEdit({ workspace, client }: Session, files: readonly FixedFile[]): WorkspaceEdit {
  const changes = files.map(({ path, edits }) => {
    const version = workspace.version(path) ?? null;
    return {
      uri: version === null ? uriOfKey(path) : workspace.uri(path),
      version,
      edits: toTextEdits(edits),
    };
  });
  if (client.workspace?.workspaceEdit?.documentChanges === true) {
    return {
      documentChanges: changes.map(({ uri, version, edits }) => ({ textDocument: { uri, version }, edits })),
    };
  }
  return { changes: Object.fromEntries(changes.map(({ uri, edits }) => [uri, edits])) };
}

function summary(name: string, checked: number, files: readonly FixedFile[], left: number): string {
  if (checked === 0) return t('There is nothing to check in {0}: no mapping.txt and no YAML of ours', name);
  const done =
    files.length === 0
      ? t('Nothing in {0} can be fixed for certain', name)
      : t('{0} in {1}', changeCount(countFixed(files)), fileCount(files.length));
  if (left === 0) return done;
  return left === 1
    ? t('{0}; 1 finding is left that a person must decide', done)
    : t('{0}; {1} findings are left that a person must decide', done, left);
}

function changeCount(changes: number): string {
  return changes === 1 ? t('1 change') : t('{0} changes', changes);
}

function fileCount(files: number): string {
  return files === 1 ? t('1 file') : t('{0} files', files);
}

function tell({ connection }: Session, type: MessageType, message: string): void {
  void connection.sendNotification(ShowMessageNotification.type, { type, message });
}
