import { Chunked } from '../base/chunked.ts';
import { t } from '../base/sentences.ts';
import { shortName } from '../base/words.ts';
import {
  exactReference,
  hostProblem,
  type ImageReference,
  type ParsedReference,
  parseReference,
  type ReferenceSpans,
  repositoryOf,
  type Span,
  type UsualName,
  UsualNames,
  usualReference,
  usualSpans,
  type ValidReference,
  withDockerDefaults,
} from './imageReference.ts';
import { namedAfter, parsePlaced } from './layoutReference.ts';
import type { LineChange, Lines } from './lines.ts';
import { hasTemplate } from './template.ts';
import { foreignTransportOf, isInRegistry, keepsReferences, leastOf, prefixOf } from './transport.ts';

/**
 * mapping.txt, by the grammar of `oc image mirror -f`: everything from the first `#` of a line is a comment; the
 * rest is split at blanks; an argument `SRC=DST` is a pair, and where a line has no such argument, its first
 * word is the source of all the others.
 * https://github.com/openshift/oc/blob/master/pkg/cli/image/mirror/mappings.go
 */
export interface MappingDocument {
  readonly lines: Chunked<MappingLine>;
}

/** One line, parsed alone: nothing in it depends on its number or its neighbours, so edits elsewhere keep it. */
export interface MappingLine {
  readonly text: string;
  readonly pairs: readonly MappingPair[];
  /** What `oc image mirror -f` would refuse, in the order of the text. */
  readonly problems: readonly SyntaxProblem[];
  /** True where a template stands in it: what the line will say is not known, so that it says nothing. */
  readonly isTemplate: boolean;
  /**
   * The ends of its only pair where the line is in the usual form; undefined where `pairs` alone tell. For who goes through all
   * lines of a workspace to find a few: `pairs` are made when they are first asked for, and kept.
   */
  readonly usual: UsualEnds | undefined;
}

/** Where the pair of a line in the usual form leads from and to. */
export interface UsualEnds {
  readonly from: UsualName;
  readonly to: UsualName;
  readonly isByDigest: boolean;
  /** Of the source; undefined where it is by tag. */
  readonly digest: string | undefined;
  /** Of the destination, which always has one. */
  readonly tag: string;
  /** The destination as it is written, which is how `oc` compares it. */
  readonly target: string;
}

export interface MappingPair {
  readonly source: MappingArgument;
  readonly destination: MappingArgument;
}

export interface MappingArgument {
  readonly text: string;
  readonly span: Span;
  readonly parsed: ParsedReference;
  /**
   * The glob of a source that stands for several tags: `v4.*`, or `*` for a source with neither tag nor digest,
   * which means all tags. Undefined for everything else.
   */
  readonly tagPattern: string | undefined;
}

export interface SyntaxProblem {
  readonly message: string;
  readonly span: Span;
  /** True for what `oc image mirror` refuses and `operator-mirror copy` copies. */
  readonly isOfOcAlone?: boolean;
  /** The repair, where it is obvious: `span` is replaced by `newText`. */
  readonly repair?: {
    readonly title: string;
    readonly span: Span;
    readonly newText: string;
    readonly certain: boolean;
  };
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

const usualDigest = /@sha256:[0-9a-f]{64}=/y;
const usualTag = /:\w[\w.-]{0,127}=/y;
const lastTag = /:\w[\w.-]{0,127}$/y;

/**
 * SOURCE=DESTINATION as tools write it, where nothing is wrong with it; `parseAnyLine` says the same of it. A file has ten
 * thousands of such lines and some hundred names, so that names are looked up and the rest is looked at once. No name in the
 * usual form has a `=` or `@` in it, and no tag a `:`, so that there is one way to read it.
 */
function usualLine(text: string, names: UsualNames): MappingLine | undefined {
  const equals = text.indexOf('=');
  if (equals === -1) return undefined;
  const at = text.indexOf('@');
  const isByDigest = at !== -1;
  const fromEnd = isByDigest ? at : text.lastIndexOf(':', equals);
  if (!fits(isByDigest ? usualDigest : usualTag, text, fromEnd)) return undefined;
  const toEnd = text.lastIndexOf(':');
  if (toEnd < equals || !fits(lastTag, text, toEnd)) return undefined;
  const from = names.of(text.slice(0, fromEnd));
  if (from === undefined || !from.isReachable) return undefined;
  const to = names.of(text.slice(equals + 1, toEnd));
  if (to === undefined || !to.isReachable) return undefined;
  const line = new UsualLine(text, from, to, equals);
  const mayBeSame = !isByDigest && from.transport === to.transport;
  return mayBeSame && isOntoItself(line) ? undefined : line;
}

function fits(form: RegExp, text: string, start: number): boolean {
  form.lastIndex = start;
  return form.test(text);
}

function isOntoItself({ pairs }: MappingLine): boolean {
  return pairs.some(
    ({ source, destination }) =>
      source.parsed.ok &&
      destination.parsed.ok &&
      sameImage(source.parsed.reference, destination.parsed.reference),
  );
}

/**
 * A line in the usual form. A workspace has a hundred thousand of them, and of most of them nobody ever asks more than where they
 * lead from and to: that is one object, and the rest is made when somebody wants it.
 */
class UsualLine implements MappingLine, UsualEnds {
  readonly text: string;
  readonly from: UsualName;
  readonly to: UsualName;
  readonly #equals: number;
  #pairs: readonly MappingPair[] | undefined;

