import { Chunked } from '../base/chunked.ts';
import { type ParsedReference, parseReference, type Span, UsualNames } from './imageReference.ts';
import { parsePlaced } from './layoutReference.ts';
import type { LineChange, Lines } from './lines.ts';
import {
  dockerPrefix,
  type MappingArgument,
  type MappingLine,
  type MappingPair,
  type SyntaxProblem,
} from './mappingLine.ts';
import { emptySide, lonelyWord, refuse, refusePair } from './mappingProblems.ts';
import { spanOf, splitWords, type Word } from './mappingWords.ts';
import { hasTemplate } from './template.ts';
import { isInRegistry, keepsReferences } from './transport.ts';
import { usualLine } from './usualMappingLine.ts';

/**
 * mapping.txt, by the grammar of `oc image mirror -f`: everything from the first `#` of a line is a comment; the
 * rest is split at blanks; an argument `SRC=DST` is a pair, and where a line has no such argument, its first
 * word is the source of all the others.
 * https://github.com/openshift/oc/blob/master/pkg/cli/image/mirror/mappings.go
 */
export interface MappingDocument {
  readonly lines: Chunked<MappingLine>;
}

export function parseMapping(lines: Lines): MappingDocument {
  return { lines: Chunked.of(parseLines(lines)) };
}

/** The document after a change; only the changed lines are parsed, and all chunks round them stay the same. */
export function updateMapping(document: MappingDocument, change: LineChange): MappingDocument {
  return { lines: document.lines.replace(change.start, change.removed, parseLines(change.inserted)) };
}

function parseLines(lines: Lines): MappingLine[] {
  const names = new UsualNames();
  return lines.map((text) => usualLine(text, names) ?? parseAnyLine(text));
}

/** The text of the document, as lines. */
export function mappingText(document: MappingDocument): string[] {
  return document.lines.map((line) => line.text);
}

const noPairs: readonly MappingPair[] = [];
const noProblems: readonly SyntaxProblem[] = [];

export function parseMappingLine(text: string): MappingLine {
  return usualLine(text, new UsualNames()) ?? parseAnyLine(text);
}

function parseAnyLine(text: string): MappingLine {
  if (hasTemplate(text))
    return { text, pairs: noPairs, problems: noProblems, isTemplate: true, usual: undefined };
  const words = splitWords(text);
  if (words.length === 0)
    return { text, pairs: noPairs, problems: noProblems, isTemplate: false, usual: undefined };

  const problems: SyntaxProblem[] = [];
  const pairs: MappingPair[] = [];
  const bare: Word[] = [];
  for (const [index, word] of words.entries()) {
    const equals = word.text.indexOf('=');
    if (equals === -1) {
      bare.push(word);
      continue;
    }
    const source = { text: word.text.slice(0, equals), start: word.start };
    const destination = { text: word.text.slice(equals + 1), start: word.start + equals + 1 };
    if (source.text === '' || destination.text === '') {
      problems.push(emptySide(source, destination, words[index - 1], words[index + 1]));
      continue;
    }
    pairs.push(pairOf(readSource(source, true, problems), destination, true, problems));
  }
  if (pairs.length === 0 && problems.length === 0) {
    const [source, ...destinations] = bare;
    if (source !== undefined && destinations.length === 0) problems.push(lonelyWord(source));
    if (source !== undefined && destinations.length > 0) {
      const argument = readSource(source, false, problems);
      for (const destination of destinations) pairs.push(pairOf(argument, destination, false, problems));
    }
  }
  // A workspace has a hundred thousand lines without a problem; they share the list of none.
  return {
    text,
    pairs,
    problems: problems.length === 0 ? noProblems : problems,
    isTemplate: false,
    usual: undefined,
  };
}

function readSource(word: Word, isPair: boolean, problems: SyntaxProblem[]): MappingArgument {
  const source = sourceArgument(word);
  refuse(source, 'source', isPair, problems);
  return source;
}

function pairOf(
  source: MappingArgument,
  word: Word,
  isPair: boolean,
  problems: SyntaxProblem[],
): MappingPair {
  const pair = { source, destination: argument(word) };
  refuse(pair.destination, 'destination', isPair, problems);
  refusePair(pair, problems);
  return pair;
}

function argument(word: Word): MappingArgument {
  return { text: word.text, span: spanOf(word), parsed: parseArgument(word.text), tagPattern: undefined };
}

/** What oc-mirror writes with `docker://` in front is the same image without it, so that all that can be said of it is said. */
function parseArgument(text: string): ParsedReference {
  if (!text.startsWith(dockerPrefix)) return parsePlaced(text);
  const parsed = parseReference(text.slice(dockerPrefix.length));
  const moved = (span: Span): Span => ({
    start: span.start + dockerPrefix.length,
    end: span.end + dockerPrefix.length,
  });
  if (!parsed.ok) return { ...parsed, span: moved(parsed.span) };
  // Another transport behind it is no name of a registry.
  if (!isInRegistry(parsed.reference)) return parseReference(text);
  const { repository, tag, digest } = parsed.spans;
  return {
    ok: true,
    reference: parsed.reference,
    spans: {
      repository: moved(repository),
      tag: tag && moved(tag),
      digest: digest && moved(digest),
    },
  };
}

const tagPatternCharacters = /^[\w.*-]+$/;

function sourceArgument(word: Word): MappingArgument {
  const colon = word.text.lastIndexOf(':');
  const pattern = word.text.slice(colon + 1);
  if (colon > 0 && pattern.includes('*') && tagPatternCharacters.test(pattern)) {
    const parsed = parseArgument(word.text.slice(0, colon));
    if (parsed.ok && parsed.reference.digest === undefined && parsed.reference.tag === undefined) {
      return { text: word.text, span: spanOf(word), parsed, tagPattern: pattern };
    }
  }
  const plain = argument(word);
  const { parsed } = plain;
  const isWhole = parsed.ok && parsed.reference.tag === undefined && parsed.reference.digest === undefined;
  // A layout without a name is its only image.
  const all = isWhole && !keepsReferences(parsed.reference);
  return all ? { ...plain, tagPattern: '*' } : plain;
}
