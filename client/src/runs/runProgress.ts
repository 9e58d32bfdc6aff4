/**
 * How a run of the command line is followed: with `--progress-file` it writes JSON lines, whatever `--progress` shows in
 * the terminal. The command line creates the file or empties it, appends whole lines, flushes them, and never reads it:
 *
 *     {"event":"progress","done":3,"total":60,"bytes":123,"line":7,"image":"…"}    at most ten a second
 *     {"event":"end","copied":51,"skipped":8,"failed":1,"bytes":456}               once, before it exits
 *
 * `done` counts images that are finished, well or badly; `bytes` counts what was moved so far. A mirror run that has
 * written files for the cluster names their folder at its end: `"manifests":"/w/manifests-a-1"`; a tool of others the command line that
 * goes on: `"next":"oc adm …"`. Nothing here knows VS Code.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

export interface RunProgress {
  readonly event: 'progress';
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
}

export interface RunEnd {
  readonly event: 'end';
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  /** The folder with the files for the cluster, an absolute path, where some were written. */
  readonly manifests?: string;
  /** The command line that goes on, where one is known. */
  readonly next?: string;
}

export type RunEvent = RunProgress | RunEnd;

/** Understands one line; what it does not know, such as the events of a newer version, it passes over. */
export function runEvent(line: string): RunEvent | undefined {
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
    const text = (name: string): string | undefined => {
      const found = (value as Record<string, unknown>)[name];
      return typeof found === 'string' ? found : undefined;
    };
    const manifests = text('manifests');
    const next = text('next');
    return {
      event: 'end',
      copied: number('copied'),
      skipped: number('skipped'),
      failed: number('failed'),
      ...(manifests !== undefined && { manifests }),
      ...(next !== undefined && { next }),
    };
  }
  return undefined;
}

/**
 * Reads a growing file of JSON lines. It asks again and again instead of watching: the file is small, and
 * watchers miss writes on network folders and in containers.
 */
export class ProgressFile {
  readonly #path: string;
  readonly #listener: (event: RunEvent) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #timer: NodeJS.Timeout;
  #reading: Promise<void> = Promise.resolve();
  #offset = 0;
  #rest = '';

  constructor(path: string, listener: (event: RunEvent) => void, intervalMilliseconds = 250) {
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
      const event = runEvent(line);
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
