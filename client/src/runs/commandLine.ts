/**
 * What tasks ask of the command line. Nothing here knows VS Code.
 *
 *     operator-mirror copy -f FILE [--lines N,N-N] …
 *     operator-mirror plan -c FILE DEST …
 *     operator-mirror mirror -c FILE DEST …
 *         --progress auto [--progress-file FILE] [--dir FOLDER] [--authfile FILE]
 *         [--registries-conf FILE] [--ca-file FILE] [--insecure HOST]...
 *
 * FILE is absolute. Lines about a line of it go to the terminal as `FILE:12:1: error: message (code)`, with FILE
 * as it was given. Exit codes are those of every command: 0 done, 1 images missing, 2 bad usage or unreadable input.
 */
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** What `tasks.json` may say, its type aside; `taskDefinitions` in the manifest describes it. */
export type Run =
  | {
      readonly command: 'copy';
      /** The mapping.txt: absolute, or relative to the workspace folder. */
      readonly mapping: string;
      /** The lines that are copied, `3,7-9`; all of them where nothing is said. */
      readonly lines?: string;
    }
  | ImageSetRun
  | AnyRun;

/** A run that is about a file. */
export type FileRun = Exclude<Run, AnyRun>;

export interface ImageSetRun {
  readonly command: 'plan' | 'mirror';
  /** The ImageSetConfiguration: absolute, or relative to the workspace folder. */
  readonly imageSet: string;
  /** A DEST of the command line. A relative folder in it is one beside the file. */
  readonly destination: string;
}

/** Any command of the command line, such as one that was run before. */
export interface AnyRun {
  readonly command: 'run';
  /** What stands behind `operator-mirror`. */
  readonly arguments: readonly string[];
  /** In which it is run: absolute, or relative to the workspace folder, which it is where nothing is said. */
  readonly folder?: string;
}

/** Reads what somebody wrote into `tasks.json`; undefined for what is no run. */
export function runOf(written: Readonly<Record<string, unknown>>): Run | undefined {
  const { command, mapping, lines, imageSet, destination, arguments: given, folder } = written;
  if (command === 'run') {
    if (!Array.isArray(given) || given.length === 0 || !given.every(isText)) return undefined;
    return { command, arguments: given, ...(isText(folder) ? { folder } : {}) };
  }
  if (command === 'copy')
    return isText(mapping) ? { command, mapping, ...(isText(lines) ? { lines } : {}) } : undefined;
  if (command !== 'plan' && command !== 'mirror') return undefined;
  return isText(imageSet) && isText(destination) ? { command, imageSet, destination } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** The file that a run is about. */
export function fileOf(run: FileRun): string {
  return run.command === 'copy' ? run.mapping : run.imageSet;
}

/** The settings that become options of the command line. */
export interface RunSettings {
  readonly authFile: string;
  readonly configFile: string;
  readonly caFile: string;
  readonly insecure: readonly string[];
  /** What holds the `v2/` of `file://` images. */
  readonly folder: string;
}

/**
 * The arguments of one run.
 * @param file the one that the run is about, absolute
 * @param base what relative paths in settings are relative to
 * @param progressFile where `RunEvent`s are to be written; a plan has none
 */
export function runArguments(
  run: FileRun,
  file: string,
  settings: RunSettings,
  base: string,
  progressFile?: string,
): string[] {
  return [
    run.command,
    ...(run.command === 'copy' ? ['-f', file, ...linesOf(run.lines)] : ['-c', file, run.destination]),
    '--progress',
    'auto',
    ...optional('--progress-file', progressFile ?? '', base),
    ...optional('--dir', settings.folder, base),
    ...registryArguments(settings, base),
  ];
}

function linesOf(lines: string | undefined): string[] {
  return lines === undefined ? [] : ['--lines', lines];
}

/** The options of every command that reaches registries. */
export function registryArguments(settings: RunSettings, base: string): string[] {
  return [
    ...optional('--authfile', settings.authFile, base),
    ...optional('--registries-conf', settings.configFile, base),
    ...optional('--ca-file', settings.caFile, base),
    ...settings.insecure.flatMap((host) => ['--insecure', host]),
  ];
}

/** The options of `run`: tools of others have no registries.conf or authorities of ours. */
export function toolArguments({ authFile, insecure }: RunSettings, base: string): string[] {
  return [...optional('--authfile', authFile, base), ...insecure.flatMap((host) => ['--insecure', host])];
}

/** A command line as somebody types it into a shell. */
export function typedLine(words: readonly string[]): string {
  const isPlain = /^[\w@%+=:,./-]+$/;
  return words.map((word) => (isPlain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** What a task is called: the terminal has no room for a whole command line, and writes over what is beside it. */
export function taskName(words: readonly string[]): string {
  const line = words.join(' ');
  return line.length <= longestName ? line : `${line.slice(0, longestName - 1)}…`;
}

const longestName = 40;

/** Selected lines as `--lines` takes them, `3,7-9`: one-based, each once, the lines that touch as one. */
export function lineNumbers(selected: readonly { readonly first: number; readonly last: number }[]): string {
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of selected.toSorted((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else joined.push({ first, last });
  }
  return joined.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

function optional(option: string, path: string, base: string): string[] {
  return path === '' ? [] : [option, settingPath(path, base)];
}

/** No shell stands between a setting and the command line, so `~` is understood here. */
function settingPath(path: string, base: string): string {
  if (/^~(?=[\\/]|$)/.test(path)) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(base, path);
}

/**
 * The working directory of a run, unless a setting names another folder: that of an ImageSetConfiguration is its own, where
 * oc-mirror would be run. A mapping is copied where `oc image mirror` would have been run, because `file://` places are below
 * `v2/`: in the nearest folder at or above it that holds `v2/`; else in the one that holds its `manifests-*`, because `oc` writes
 * both side by side; else in its own. The search ends at `top`, if given.
 */
export function runFolder(
  command: FileRun['command'],
  file: string,
  holdsStore: (folder: string) => boolean,
  top?: string,
): string {
  const own = dirname(file);
  if (command !== 'copy') return own;
  let manifests: string | undefined;
  for (let folder = own; ; folder = dirname(folder)) {
    if (holdsStore(folder)) return folder;
    if (folder === top || dirname(folder) === folder) return manifests ?? own;
    if (/[\\/]manifests-[^\\/]*$/.test(folder)) manifests = dirname(folder);
  }
}
