import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isFolder } from '../../files/find.ts';
import type { LogDocument } from '../../log/logDocument.ts';
import { mappingOf } from '../../log/runs.ts';
import { certainFixesOf } from '../../rules/analysis.ts';
import type { ToolEnd } from '../../tools/runTool.ts';
import type { ToolCommand } from '../../tools/toolCommand.ts';
import { hasFailed, type ToolLog } from '../../tools/toolLog.ts';
import { withFiles } from '../../workspace/logLinks.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { type Terminal, tell } from '../command.ts';
import { offlineReport } from './check.ts';
import { CheckedWorkspace } from './checkedWorkspace.ts';
import type { CheckReport } from './checkReport.ts';
import { readContext } from './explainContext.ts';

/** What came of a tool, with all that it left. */
export interface RunResult {
  readonly command: ToolCommand;
  readonly end: ToolEnd;
  /** What its output means, with what the mapping.txt tells that it wrote or read. */
  readonly log: LogDocument;
  /** Whatever its exit code says. */
  readonly hasFailed: boolean;
  /** False where it printed more than could be read. */
  readonly isWhole: boolean;
  /** The files that the log is about. */
  readonly files: Snapshot;
  readonly manifests: CheckedManifests | undefined;
  /** A command line that goes on from here; undefined where none is known, and where images are missing. */
  readonly next: string | undefined;
}

/** The files for the cluster that a tool wrote. */
export interface CheckedManifests {
  /** As seen from the current folder. */
  readonly folder: string;
  readonly report: CheckReport;
  /** How many files were repaired. */
  readonly fixed: number;
}

interface Ran {
  readonly command: ToolCommand;
  readonly end: ToolEnd;
  readonly log: ToolLog;
  /** In which the tool was started, an absolute path. */
  readonly folder: string;
  /** Whether its manifests are to be repaired. */
  readonly fix: boolean;
}

/** Reads what a tool printed and what it wrote. */
export async function readRun(
  { command, end, log, folder, fix }: Ran,
  terminal: Terminal,
): Promise<RunResult> {
  const said = log.read();
  const say = (line: string) => tell(terminal, 'run', line);
  const written = await manifestsOf(command, log.manifestFolders(said), folder);
  // Before anything is repaired: a fix changes what the lines of mapping.txt are called.
  const near = await filesOf(command, said, written, folder, say);
  const document = withFiles(said, near);
  const failed = hasFailed(end, document, log.isWhole);
  const manifests = written === undefined ? undefined : await checked(written, fix, terminal, say);
  return {
    command,
    end,
    log: document,
    hasFailed: failed,
    isWhole: log.isWhole,
    files: near.own,
    manifests,
    next: log.nextCommand(),
  };
}

/**
 * The folder of manifests that is there. What a log says is no reason to look anywhere: it has to be below the folder in which the
 * tool was started, or one that the command line names.
 */
async function manifestsOf(
  { words }: ToolCommand,
  named: readonly string[],
  folder: string,
): Promise<string | undefined> {
  for (const name of named) {
    const path = resolve(folder, name);
    const isBelow = isInside(path, folder) && path !== folder;
    const isNamed = words.some((word) => isInside(path, placeIn(word, folder)));
    if ((isBelow || isNamed) && (await isFolder(path))) return shownPath(path);
  }
  return undefined;
}

/** As seen from the current folder where it is below that, else whole. */
function shownPath(path: string): string {
  const near = relative('.', path);
  return near === '' || near.startsWith('..') ? path : near;
}

/** The folder that a word of a command line names, if it names one. */
function placeIn(word: string, folder: string): string {
  const path = word.replace(/^--[a-z-]{1,40}=/, '').replace(/^file:\/\//, '');
  return isAbsolute(path) ? resolve(path) : join(folder, path, sep);
}

function isInside(path: string, folder: string): boolean {
  const top = folder.endsWith(sep) ? folder.slice(0, -1) : folder;
  return top !== '' && (path === top || path.startsWith(`${top}${sep}`));
}

async function filesOf(
  { words, program }: ToolCommand,
  log: LogDocument,
  manifests: string | undefined,
  folder: string,
  say: (line: string) => void,
) {
  const mapping = mappingOf([program, ...words].join(' '));
  const named = manifests ?? (mapping === undefined ? undefined : relative('.', resolve(folder, mapping)));
  const nothing = await readContext('-', { ...log, runs: [] }, [], say);
  if (named === undefined) return nothing;
  // A mapping that the tool could not read either is the tool's to complain of.
  return readContext('-', log, [named], say).catch(() => nothing);
}

async function checked(
  folder: string,
  fix: boolean,
  { signal }: Terminal,
  say: (line: string) => void,
): Promise<CheckedManifests> {
  const workspace = await CheckedWorkspace.load([folder], say);
  let fixed = 0;
  if (fix)
    await workspace.fixAll(
      () => fixed++,
      ({ line }) => say(line),
    );
  const { report } = await offlineReport(workspace, { signal }, certainFixesOf);
  return { folder, report, fixed };
}
