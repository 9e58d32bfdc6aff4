import {
  type ClientCapabilities,
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileOperationRegistrationOptions,
  type ServerCapabilities,
  WatchKind,
} from 'vscode-languageserver';
import type { DiskEvent } from './diskFiles.ts';

/** Of the files that may be ours, every change. Of everything else what comes and goes: it may be a folder of ours. */
const watchers = [
  { globPattern: '**/{mapping.txt,*-mapping.txt,*.yaml,*.yml,*.json}', kind: WatchKind.Change },
  { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
];

/** What somebody does with whole folders in the editor: watchers may tell nothing of the files in them. */
const folders: FileOperationRegistrationOptions = {
  filters: [{ scheme: 'file', pattern: { glob: '**/*', matches: 'folder' } }],
};

/** What the server offers to clients that tell it of folders. */
export const folderOperations: NonNullable<ServerCapabilities['workspace']>['fileOperations'] = {
  didCreate: folders,
  didRename: folders,
  didDelete: folders,
};

/** Hears of files and folders that come, change and go, in whichever way a client tells. */
export function hearOfDisk(connection: Connection, happened: (events: readonly DiskEvent[]) => void): void {
  connection.onDidChangeWatchedFiles(({ changes }) => {
    happened(changes.map(({ uri, type }) => ({ uri, created: type === FileChangeType.Created })));
  });
  const { workspace } = connection;
  workspace.onDidCreateFiles(({ files }) => happened(files.map(({ uri }) => ({ uri, created: true }))));
  workspace.onDidDeleteFiles(({ files }) => happened(files));
  workspace.onDidRenameFiles(({ files }) => {
    happened(files.flatMap(({ oldUri, newUri }) => [{ uri: oldUri }, { uri: newUri, created: true }]));
  });
}

/** Asks a client that can be asked to watch; `refused` hears why it does not. */
export function watchDisk(
  connection: Connection,
  client: ClientCapabilities,
  refused: (error: unknown) => void,
): void {
  if (!client.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
  connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(refused);
}
