import { lineRange } from '../base/range.ts';
import type { Lines } from './lines.ts';
import type { MirrorEntry } from './mirrorSet.ts';
import { hasTemplate } from './template.ts';
import type { YamlScalar } from './yamlNode.ts';

/**
 * Entries of a mirror set one below the other, written as `oc` and oc-mirror write them: mirrors as a block list,
 * plain values, nothing else. YAML can read such lines in one way only, so they need no YAML parser, which takes
 * fifty times as long for them.
 */
export interface PlainEntries {
  /** The first line of the first entry. */
  readonly start: number;
  /** The line after the last entry. */
  readonly end: number;
  /** The column of the dashes. */
  readonly indent: number;
  readonly entries: readonly MirrorEntry[];
  /** The first line of each entry, parallel to `entries`. */
  readonly entryLines: readonly number[];
}

/** Fewer are not worth it. */
const fewest = 8;

/** All runs of such entries in a text, from the top. Whether they really are a list of a mirror set, YAML must say. */
export function findPlainEntries(lines: Lines): PlainEntries[] {
  const runs: PlainEntries[] = [];
  for (let line = 0; line < lines.length; ) {
    const run = runAt(lines, line);
    if (run !== undefined && run.entries.length >= fewest) runs.push(run);
    line = run?.end ?? line + 1;
  }
  return runs;
}

function runAt(lines: Lines, start: number): PlainEntries | undefined {
  const indent = /^ *(?=- )/.exec(lines[start] ?? '')?.[0].length;
  if (indent === undefined) return undefined;
  const entries: MirrorEntry[] = [];
  const entryLines: number[] = [];
  let line = start;
  for (;;) {
    const found = entryAt(lines, line, indent);
    if (found === undefined) break;
    entries.push(found.entry);
    entryLines.push(line);
    line = found.end;
  }
  return line === start ? undefined : { start, end: line, indent, entries, entryLines };
}

/** No number, truth value or null has a slash, and none of these characters means something to YAML. */
const plainValue = /^[A-Za-z0-9][A-Za-z0-9._-]*(?::[0-9]+)?(?:\/[A-Za-z0-9._-]+)+$/;

function entryAt(
  lines: Lines,
  first: number,
  indent: number,
): { readonly entry: MirrorEntry; readonly end: number } | undefined {
  const dash = `${' '.repeat(indent)}- `;
  const keys = ' '.repeat(indent + 2);
  const reader = new EntryReader(lines, first);
  const sourceFirst = reader.value(`${dash}source: `);
  const heading = sourceFirst === undefined ? `${dash}mirrors:` : `${keys}mirrors:`;
  if (!reader.heading(heading)) return undefined;
  const mirrorsIndent = reader.dashColumn(indent + 2);
  if (mirrorsIndent === undefined) return undefined;
  const mirrors: YamlScalar[] = [];
  const item = `${' '.repeat(mirrorsIndent)}- `;
  for (let mirror = reader.value(item); mirror !== undefined; mirror = reader.value(item))
    mirrors.push(mirror);
  const source = sourceFirst ?? reader.value(`${keys}source: `);
  const last = sourceFirst === undefined ? source : mirrors.at(-1);
  // A list may hold a mirror once; what is wrong is left to who knows how to say it.
  const repeats = new Set(mirrors.map(({ value }) => value)).size < mirrors.length;
  if (source === undefined || last === undefined || mirrors.length === 0 || repeats) return undefined;
  const range = { start: { line: 0, character: indent + 2 }, end: last.range.end };
  return {
    entry: { range, source, mirrors, mirrorsIndent, policy: undefined, isTemplate: false, problems: [] },
    end: reader.line,
  };
}

/** Takes one line after the other, as long as they are what is expected. Ranges count from the first. */
class EntryReader {
  readonly #lines: Lines;
  readonly #first: number;
  line: number;

  constructor(lines: Lines, first: number) {
    this.#lines = lines;
    this.#first = first;
    this.line = first;
  }

  heading(text: string): boolean {
    if (this.#lines[this.line] !== text) return false;
    this.line++;
    return true;
  }

  value(prefix: string): YamlScalar | undefined {
    const text = this.#lines[this.line];
    if (text === undefined || !text.startsWith(prefix)) return undefined;
    const value = text.slice(prefix.length);
    if (!plainValue.test(value) || hasTemplate(value)) return undefined;
    const range = lineRange(this.line - this.#first, prefix.length, text.length);
    this.line++;
    return { value, type: 'string', range, quote: '' };
  }

  /** The column of the dash on this line, if it is not before `least`. */
  dashColumn(least: number): number | undefined {
    const column = /^ *(?=- )/.exec(this.#lines[this.line] ?? '')?.[0].length;
    return column === undefined || column < least ? undefined : column;
  }
}
