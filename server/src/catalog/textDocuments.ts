import { CORE_SCHEMA, load, mergeTag, Schema, YAMLException } from 'js-yaml';
import { messageOf } from '../base/errors.ts';
import { type KeptMessage, later } from '../base/sentences.ts';
import { parsedJson } from './values.ts';

/** One document of a file of a catalog: what it says, or why it cannot be read. */
export interface TextDocument {
  /** Plain objects, arrays, strings, numbers, booleans and null, as JSON has them. From YAML they may hold each other in a circle. */
  readonly value: unknown;
  /** The strings of the value are pieces of the text, and hold all of it in memory. */
  readonly isCut: boolean;
  /** Why there is no value; undefined where there is one. */
  readonly problem: KeptMessage | undefined;
  /** Where it begins, as an offset. */
  readonly start: number;
  /** Where it ends, exclusive; what comes up to the next one is blank. Where nothing can be read, nobody knows, and it is `start`. */
  readonly end: number;
  /** Where what the problem is about stands; `start` where nothing is known. */
  readonly at: number;
}

/**
 * The documents of a file, one after another, as `opm` takes them: a text that begins with `{` is JSON documents with nothing
 * or blanks between, any other YAML documents between lines of `---`. What is broken is skipped up to where the next document
 * seems to begin. Never throws, and takes time in proportion to the text, mostly in `JSON.parse` and js-yaml.
 */
export function documentsOf(text: string): Generator<TextDocument, void> {
  const start = startOf(text);
  return isJsonText(text) ? jsonDocuments(text, start) : yamlDocuments(text, start);
}

/** Whether `opm` takes a text for JSON documents, and not for YAML. */
export function isJsonText(text: string): boolean {
  return text.charCodeAt(nextInk(text, startOf(text))) === brace;
}

/** Behind a byte order mark. */
function startOf(text: string): number {
  return text.charCodeAt(0) === 0xfeff ? 1 : 0;
}

/** Counts lines up to offsets, mostly ascending ones: problems are rare, and lines are many. */
export function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let start = 0;
  let end = -1;
  return (offset) => {
    if (end === -1 || offset < start) {
      line = 1;
      start = 0;
      end = endOfLine(text, 0);
    }
    while (end < offset) {
      line++;
      start = end + 1;
      end = endOfLine(text, start);
    }
    return line;
  };
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

const brace = 0x7b;
const closingBrace = 0x7d;
const bracket = 0x5b;
const closingBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;

function* jsonDocuments(text: string, from: number): Generator<TextDocument, void> {
  /** opm closes each document with a `}` of its own line, which is found quicker than the end is counted out. */
  let indented = true;
  /** A brace is never closed: the rest is cut at lines that begin with one. */
  let torn = false;
  for (let start = nextInk(text, from); start < text.length; ) {
    if (text.charCodeAt(start) !== brace) {
      const next = nextDocument(text, start);
      yield broken(later('Between two JSON documents stands what is none'), start);
      start = next;
      continue;
    }
    if (indented) {
      const line = text.indexOf('\n}', start);
      const value = line === -1 ? undefined : parsedJson(text.slice(start, line + 2));
      if (value !== undefined) {
        yield { value, isCut: false, problem: undefined, start, end: line + 2, at: start };
        start = nextInk(text, line + 2);
        continue;
      }
      indented = false;
    }
    const end: number = torn ? -1 : endOfObject(text, start);
    torn = end === -1;
    const next: number = torn ? nextDocument(text, start) : end;
    yield jsonDocument(text.slice(start, next), start, torn);
    start = nextInk(text, next);
  }
}

function jsonDocument(source: string, start: number, torn: boolean): TextDocument {
  try {
    return {
      value: JSON.parse(source),
      isCut: false,
      problem: undefined,
      start,
      end: start + source.length,
      at: start,
    };
  } catch (error) {
    return torn
      ? broken(
          later('This JSON document does not end: a brace is not closed, or the file was cut off'),
          start,
        )
      : broken(later('This is no valid JSON document: {0}', messageOf(error)), start);
  }
}

/** Where the object that begins at `start` ends, exclusive; -1 where it does not. Only braces, brackets and strings count. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      at = endOfString(text, at);
      if (at === -1) return -1;
    } else if (unit === brace || unit === bracket) depth++;
    else if ((unit === closingBrace || unit === closingBracket) && --depth === 0) return at + 1;
  }
  return -1;
}

/** Where the quote stands that ends the string which begins at `start`; -1 where none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return -1;
}

/** Where the next line begins with a brace, after `start`; the end of the text where none does. */
function nextDocument(text: string, start: number): number {
  const next = text.indexOf('\n{', start);
  return next === -1 ? text.length : next + 1;
}

/** Nearly what sigs.k8s.io/yaml reads: YAML with merge keys, where of a key that comes twice the last one counts. */
const yamlSchema = new Schema([...CORE_SCHEMA.tags, mergeTag]);
/** How deep a document may go; a catalog goes to about 12. */
const deepest = 400;

function* yamlDocuments(text: string, from: number): Generator<TextDocument, void> {
  for (let start = from; start < text.length; ) {
    const end = endOfYaml(text, start);
    if (hasContent(text, start, end)) yield yamlDocument(text.slice(start, end), start);
    start = end;
  }
}

/** Where the document ends that begins at `start`: at the next line of `---`, at which the following one begins. */
function endOfYaml(text: string, start: number): number {
  for (let line = text.indexOf('\n---', start); line !== -1; line = text.indexOf('\n---', line + 1)) {
    const after = text.charCodeAt(line + 4);
    if (Number.isNaN(after) || after === 0x20 || after === 0x09 || after === lineFeed || after === 0x0d)
      return line + 1;
  }
  return text.length;
}

/** False for what has nothing but blank lines, comments and the marker in it. */
function hasContent(text: string, start: number, end: number): boolean {
  let at = text.startsWith('---', start) ? start + 3 : start;
  for (at = nextInk(text, at); at < end && text[at] === '#'; at = nextInk(text, at)) {
    const line = text.indexOf('\n', at);
    if (line === -1) return false;
    at = line;
  }
  return at < end && !(text.startsWith('...', at) && nextInk(text, at + 3) >= end);
}

function yamlDocument(source: string, start: number): TextDocument {
  try {
    return {
      value: load(source, { schema: yamlSchema, json: true, maxDepth: deepest }),
      isCut: true,
      problem: undefined,
      start,
      end: start + source.length,
      at: start,
    };
  } catch (error) {
    const [reason, offset] =
      error instanceof YAMLException ? [error.reason, error.mark?.position ?? 0] : [messageOf(error), 0];
    return { ...broken(later('This is no valid YAML document: {0}', reason), start), at: start + offset };
  }
}

function broken(problem: KeptMessage, start: number): TextDocument {
  return { value: undefined, isCut: false, problem, start, end: start, at: start };
}

/** The first place from `at` on that is no blank and no line end; the end of the text where there is none. */
function nextInk(text: string, at: number): number {
  let place = at;
  while (place < text.length && isBlank(text.charCodeAt(place))) place++;
  return place;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === lineFeed || unit === 0x0d || unit === 0x09;
}
