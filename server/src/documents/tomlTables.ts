import { lineRange, type Range } from '../base/range.ts';
import { splitLines } from './lines.ts';

/** One `[NAME]` or `[[NAME]]` of a TOML text; its range is that of the header without blanks. */
export interface TomlHeader {
  /** Dotted, without quotes and blanks: `registry.mirror`. */
  readonly name: string;
  readonly range: Range;
}

/**
 * The headers of a TOML text in order. The parser gives values without their places; headers are what a person
 * looks for. Never throws, and takes time linear in the text: what is no TOML gives some headers or none.
 * https://toml.io/en/v1.0.0#table
 */
export function tomlHeaders(text: string): TomlHeader[] {
  const headers: TomlHeader[] = [];
  const values = new ValueScanner();
  for (const [line, content] of splitLines(text).entries()) {
    const start = content.length - content.trimStart().length;
    if (values.inside || content.charAt(start) !== '[') {
      values.scan(content);
      continue;
    }
    const opening = content.startsWith('[[', start) ? 2 : 1;
    const close = content.indexOf(']', start);
    if (close === -1) continue;
    const name = content.slice(start + opening, close).replace(/["'\s]/g, '');
    headers.push({ name, range: lineRange(line, start, close + opening) });
  }
  return headers;
}

/** Follows strings and brackets over lines: inside of them nothing that looks like a header is one. */
class ValueScanner {
  #quote: '"""' | "'''" | undefined;
  #depth = 0;

  get inside(): boolean {
    return this.#quote !== undefined || this.#depth > 0;
  }

  scan(line: string): void {
    let at = 0;
    while (at < line.length) at = this.#quote === undefined ? this.#step(line, at) : this.#leave(line, at);
  }

  #leave(line: string, from: number): number {
    const quote = this.#quote ?? '"""';
    for (let at = from; at < line.length; at++) {
      if (quote === '"""' && line.charAt(at) === '\\') at++;
      else if (line.startsWith(quote, at)) {
        this.#quote = undefined;
        return at + quote.length;
      }
    }
    return line.length;
  }

  #step(line: string, at: number): number {
    const character = line.charAt(at);
    if (character === '#') return line.length;
    if (character === '[' || character === '{') this.#depth++;
    if ((character === ']' || character === '}') && this.#depth > 0) this.#depth--;
    if (character !== '"' && character !== "'") return at + 1;
    const triple = character === '"' ? '"""' : "'''";
    if (line.startsWith(triple, at)) {
      this.#quote = triple;
      return at + triple.length;
    }
    for (let end = at + 1; end < line.length; end++) {
      if (character === '"' && line.charAt(end) === '\\') end++;
      else if (line.charAt(end) === character) return end + 1;
    }
    return line.length;
  }
}
