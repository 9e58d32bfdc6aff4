import { dirname, extname, resolve, sep } from 'node:path';
import { messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { NamedRegistriesConf } from '../documents/pullRules.ts';
import { hasRegistryTables, parseRegistriesConf } from '../documents/registriesConf.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { findConfiguration } from '../files/configuration.ts';
import { contextFolder, type FoundFile, findContext, findFiles, isFolder } from '../files/find.ts';
import { loadFile } from '../files/load.ts';
import { readText } from '../files/textFile.ts';
import { defaultSettings, type Settings } from '../workspace/settings.ts';
import { Snapshot } from '../workspace/snapshot.ts';
import { type Terminal, tell } from './command.ts';

/** What decides on nodes, as files say it. */
export interface NodeFiles {
  readonly snapshot: Snapshot;
  readonly confs: readonly NamedRegistriesConf[];
  readonly settings: Settings;
  /** A path of the snapshot as it was given, or found below a folder that was given. */
  show(path: string): string;
}

/**
 * Reads what was named: mirror sets in files and folders, and registries.conf files (`*.conf`). A mapping.txt round
 * a file that was named tells where its images come from; mirror sets round it were not named and count for nothing.
 * @throws UserError `unreadable`, `badConf` for a registries.conf that engines refuse, `notRecognised` for a file that is
 * named and neither of these
 */
export async function readNodeFiles(
  paths: readonly string[],
  command: string,
  terminal: Terminal,
): Promise<NodeFiles> {
  let snapshot = new Snapshot();
  const shown = new Map<string, string>();
  const confs: NamedRegistriesConf[] = [];
  const say = (error: unknown) => tell(terminal, command, messageOf(error));
  const add = async (found: FoundFile) => {
    const key = snapshotPath(found.path);
    if (snapshot.files.has(key)) return;
    const loaded = await loadFile(found);
    if (loaded === undefined) return;
    snapshot = snapshot.with(key, loaded.content);
    shown.set(key, found.path);
  };
  for (const path of paths) {
    if (await isConf(path)) {
      confs.push(await readConf(path));
      continue;
    }
    for (const found of await findFiles(path, say)) await add(found);
    if (!(await isFolder(path)) && !tells(snapshot.files.get(snapshotPath(path))))
      throw new UserError('notRecognised', t('{0} holds no mirror sets, and is no registries.conf', path), {
        nextStep: t('name a file with mirror sets, a folder, or a registries.conf'),
      });
  }
  for (const path of paths) {
    const folder = (await isFolder(path)) ? undefined : await contextFolder(path);
    if (folder === undefined) continue;
    for (const found of await findContext(folder, say)) if (found.type === 'mapping') await add(found);
  }
  const [first] = paths;
  const start = first === undefined ? '.' : (await isFolder(first)) ? first : dirname(first);
  const { settings, problems, path: configuration } = await findConfiguration(start);
  for (const problem of problems) tell(terminal, command, `${configuration}: ${problem}`);
  return {
    snapshot,
    confs,
    settings: { ...defaultSettings, ...settings },
    show: (path) => shown.get(path) ?? path,
  };
}

/** A text without a single mapping line is read as a mapping only because it was named. */
function tells(file: WorkspaceFile | undefined): boolean {
  if (file === undefined) return false;
  return file.content.type === 'yaml' || file.content.mapping.lines.some(({ pairs }) => pairs.length > 0);
}

function snapshotPath(path: string): string {
  return resolve(path).replaceAll(sep, '/');
}

/** By its name, or for a file with another one by its tables. */
async function isConf(path: string): Promise<boolean> {
  if (await isFolder(path)) return false;
  if (extname(path) === '.conf') return true;
  return hasRegistryTables(await readText(path).catch(() => ''));
}

async function readConf(path: string): Promise<NamedRegistriesConf> {
  const conf = parseRegistriesConf(await readText(path));
  const problem = conf.problems.find(({ severity }) => severity === 'error');
  if (problem === undefined) return { path, conf };
  const line = problem.range.start.line + 1;
  throw new UserError('badConf', `${path}:${line}: ${problem.message}`, {
    nextStep: t('container engines refuse such a file: correct it'),
  });
}
