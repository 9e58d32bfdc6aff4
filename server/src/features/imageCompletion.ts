import { shortDigest } from '../base/digest.ts';
import { lineRange, type Range } from '../base/range.ts';
import { inRow } from '../base/words.ts';
import { type ImageReference, parseReference } from '../documents/imageReference.ts';
import { unaskable } from '../documents/transport.ts';
import type { Facts } from '../workspace/facts.ts';
import type { CompletionItem, CompletionResult } from './completionItem.ts';

/** More than anybody looks through; typing on narrows it down. */
const mostItems = 200;
/** Of so many tags the digest is asked when somebody wants one; of all others only what is known is shown. */
const askedTags = 8;

/** A word that is being typed: `text` is what stands before the cursor, from column `start` on. */
export interface TypedWord {
  readonly line: number;
  readonly start: number;
  readonly text: string;
  /** The word with what stands behind the cursor. */
  readonly whole: string;
  /** Where the whole word ends, behind the cursor. */
  readonly end: number;
  /** True where it stands in quotes, which are not part of it. */
  readonly isQuoted?: boolean;
}

/** The word of a line that a cursor at `character` is in: from `start` to a character that ends it. */
export function typedWord(
  text: string,
  line: number,
  start: number,
  character: number,
  stops: string,
): TypedWord {
  let end = character;
  while (end < text.length && !stops.includes(text.charAt(end))) end++;
  return { line, start, text: text.slice(start, character), whole: text.slice(start, end), end };
}

/** The range that a completion of the whole word replaces. */
export function wordRange({ line, start, end }: TypedWord): Range {
  return lineRange(line, start, end);
}

/**
 * Those of some words that what is typed is a part of: the ones that begin with it first, otherwise in their order.
 * There may be too many to show; then typing on gives others. `own` is what stands there now, which the files name
 * because of that.
 */
export function matching(
  candidates: Iterable<string>,
  typed: string,
  own = '',
): { readonly words: readonly string[]; readonly isIncomplete: boolean } {
  const wanted = typed.toLowerCase();
  const seen = new Set<string>();
  const first: string[] = [];
  const second: string[] = [];
  let more = false;
  for (const candidate of candidates) {
    const at = candidate.toLowerCase().indexOf(wanted);
    if (at === -1 || candidate === own || seen.has(candidate)) continue;
    seen.add(candidate);
    const list = at === 0 ? first : second;
    if (list.length < mostItems) list.push(candidate);
    else more = true;
    if (first.length === mostItems && more) break;
  }
  const words = [...first, ...second];
  return { words: words.slice(0, mostItems), isIncomplete: more || words.length > mostItems };
}

/** The repositories among which what is typed may be. */
export function repositoryCompletion(candidates: Iterable<string>, word: TypedWord): CompletionResult {
  const { words, isIncomplete } = matching(candidates, word.text, word.whole);
  return { items: wordItems(words, 'repository', word), isIncomplete };
}

/** Items for whole words of one kind. */
export function wordItems(
  words: readonly string[],
  kind: CompletionItem['kind'],
  word: TypedWord,
  detail?: string,
): CompletionItem[] {
  const typed = kind === 'repository' ? word.text.slice(0, word.text.lastIndexOf('/') + 1) : '';
  return words.map((label) => ({
    label,
    ...(typed !== '' && label.startsWith(typed) ? { shown: label.slice(typed.length) } : {}),
    kind,
    range: wordRange(word),
    newText: label,
    isSnippet: false,
    ...(detail === undefined ? {} : { detail }),
  }));
}

/**
 * The tags or digests that a registry has for the repository of a word such as `quay.io/a/b:v` or `quay.io/a/b@`;
 * undefined while the word is still about the repository.
 */
export function versionCompletion(facts: Facts, path: string, word: TypedWord): CompletionResult | undefined {
  const at = word.text.indexOf('@');
  if (at !== -1) return digestCompletion(facts, path, word, at);
  const colon = word.text.lastIndexOf(':');
  if (colon <= word.text.lastIndexOf('/') || !word.text.slice(0, colon).includes('/')) return undefined;
  const reference = referenceOf(word.text.slice(0, colon));
  if (reference === undefined) return undefined;
  const fact = facts.tags(reference, path);
  if (fact.state !== 'known') return { items: [], isIncomplete: fact.state === 'pending' };
  const { words, isIncomplete } = matching(newestFirst(fact.value), word.text.slice(colon + 1));
  const range = lineRange(word.line, word.start + colon + 1, word.end);
  const items = words.map((tag): CompletionItem => {
    const known = facts.peek({ ...reference, tag }, path);
    const item = { label: tag, kind: 'tag', range, newText: tag, isSnippet: false } as const;
    return known.state === 'known' ? { ...item, detail: shortDigest(known.value.digest) } : item;
  });
  return { items, isIncomplete };
}

function digestCompletion(facts: Facts, path: string, word: TypedWord, at: number): CompletionResult {
  const reference = referenceOf(word.text.slice(0, at));
  if (reference === undefined) return { items: [], isIncomplete: false };
  let isIncomplete = false;
  let tags: readonly string[] = [];
  if (reference.tag !== undefined) tags = [reference.tag];
  else {
    const fact = facts.tags(reference, path);
    if (fact.state === 'known') tags = newestFirst(fact.value);
    isIncomplete = fact.state === 'pending';
  }
  const range = lineRange(word.line, word.start + at + 1, word.end);
  const tagsOf = new Map<string, string[]>();
  for (const [index, tag] of tags.entries()) {
    const image = { ...reference, tag };
    const fact = index < askedTags ? facts.image(image, path) : facts.peek(image, path);
    if (fact.state === 'pending' && index < askedTags) isIncomplete = true;
    if (fact.state !== 'known') continue;
    const same = tagsOf.get(fact.value.digest);
    if (same === undefined) tagsOf.set(fact.value.digest, [tag]);
    else same.push(tag);
  }
  const items = [...tagsOf].slice(0, mostItems).map(
    ([digest, names]): CompletionItem => ({
      label: digest,
      kind: 'digest',
      range,
      newText: digest,
      isSnippet: false,
      detail: inRow(names.slice(0, 3)),
    }),
  );
  return { items, isIncomplete };
}

function referenceOf(text: string): ImageReference | undefined {
  const parsed = parseReference(text);
  return parsed.ok && unaskable(parsed.reference) === undefined ? parsed.reference : undefined;
}

/** Tags that look like versions from the newest down, then all others: `v4.10` is newer than `v4.9`. */
function newestFirst(tags: readonly string[]): string[] {
  const order = new Intl.Collator('en', { numeric: true });
  const isVersion = (tag: string) => /^v?\d+(?:\.|$)/.test(tag);
  return [...tags].sort((a, b) => Number(isVersion(b)) - Number(isVersion(a)) || order.compare(b, a));
}
