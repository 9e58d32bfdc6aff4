import { t } from './sentences.ts';

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : t('{0} and {1}', inRow(names.slice(0, -1)), last);
}

/** Names or short clauses one after the other, `a, b, c`: what `listed` makes without a last word. */
export function inRow(parts: readonly string[]): string {
  return joined(parts, (before, next) => t('{0}, {1}', before, next));
}

/** Clauses of a sentence, `a; b`. */
export function inClauses(parts: readonly string[]): string {
  return joined(parts, (before, next) => t('{0}; {1}', before, next));
}

/** Sentences one after the other. Full stops of Chinese have their blank in them. */
export function paragraph(sentences: readonly string[]): string {
  return joined(sentences, (before, next) =>
    /[。！？；：]$/.test(before) ? before + next : `${before} ${next}`,
  );
}

function joined(parts: readonly string[], join: (before: string, next: string) => string): string {
  return parts.length === 0 ? '' : parts.reduce(join);
}

/** Names to choose from in a sentence: `a`, `a or b`, `a or b or c`. */
export function either(names: readonly string[]): string {
  return names.length === 0 ? '' : names.reduce((before, name) => t('{0} or {1}', before, name));
}

/** The one candidate within two edits of a name, ignoring case; undefined when none or several are as near. */
export function nearestOf(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().slice(0, 100);
  const near = candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance, candidate }) => distance <= Math.min(2, candidate.length - 2))
    .sort((a, b) => a.distance - b.distance);
  const [first, second] = near;
  return first === undefined || first.distance === second?.distance ? undefined : first.candidate;
}

/** Levenshtein's distance; both words are short. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * What would command a terminal, or make a line read otherwise than it is: control characters with their escapes, marks
 * that turn the direction of what follows, and what ends a line or a paragraph.
 */
const steering = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * Text from outside for a terminal or a page: names of files, labels, the words of registries and logs may hold what
 * steers a terminal, and all of it is shown as `\u001b` instead of sent. Everything that comes from elsewhere goes
 * through here, or through `oneLine` and `printableJson`, which end here.
 */
export function printable(line: string): string {
  return line.replace(steering, escaped);
}

/** `printable` for prose of others: what separates words, ends lines or controls is one blank. */
export function oneLine(text: string): string {
  return printable(text.replace(/[\s\p{Cc}]+/gu, ' ').trim());
}

/** JSON for a terminal or a program: escaped, text from outside is the same to a program. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(steering, (control) =>
    // Outside of strings JSON has no other control character than what its own lines end with.
    control === '\n' ? control : escaped(control),
  );
}

function escaped(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Of a message that begins with a name, lists of problems show about 60 characters, and the name should be all of them at most. */
const mostOfAName = 56;

/**
 * The name of an image or repository so short that a message can begin with it: of a digest the first digits, and of a long
 * name the beginning and the last components, `registry.gitlab.com/…/gitlab-runner-operator:v1.1.0`.
 */
export function shortName(name: string): string {
  const text = name.replace(/([@:]sha256[:-][0-9a-f]{7})[0-9a-f]{57}$/, '$1…');
  if (text.length <= mostOfAName) return text;
  const scheme = /^[a-z0-9]{1,9}:\/\//.exec(text)?.[0];
  const [host = '', ...components] = text.slice(scheme?.length ?? 0).split('/');
  // The first folder of a file store tells less than the transport.
  const begin = scheme === 'file://' ? scheme : `${scheme ?? ''}${host}/`;
  let tail = components.pop() ?? host;
  let before = components.pop();
  while (before !== undefined && `${begin}…/${before}/${tail}`.length <= mostOfAName) {
    tail = `${before}/${tail}`;
    before = components.pop();
  }
  const short = `${begin}…/${tail}`;
  return short.length <= mostOfAName ? short : `…${tail.slice(1 - mostOfAName)}`;
}
