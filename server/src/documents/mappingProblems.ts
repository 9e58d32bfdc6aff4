import { t } from '../base/sentences.ts';
import { shortName } from '../base/words.ts';
import {
  exactReference,
  hostProblem,
  type ImageReference,
  parseReference,
  type Span,
  withDockerDefaults,
} from './imageReference.ts';
import {
  destinationOf,
  dockerPrefix,
  type MappingArgument,
  type MappingPair,
  type SyntaxProblem,
} from './mappingLine.ts';
import { spanOf, type Word } from './mappingWords.ts';
import { isInRegistry, keepsReferences, leastOf, prefixOf } from './transport.ts';

/** `isPair` tells that the argument is a half of SOURCE=DESTINATION. */
export function refuse(
  argument: MappingArgument,
  side: 'source' | 'destination',
  isPair: boolean,
  problems: SyntaxProblem[],
): void {
  const { parsed, text, span } = argument;
  if (text.startsWith(dockerPrefix)) problems.push(dockerProblem(text, span));
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
  const span = { start, end: start + dockerPrefix.length };
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

export function refusePair(pair: MappingPair, problems: SyntaxProblem[]): void {
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
  if (target !== undefined && isSameImage(from, target)) {
    const message = t('{0} is source and destination: they are the same', nameIn(source.text));
    problems.push({ message, span: destination.span });
  }
}

export function isSameImage(a: ImageReference, b: ImageReference): boolean {
  if (a.transport !== b.transport || a.digest !== b.digest) return false;
  // A tag that is not written may be the default one.
  if (a.tag !== b.tag && a.tag !== undefined && b.tag !== undefined) return false;
  return exactReference(withDockerDefaults(a)) === exactReference(withDockerDefaults(b));
}

export function emptySide(
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

export function lonelyWord(word: Word): SyntaxProblem {
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
