import { LineEnds } from '../documents/lineEnds.ts';
import { applyLineChange, type Lines, splitLines, withoutMark } from '../documents/lines.ts';
import type { OpenLog } from '../features/logHover.ts';
import { typeByName } from '../files/find.ts';
import type { LogDocument } from '../log/logDocument.ts';
import { parseLog } from '../log/parseLog.ts';
import { mappingLanguage } from '../protocol/names.ts';
import { keyOf } from './uri.ts';
import type { ContentChange } from './workspaceState.ts';

interface Entry {
  readonly uri: string;
  version: number;
  lines: Lines;
  ends: LineEnds;
  /** Made when it is first asked for after a change: nobody types in a log, but a tool may be writing it. */
  log: LogDocument | undefined;
}

/** The logs that are open in the editor. They are no part of the workspace's snapshot: no rule reads them. */
export class OpenLogs {
  readonly #entries = new Map<string, Entry>();

  /** True for a document that may be a log, by its name and language; what is in it decides the rest. */
  static mayBe(uri: string, language: string): boolean {
    const key = keyOf(uri);
    if (language === mappingLanguage || language === 'yaml' || typeByName(key) !== undefined) return false;
    return language === 'log' || /\.(?:log|txt)$/i.test(key) || language === 'plaintext';
  }

  open(uri: string, version: number, text: string): void {
    this.#entries.set(keyOf(uri), { uri, version, ...read(text), log: undefined });
  }

  /** False when this is no open log. */
  change(uri: string, version: number, changes: readonly ContentChange[]): boolean {
    const entry = this.#entries.get(keyOf(uri));
    if (entry === undefined) return false;
    for (const { range, text } of changes) {
      if (range === undefined) {
        Object.assign(entry, read(text));
        continue;
      }
      const { lines } = entry;
      const { change, ends } = entry.ends.change((line) => lines[line] ?? '', range, text);
      Object.assign(entry, { lines: applyLineChange(lines, change), ends });
    }
    entry.version = version;
    entry.log = undefined;
    return true;
  }

  /** False when this is no open log. */
  close(uri: string): boolean {
    return this.#entries.delete(keyOf(uri));
  }

  get(key: string): OpenLog | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.log ??= parseLog(entry.lines);
    return { log: entry.log, lines: entry.lines };
  }

  /** Of all open logs: the key, and the URI and version as the client has them. */
  opened(): { readonly key: string; readonly uri: string; readonly version: number }[] {
    return [...this.#entries].map(([key, { uri, version }]) => ({ key, uri, version }));
  }
}

function read(text: string): Pick<Entry, 'lines' | 'ends'> {
  return { lines: splitLines(withoutMark(text)), ends: LineEnds.of(text) };
}