  constructor(text: string, from: UsualName, to: UsualName, equals: number) {
    this.text = text;
    this.from = from;
    this.to = to;
    this.#equals = equals;
  }

  get usual(): UsualEnds {
    return this;
  }

  get isByDigest(): boolean {
    return this.text.charAt(this.from.name.length) === '@';
  }

  get digest(): string | undefined {
    return this.isByDigest ? this.text.slice(this.from.name.length + 1, this.#equals) : undefined;
  }

  get tag(): string {
    return this.text.slice(this.#equals + this.to.name.length + 2);
  }

  get target(): string {
    return this.text.slice(this.#equals + 1);
  }

  get pairs(): readonly MappingPair[] {
    this.#pairs ??= [this.#pair()];
    return this.#pairs;
  }

  get problems(): readonly SyntaxProblem[] {
    return noProblems;
  }

  get isTemplate(): false {
    return false;
  }

  #pair(): MappingPair {
    const { text, from, to } = this;
    const equals = this.#equals;
    const version = text.slice(from.name.length + 1, equals);
    const source = this.isByDigest
      ? usualReference(from, undefined, version)
      : usualReference(from, version, undefined);
    const destination = usualReference(to, text.slice(equals + to.name.length + 2), undefined);
    return {
      source: new UsualArgument(text, 0, equals, source),
      destination: new UsualArgument(text, equals + 1, text.length, destination),
    };
  }
}

/** An argument in the usual form, and what is read in it: one object, as a file has ten thousands of them. */
class UsualArgument implements MappingArgument, ValidReference {
  readonly reference: ImageReference;
  readonly #line: string;
  readonly #start: number;
  readonly #end: number;

  constructor(line: string, start: number, end: number, reference: ImageReference) {
    this.reference = reference;
    this.#line = line;
    this.#start = start;
    this.#end = end;
  }

  get text(): string {
    return this.#line.slice(this.#start, this.#end);
  }

  get span(): Span {
    return { start: this.#start, end: this.#end };
  }

  get parsed(): ParsedReference {
    return this;
  }

  get ok(): true {
    return true;
  }

  get spans(): ReferenceSpans {
    return usualSpans(this.reference);
  }

  get tagPattern(): undefined {
    return undefined;
  }
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

/** What all pairs of a line give together. Nearly all lines have one pair, for which nothing is put together. */
export function ofPairs<Result>(
  { pairs }: MappingLine,
  of: (pair: MappingPair) => readonly Result[],
): readonly Result[] {
  const [first] = pairs;
  return pairs.length === 1 && first !== undefined ? of(first) : pairs.flatMap((pair) => of(pair));
}

/**
 * What `oc` compares to find two sources in one destination: a destination without a tag takes the source's.
 * Undefined when a reference is not valid or the source stands for several tags.
 */
export function destinationKey(pair: MappingPair): string | undefined {
  const destination = destinationOf(pair);
  if (destination === undefined) return undefined;
  // Nothing but the repository and the tag: then that is how it is written, and nothing has to be put together.
  const { text } = pair.destination;
  const { tag, digest } = destination;
  const isAsWritten =
    tag !== undefined &&
    digest === undefined &&
    text.length === repositoryOf(destination).length + 1 + tag.length;
  return isAsWritten ? text : exactReference(destination);
}

/** The destination with the tag, or the name in a layout, that it inherits from the source where it has none. */
export function destinationOf(pair: MappingPair): ImageReference | undefined {
  const { source, destination } = pair;
  if (!source.parsed.ok || !destination.parsed.ok || source.tagPattern !== undefined) return undefined;
  return namedAfter(source.parsed.reference, destination.parsed.reference);
}

/**
 * The image that is at the destination once the line has been copied: by the tag that it is given or inherits, or
 * by its digest where it has none. Undefined where that is not one image.
 */
export function arrivalOf(pair: MappingPair): ImageReference | undefined {
  const destination = destinationOf(pair);
  if (destination === undefined || destination.tag !== undefined || !pair.source.parsed.ok)
    return destination;
  return { ...destination, digest: pair.source.parsed.reference.digest };
}

/** True for a source that is not named by digest: by tag, by a pattern of tags, or by neither (all tags). */
export function isByTag({ parsed }: MappingArgument): boolean {
  // A name in a layout is no tag that anybody pulls by.
  return parsed.ok && parsed.reference.digest === undefined && !keepsReferences(parsed.reference);
}

/**
 * True for a pair as the `mapping.txt` of oc-mirror's dry run has it (`docker://SOURCE=docker://DESTINATION`, and
 * `oci://` for a catalog on the disk), which `oc image mirror` does not read.
 * https://github.com/openshift/oc-mirror/blob/main/v2/internal/pkg/cli/dryrun.go
 */
export function isDryRunPair({ source, destination }: MappingPair): boolean {
  return source.text.startsWith(docker) || destination.text.startsWith(docker);
}

/** True for a text that begins with a transport of containers/image, which `oc` does not know. */
export function hasForeignTransport(text: string): boolean {
  return foreignTransportOf(text) !== undefined;
}

/**
 * True for oc-mirror v2's own cache, which it serves while it runs: no registry that anybody else could ask.
 * https://github.com/openshift/oc-mirror/blob/main/v2/internal/pkg/cli/executor.go
 */
export function isOcMirrorCache(reference: ImageReference): boolean {
  return isInRegistry(reference) && reference.registry === 'localhost:55000';
}

interface Word {
  readonly text: string;
  readonly start: number;
}

/** Blanks alone separate words; a tab is part of a word, and `oc` then refuses the word. */
function splitWords(line: string): Word[] {
  // What `oc` writes: one pair, and nothing else.
  if (line !== '' && !/[\s#]/.test(line)) return [{ text: line, start: 0 }];
  const comment = line.indexOf('#');
  const content = comment === -1 ? line : line.slice(0, comment);
  const trimmed = content.trim();
  if (trimmed === '') return [];
  const words: Word[] = [];
  let start = content.length - content.trimStart().length;
  for (const text of trimmed.split(' ')) {
    if (text !== '') words.push({ text, start });
    start += text.length + 1;
  }
  return words;
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

const docker = 'docker://';

/** What oc-mirror writes with `docker://` in front is the same image without it, so that all that can be said of it is said. */
function parseArgument(text: string): ParsedReference {
  if (!text.startsWith(docker)) return parsePlaced(text);
  const parsed = parseReference(text.slice(docker.length));
  const moved = (span: Span): Span => ({ start: span.start + docker.length, end: span.end + docker.length });
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

/** `isPair` tells that the argument is a half of SOURCE=DESTINATION. */
function refuse(
  argument: MappingArgument,
  side: 'source' | 'destination',
  isPair: boolean,
  problems: SyntaxProblem[],
): void {
  const { parsed, text, span } = argument;
  if (text.startsWith(docker)) problems.push(dockerProblem(text, span));
  if (parsed.ok && keepsReferences(parsed.reference)) problems.push(layoutProblem(text, span));
  if (parsed.ok) {
    const unreachable = isInRegistry(parsed.reference) ? hostProblemOf(parsed.reference.registry) : undefined;
    if (unreachable !== undefined) problems.push({ message: unreachable, span });
    const least = leastOf(parsed.reference);
    if (least !== undefined && segments(parsed.reference) < least.components) {
      const places = [nameIn(text), prefixOf(parsed.reference), least.form] as const;
      const message =
        side === 'source'
          ? t('{0} is no source: with {1} it is {2}', ...places)
          : t('{0} is no destination: with {1} it is {2}', ...places);
      problems.push({ message, span });
    }
    return;
  }
  const problemSpan = { start: span.start + parsed.span.start, end: span.start + parsed.span.end };
  const message =
    side === 'source'
      ? t('{0}, as a source, is no image reference: {1}', nameIn(text), parsed.problem)
      : t('{0}, as a destination, is no image reference: {1}', nameIn(text), parsed.problem);
  problems.push({ message, span: problemSpan, ...repairOf(text, span, isPair) });
}

/** The registries that were asked for last, the newer one first: lines go on and on from one to another. */
let [last, lastButOne] = [hostWithProblem(''), hostWithProblem('')];

function hostProblemOf(registry: string): string | undefined {
  if (registry === last.registry) return last.problem;
  const found = registry === lastButOne.registry ? lastButOne : hostWithProblem(registry);
  lastButOne = last;
  last = found;
  return found.problem;
}

function hostWithProblem(registry: string): {
  readonly registry: string;
  readonly problem: string | undefined;
} {
  return { registry, problem: registry === '' ? undefined : hostProblem(registry) };
}

function dockerProblem(text: string, { start }: Span): SyntaxProblem {
  const span = { start, end: start + docker.length };
  return {
    message: t('{0}: docker:// is not part of an image reference', nameIn(text)),
    span,
    repair: { title: t('Remove docker://'), span, newText: '', certain: true },
  };
}

function layoutProblem(text: string, span: Span): SyntaxProblem {
  return {
    message: t(
      '{0} is in an OCI layout: `oc image mirror` refuses this line, `operator-mirror copy` copies it',
      nameIn(text),
    ),
    span,
    isOfOcAlone: true,
  };
}

function repairOf(text: string, span: Span, isPair: boolean): Pick<SyntaxProblem, 'repair'> {
  const tab = text.indexOf('\t');
  if (tab !== -1) {
    const tabs = { start: span.start + tab, end: span.start + tab + 1 };
    // Behind a pair `oc` passes over a word that is no pair, without a word: then the image would be lost.
    const beside = [text.slice(0, tab), text.slice(tab)];
    const certain = !isPair || beside.some((part) => part.trim() === '') || text.slice(tab).includes('=');
    return { repair: { title: t('Replace the tab with a blank'), span: tabs, newText: ' ', certain } };
  }
  const lower = text.toLowerCase();
  if (lower !== text && parseReference(lower).ok) {
    return { repair: { title: t('Write it in lower case'), span, newText: lower, certain: false } };
  }
  return {};
}

function refusePair(pair: MappingPair, problems: SyntaxProblem[]): void {
  const { source, destination } = pair;
  if (!source.parsed.ok || !destination.parsed.ok) return;
  const from = source.parsed.reference;
  const to = destination.parsed.reference;
  if (source.tagPattern !== undefined && to.tag !== undefined) {
    const { tag } = destination.parsed.spans;
    const span = { start: destination.span.start + (tag?.start ?? 1) - 1, end: destination.span.end };
    problems.push({
      message: source.text.includes('*')
        ? t(
            '{0} can be several tags ({1} stands for all that match), so the destination must be a repository without a tag',
            nameIn(source.text),
            source.tagPattern,
          )
        : t(
            '{0} can be several tags (without a tag it stands for all that match), so the destination must be a repository without a tag',
            nameIn(source.text),
          ),
      span,
      repair: { title: t('Remove :{0} from the destination', to.tag), span, newText: '', certain: false },
    });
    return;
  }
  const target = destinationOf(pair);
  if (target !== undefined && sameImage(from, target)) {
    const message = t('{0} is source and destination: they are the same', nameIn(source.text));
    problems.push({ message, span: destination.span });
  }
}

function sameImage(a: ImageReference, b: ImageReference): boolean {
  if (a.transport !== b.transport || a.digest !== b.digest) return false;
  // A tag that is not written may be the default one.
  if (a.tag !== b.tag && a.tag !== undefined && b.tag !== undefined) return false;
  return exactReference(withDockerDefaults(a)) === exactReference(withDockerDefaults(b));
}

function emptySide(
  source: Word,
  destination: Word,
  previous: Word | undefined,
  next: Word | undefined,
): SyntaxProblem {
  const equals = { start: destination.start - 1, end: destination.start };
  // "SRC = DST" and its halves: the blanks around the sign are all that is wrong.
  const from = source.text === '' ? previous : source;
  const to = destination.text === '' ? next : destination;
  const missing = source.text === '' ? 'source' : 'destination';
  const named = source.text === '' ? destination.text : source.text;
  const problem = {
    message:
      named === ''
        ? t('a "=" stands alone: each argument is SOURCE=DESTINATION without blanks around the "="')
        : missing === 'source'
          ? t(
              '{0} has no source: each argument is SOURCE=DESTINATION without blanks around the "="',
              nameIn(named),
            )
          : t(
              '{0} has no destination: each argument is SOURCE=DESTINATION without blanks around the "="',
              nameIn(named),
            ),
    span: equals,
  };
  if (from === undefined || to === undefined || from.text.includes('=') || to.text.includes('='))
    return problem;
  const span = { start: from.start + from.text.length, end: to.start };
  return {
    ...problem,
    repair: { title: t('Remove the blanks around "="'), span, newText: '=', certain: true },
  };
}

function lonelyWord(word: Word): SyntaxProblem {
  const tab = word.text.indexOf('\t');
  const problem = {
    message: t(
      '{0} has no destination: a line is SOURCE=DESTINATION, or a source and its destinations',
      nameIn(word.text),
    ),
    span: spanOf(word),
  };
  if (tab === -1) return problem;
  const span = { start: word.start + tab, end: word.start + tab + 1 };
  return {
    ...problem,
    repair: { title: t('Replace the tab with a blank'), span, newText: ' ', certain: true },
  };
}

/** What a message calls an argument by: a tab is no part of what people see as its name. */
function nameIn(text: string): string {
  const [name = ''] = text.trim().split('\t');
  return shortName(name);
}

function segments(reference: ImageReference): number {
  return reference.repository.split('/').length;
}

function spanOf(word: Word): Span {
  return { start: word.start, end: word.start + word.text.length };
}
