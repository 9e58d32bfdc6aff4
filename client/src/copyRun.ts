/**
 * What the copy task asks of the command line, and how it follows a run. Nothing here knows VS Code.
 *
 *     operator-mirror copy -f FILE --progress auto [--progress-file FILE] [--dir FOLDER]
 *                     [--authfile FILE] [--registries-conf FILE] [--ca-file FILE] [--insecure HOST]...
 *
 * FILE is absolute. The working directory is where `oc image mirror` would have been run: `file://` places
 * are below its `v2/` (see `runFolder`), unless a setting names another folder. Lines about a line of the mapping go to the terminal as
 * `FILE:12:1: error: message (code)`, with FILE as it was given. Exit codes are those of every command:
 * 0 done, 1 images missing, 2 bad usage or unreadable input.
 *
 * `--progress-file` gets JSON lines whatever `--progress` shows in the terminal. The command line creates the
 * file or empties it, appends whole lines, flushes them, and never reads it:
 *
 *     {"event":"progress","done":3,"total":60,"bytes":123,"line":7,"image":"…"}    at most ten a second
 *     {"event":"end","copied":51,"skipped":8,"failed":1,"bytes":456}               once, before it exits
 *
 * `done` counts images that are finished, well or badly; `bytes` counts what was moved so far.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** The settings that become options of the command line. */
export interface CopySettings {
  readonly authFile: string;
  readonly configFile: string;
  readonly caFile: string;
  readonly insecure: readonly string[];
  /** What holds the `v2/` of `file://` images. */
  readonly folder: string;
}

/** The arguments of one run; `base` is what relative paths in settings are relative to. */
export function copyArguments(
  mapping: string,
  settings: CopySettings,
  base: string,
  progressFile?: string,
): string[] {
  const optional = (option: string, path: string | undefined) =>
    path === undefined || path === '' ? [] : [option, settingPath(path, base)];
  return [
    'copy',
    '-f',
    mapping,
    '--progress',
    'auto',
    ...optional('--progress-file', progressFile),
    ...optional('--dir', settings.folder),
    ...optional('--authfile', settings.authFile),
    ...optional('--registries-conf', settings.configFile),
    ...optional('--ca-file', settings.caFile),
    ...settings.insecure.flatMap((host) => ['--insecure', host]),
  ];
}

/** No shell stands between a setting and the command line, so `~` is understood here. */
function settingPath(path: string, base: string): string {
  if (/^~(?=[\\/]|$)/.test(path)) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(base, path);
}

/**
 * The folder to copy in: the nearest one at or above the mapping that holds `v2/`; else the one that holds the
 * mapping's `manifests-*`, because `oc` writes both side by side; else the mapping's own. The search ends at
 * `top`, if given.
 */
export function runFolder(mapping: string, holdsStore: (folder: string) => boolean, top?: string): string {
  const own = dirname(mapping);
  let manifests: string | undefined;
  for (let folder = own; ; folder = dirname(folder)) {
    if (holdsStore(folder)) return folder;
    if (folder === top || dirname(folder) === folder) return manifests ?? own;
    if (/[\\/]manifests-[^\\/]*$/.test(folder)) manifests = dirname(folder);
  }
}

export interface CopyProgress {
  readonly event: 'progress';
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
}

export interface CopyEnd {
  readonly event: 'end';
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
}

export type CopyEvent = CopyProgress | CopyEnd;

/** Understands one line; what it does not know, such as the events of a newer version, it passes over. */
export function copyEvent(line: string): CopyEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('event' in value)) return undefined;
  const number = (name: string): number => {
    const found = (value as Record<string, unknown>)[name];
    return typeof found === 'number' && Number.isFinite(found) ? found : 0;
  };
  if (value.event === 'progress') {
    return { event: 'progress', done: number('done'), total: number('total'), bytes: number('bytes') };
  }
  if (value.event === 'end') {
    return { event: 'end', copied: number('copied'), skipped: number('skipped'), failed: number('failed') };
  }
  return undefined;
}

/**
 * Reads a growing file of JSON lines. It asks again and again instead of watching: the file is small, and
 * watchers miss writes on network folders and in containers.
 */
export class ProgressFile {
  readonly #path: string;
  readonly #listener: (event: CopyEvent) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #timer: NodeJS.Timeout;
  #reading: Promise<void> = Promise.resolve();
  #offset = 0;
  #rest = '';

  constructor(path: string, listener: (event: CopyEvent) => void, intervalMilliseconds = 250) {
    this.#path = path;
    this.#listener = listener;
    this.#timer = setInterval(() => this.#schedule(), intervalMilliseconds);
  }

  /** Reads what is left and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#schedule();
    await this.#reading;
  }

  #schedule(): void {
    this.#reading = this.#reading.then(() => this.#read());
  }

  async #read(): Promise<void> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path);
      const buffer = Buffer.alloc(64 * 1024);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        this.#take(this.#decoder.write(buffer.subarray(0, bytesRead)));
      }
    } catch {
      // The run has not begun to write yet, or cannot: a run without numbers is still a run.
    } finally {
      await file?.close();
    }
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = copyEvent(line);
      if (event !== undefined) this.#listener(event);
    }
  }
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Bytes as people read them. */
export function readableBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
