import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { findConfiguration } from '../../files/configuration.ts';
import {
  contextFolder,
  type FoundFile,
  findContext,
  findFiles,
  isFolder,
  type OnUnreadable,
  typeByName,
} from '../../files/find.ts';
import { loadFile } from '../../files/load.ts';
import type { LogDocument } from '../../log/logDocument.ts';
import { versionOfFiles } from '../../workspace/clusterVersion.ts';
import { defaultSettings } from '../../workspace/settings.ts';
import { Snapshot } from '../../workspace/snapshot.ts';

/** What lies round a log. */
export interface LogContext {
  /** The files that the log is surely about: those that somebody named, else those that the log itself names. */
  readonly own: Snapshot;
  /** These, and what lies beside the log, which may be of any run. */
  readonly near: Snapshot;
  /** The version of the cluster that the files tell, as `MAJOR.MINOR`. */
  readonly version: string | undefined;
}

/**
 * Reads the files round a log.
 *
 * @param name the log's path, or `-` for standard input, which lies nowhere
 * @param named the files and folders that somebody named; empty where nobody did
 * @param say told in one line which folder below a path cannot be read, and what is wrong in settings
 * @throws UserError `unreadable` for a path that was named and cannot be read
 */
export async function readContext(
  name: string,
  log: LogDocument,
  named: readonly string[],
  say: (line: string) => void,
): Promise<LogContext> {
  const own = await read(
    new Snapshot(),
    await foundAt(named.length > 0 ? named : await foldersOf(name, log), (error) => say(messageOf(error))),
  );
  if (name === '-') return { own, near: own, version: versionOfFiles(own, defaultSettings) };
  const near = await read(own, await filesBeside(name), true);
  const { settings, problems, path } = await findConfiguration(dirname(resolve(name)));
  for (const problem of problems) say(`${path}: ${problem}`);
  return { own, near, version: versionOfFiles(near, { ...defaultSettings, ...settings }) };
}

async function foundAt(paths: readonly string[], tell: OnUnreadable): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) found.push(...(await findFiles(path, tell)));
  return found;
}

/** The folders of manifests that the log names, where they lie beside it. */
async function foldersOf(name: string, log: LogDocument): Promise<string[]> {
  if (name === '-') return [];
  const folders: string[] = [];
  for (const { mapping } of log.runs) {
    // What lies beside the log itself may be of any run.
    if (mapping === undefined || !mapping.includes('/')) continue;
    // What a log says is no reason to read anything else.
    if (mapping.split(/[\\/]/).includes('..')) continue;
    const manifests = dirname(mapping);
    // As it is named from where the run was, and moved into the folder of the log.
    for (const path of [join(dirname(name), manifests), join(dirname(name), basename(manifests))]) {
      if (await isFolder(path)) {
        folders.push(path);
        break;
      }
    }
  }
  return folders;
}

/** Folders in which runs leave their files. */
const ofRuns = /^(?:manifests|results)-/;

/** Files of a run that lie beside a log, or else in the nearest folder above it that holds the output of one. */
async function filesBeside(name: string): Promise<FoundFile[]> {
  const folder = dirname(name);
  const beside = await filesOfRuns(folder);
  if (beside.length > 0) return beside;
  const above = await contextFolder(name);
  return above === undefined || resolve(above) === resolve(folder) ? [] : filesOfRuns(above);
}

async function filesOfRuns(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: FoundFile[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const type = typeByName(entry.name);
    if (entry.isDirectory() && ofRuns.test(entry.name)) found.push(...(await findContext(path)));
    else if (entry.isFile() && type !== undefined) found.push({ path, type, named: false, inside: [folder] });
  }
  return found;
}

/** The files by their paths as they were given or found, so that the report names them so. */
async function read(start: Snapshot, files: readonly FoundFile[], forgiving = false): Promise<Snapshot> {
  let snapshot = start;
  const seen = new Set([...start.files.keys()].map((path) => resolve(path)));
  for (const found of files) {
    const key = resolve(found.path);
    if (seen.has(key)) continue;
    seen.add(key);
    // What only lies near is no input: without it, less is known.
    const loaded = await (forgiving ? loadFile(found).catch(() => undefined) : loadFile(found));
    if (loaded !== undefined) snapshot = snapshot.with(found.path.split(sep).join('/'), loaded.content);
  }
  return snapshot;
}
