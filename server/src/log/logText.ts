import { parsedJson } from '../base/json.ts';
import type { Lines } from '../documents/lines.ts';

/** A log as its tools wrote it: the texts, and of each the line of the file that it stands in, zero-based. */
export interface LogText {
  readonly texts: readonly string[];
  /** Undefined where each text is the line with its own number, as in most logs. */
  readonly numbers: readonly number[] | undefined;
}

/**
 * Takes a log out of what collectors, terminals and `oc get -o yaml` packed it into: output inside of JSON, as Ansible
 * shows it, becomes lines again; a sentence that YAML folded becomes one; of a line that a terminal wrote over, its
 * last state stays, and the images that it marked as failed before. Linear in the text.
 */
export function unpackLog(lines: Lines): LogText {
  const texts: string[] = [];
  const numbers: number[] = [];
  let changed = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const folded = foldedMessage(lines, at);
    const inner = folded === undefined ? innerTexts(line) : [folded];
    if (inner === undefined) {
      texts.push(line);
      numbers.push(at);
      continue;
    }
    changed = true;
    for (const text of inner) {
      texts.push(text);
      numbers.push(at);
    }
    if (folded !== undefined) {
      const end = foldEnd(lines, at);
      // The lines stay in their places, so that commands and plans are counted as they stand.
      for (let rest = at + 1; rest < end; rest++) {
        texts.push('');
        numbers.push(rest);
      }
      at = end - 1;
    }
  }
  return { texts, numbers: changed ? numbers : undefined };
}

/** A key of a status in YAML whose value may go on below it. */
const messageKey = /^(\s{0,80})(?:- )?(?:message|lastError): {1,4}\S/;

/** More lines than a sentence is folded into. */
const mostFolds = 60;

/** The end of what YAML folded, one behind its last line. */
function foldEnd(lines: Lines, at: number): number {
  const indent = messageKey.exec(lines[at] ?? '')?.[1]?.length ?? 0;
  let end = at + 1;
  while (end < lines.length && end - at < mostFolds) {
    const next = lines[end] ?? '';
    const start = next.length - next.trimStart().length;
    if (next.trim() === '' || start <= indent || /^\s{0,200}- /.test(next)) break;
    end++;
  }
  return end;
}

/** The whole sentence that begins in a line and that YAML folded; undefined where it is not folded. */
function foldedMessage(lines: Lines, at: number): string | undefined {
  const line = lines[at] ?? '';
  if (!messageKey.test(line)) return undefined;
  const end = foldEnd(lines, at);
  if (end === at + 1) return undefined;
  const parts = lines.slice(at + 1, end).map((part) => part.trim());
  // A block begins below its key, and its mark is no word of it.
  const first = line.trimEnd().replace(/: {1,4}[|>][+-]?$/, ':');
  return [first, ...parts].join(' ');
}

/** The texts that stand in one line; undefined where it is just a line. */
function innerTexts(line: string): string[] | undefined {
  if (line.includes('\r') || (line.includes('\u001b') && movesCursor.test(line))) {
    const states = line.split(rewrites).filter((state) => state.trim() !== '');
    const kept = states.filter((state) => failedState.test(state));
    return [...new Set([...kept, states.at(-1) ?? ''])];
  }
  if (!line.includes('"')) return undefined;
  const quoted = quotedLine(line);
  if (quoted !== undefined) return quoted;
  const escaped = line.includes('\\n') || line.includes('\\"');
  return escaped || line.includes('{"') ? outputInJson(line) : undefined;
}

/** A carriage return, and the codes by which spinners and progress bars go back to write over what is there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes of terminals begin with one.
const rewrites = /\r|\u001b\[\d{0,4}[ABEFGHJK]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes of terminals begin with one.
const movesCursor = /\u001b\[\d{0,4}[ABEFGHJK]/;
const failedState = /[✗✘❌]/;

/** A line that is one string of a list, as in `stderr_lines`. */
function quotedLine(line: string): string[] | undefined {
  const text = line.trim().replace(/,$/, '');
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return undefined;
  const value = stringOf(text);
  return value === undefined ? undefined : value.split('\n');
}

/** Keys under which tools that run others keep what these printed. */
const outputKey = /"(?:stderr|stdout|msg|message|module_stderr|module_stdout|log|output)": ?"/g;

const structured = /^\s{0,40}\{"/;

function outputInJson(line: string): string[] | undefined {
  const record = structured.test(line) ? recordOf(line) : undefined;
  if (record !== undefined) return record;
  const found: string[] = [];
  const seen = new Set<string>();
  outputKey.lastIndex = 0;
  for (let match = outputKey.exec(line); match !== null; match = outputKey.exec(line)) {
    const start = match.index + match[0].length - 1;
    const end = stringEnd(line, start);
    const value = stringOf(line.slice(start, end));
    outputKey.lastIndex = end;
    if (value === undefined) continue;
    for (const text of value.split('\n')) {
      if (text.trim() === '' || seen.has(text)) continue;
      seen.add(text);
      found.push(text);
    }
  }
  return found.length === 0 ? undefined : found;
}

/** One record of a structured log: its message, with the error that it carries behind it. */
function recordOf(line: string): string[] | undefined {
  const record = parsedJson(line);
  if (typeof record !== 'object' || record === null) return undefined;
  const fields = record as Record<string, unknown>;
  const level = typeof fields.level === 'string' ? fields.level.toLowerCase() : undefined;
  const message = fields.msg ?? fields.message;
  if (level === undefined || typeof message !== 'string') return undefined;
  const error = fields.error ?? fields.err;
  const words = typeof error === 'string' ? `${message}: ${error}` : message;
  return [`level=${level} msg=${words.split('\n').join(' ')}`];
}

/** One behind the closing quote of the string that begins at a quote. */
function stringEnd(line: string, start: number): number {
  for (let at = start + 1; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') return at + 1;
  }
  return line.length;
}

function stringOf(literal: string): string | undefined {
  const value = parsedJson(literal);
  return typeof value === 'string' ? value : undefined;
}
