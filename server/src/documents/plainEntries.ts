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
  const reader = new EntryReader(lines, indent);
  let line = start;
  for (;;) {
    const entry = reader.entryAt(line);
    if (entry === undefined) break;
    entries.push(entry);
    entryLines.push(line);
    line = reader.line;
  }
  return line === start ? undefined : { start, end: line, indent, entries, entryLines };
}

const noProblems: MirrorEntry['problems'] = [];

/** No number, truth value or null has a slash, and none of these characters means something to YAML. */
const plainValue = /^[A-Za-z0-9][A-Za-z0-9._-]*(?::[0-9]+)?(?:\/[A-Za-z0-9._-]+)+$/;

/** Takes one line after the other, as long as they are what is expected. */
class EntryReader {
  readonly #lines: Lines;
  readonly #indent: number;
  /** What an entry may begin with, and what stands before its second key. */
  readonly #first: { readonly source: string; readonly mirrors: string };
  readonly #second: { readonly source: string; readonly mirrors: string };
  /** Of the entry that is read. */
  #start = 0;
  /** The mirrors of nearly all entries of a list stand in the same column. */
  #item = '';
  line = 0;

  constructor(lines: Lines, indent: number) {
    this.#lines = lines;
    this.#indent = indent;
    const dash = `${' '.repeat(indent)}- `;
    const keys = ' '.repeat(indent + 2);
    this.#first = { source: `${dash}source: `, mirrors: `${dash}mirrors:` };
    this.#second = { source: `${keys}source: `, mirrors: `${keys}mirrors:` };
  }

  /** The entry that begins in a line; `line` is then the one behind it. Its ranges count from its first line. */
  entryAt(first: number): MirrorEntry | undefined {
    this.#start = first;
    this.line = first;
    const sourceFirst = this.#value(this.#first.source);
    if (!this.#heading(sourceFirst === undefined ? this.#first.mirrors : this.#second.mirrors))
      return undefined;
    const mirrorsIndent = this.#dashColumn(this.#indent + 2);
    if (mirrorsIndent === undefined) return undefined;
    const mirrors = this.#mirrors(mirrorsIndent);
    const source = sourceFirst ?? this.#value(this.#second.source);
    const last = sourceFirst === undefined ? source : mirrors?.at(-1);
    if (source === undefined || last === undefined || mirrors === undefined) return undefined;
    const range = { start: { line: 0, character: this.#indent + 2 }, end: last.range.end };
    return {
      range,
      source,
      mirrors,
      mirrorsIndent,
      policy: undefined,
      isTemplate: false,
      problems: noProblems,
    };
  }

  #mirrors(column: number): readonly YamlScalar[] | undefined {
    if (this.#item.length !== column + 2) this.#item = `${' '.repeat(column)}- `;
    const first = this.#value(this.#item);
    if (first === undefined) return undefined;
    const second = this.#value(this.#item);
    // A list that grows makes room for a dozen more, and nearly all have one.
    if (second === undefined) return [first];
    const mirrors = [first, second];
    for (let mirror = this.#value(this.#item); mirror !== undefined; mirror = this.#value(this.#item))
      mirrors.push(mirror);
    // A list may hold a mirror once; what is wrong is left to who knows how to say it.
    const repeats = new Set(mirrors.map(({ value }) => value)).size < mirrors.length;
    return repeats ? undefined : mirrors;
  }

  #heading(text: string): boolean {
    if (this.#lines[this.line] !== text) return false;
    this.line++;
    return true;
  }

  #value(prefix: string): YamlScalar | undefined {
    const text = this.#lines[this.line];
    if (text === undefined || !text.startsWith(prefix)) return undefined;
    const value = text.slice(prefix.length);
    if (!plainValue.test(value) || hasTemplate(value)) return undefined;
    const range = lineRange(this.line - this.#start, prefix.length, text.length);
    this.line++;
    return { value, type: 'string', range, quote: '' };
  }

  /** The column of the dash on this line, if it is not before `least`. */
  #dashColumn(least: number): number | undefined {
    const text = this.#lines[this.line] ?? '';
    let column = 0;
    while (text.charAt(column) === ' ') column++;
    return column >= least && text.startsWith('- ', column) ? column : undefined;
  }
}
