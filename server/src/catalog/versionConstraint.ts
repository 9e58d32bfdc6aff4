import { compareNumbers, compareVersions, parseVersion, type Version } from './version.ts';

/**
 * A range of versions as oc-mirror v2 reads it, which is how Masterminds/semver does: `>=1.0.0 <2.0.0`, `1.x`, `~1.2`, `^1.2`,
 * `1.0.0 - 2.0.0`, alternatives between `||`. It is not what npm takes for the same text: a part that is missing is a
 * wildcard for some operators and zero for others, and pre-releases count wherever one comparison of an alternative names one.
 * https://github.com/Masterminds/semver#checking-version-constraints
 */
export interface VersionConstraint {
  /** One of them must hold. */
  readonly alternatives: readonly Alternative[];
}

interface Alternative {
  /** All of them must hold. */
  readonly comparisons: readonly Comparison[];
  /** True where one of them names a pre-release: only then pre-releases are in it. */
  readonly takesPrereleases: boolean;
}

interface Comparison {
  readonly operator: string;
  /** With zeros for the parts that were left out. */
  readonly version: Version;
  /** The first part that was left out or is `x` or `*`; undefined for a whole version. */
  readonly open: 'major' | 'minor' | 'patch' | undefined;
}

/** Reads a range; undefined for what is none. Takes time in proportion to the text. */
export function parseConstraint(text: string): VersionConstraint | undefined {
  const alternatives: Alternative[] = [];
  for (const part of text.split('||')) {
    const comparisons = comparisonsOf(part);
    if (comparisons === undefined) return undefined;
    alternatives.push({
      comparisons,
      takesPrereleases: comparisons.some(({ version }) => version.prerelease.length > 0),
    });
  }
  return { alternatives };
}

/** True where a version is in a range. */
export function satisfies({ alternatives }: VersionConstraint, version: Version): boolean {
  return alternatives.some(
    ({ comparisons, takesPrereleases }) =>
      (takesPrereleases || version.prerelease.length === 0) &&
      comparisons.every((comparison) => holds(comparison, version)),
  );
}

/** True where a range would take pre-releases, were their versions in it. */
export function takesPrereleases({ alternatives }: VersionConstraint): boolean {
  return alternatives.some((alternative) => alternative.takesPrereleases);
}

/** The version that a range begins with, `>=` it; undefined where it does not say, or says it in alternatives. */
export function lowerBound({ alternatives }: VersionConstraint): Version | undefined {
  const [only, ...more] = alternatives;
  return more.length > 0 ? undefined : only?.comparisons.find(({ operator }) => operator === '>=')?.version;
}

/** A version as people write it for oc-mirror: `v1.2`, `1`, `01.2.3` are versions too; undefined for what is none. */
export function parseLooseVersion(text: string): Version | undefined {
  const scanned = scanVersion(text, 0, digitsOnly);
  if (scanned === undefined || scanned.end !== text.length) return undefined;
  return versionOf(scanned, scanned.parts.length);
}

/** The parts of `1.2.x-rc.1+build` before they are known to be a version. */
interface Scanned {
  readonly parts: readonly string[];
  readonly prerelease: string;
  readonly build: string;
  readonly end: number;
}

const digitsOnly = /[0-9]/;
const digitsAndWildcards = /[0-9xX*]/;
const identifierCharacter = /[0-9A-Za-z-]/;
const blank = /[\t\n\f\r ]/;
const wildcard = /^[xX*]$/;

/** What separates a comparison from the one before it. */
type Separation = 'none' | 'blank' | 'comma';

function comparisonsOf(text: string): Comparison[] | undefined {
  const comparisons: Comparison[] = [];
  let at = skipBlanks(text, 0);
  let separation: Separation = 'comma';
  do {
    const operator = operatorAt(text, at);
    const scanned = scanVersion(text, skipBlanks(text, at + operator.length), digitsAndWildcards);
    if (scanned === undefined) return undefined;
    const upper = operator === '' ? upperBound(text, scanned.end) : undefined;
    if (upper !== undefined) {
      // `1.0.0 - 2.0.0` is two comparisons, and needs a comma before it.
      if (separation === 'blank') return undefined;
      const from = comparisonOf('>=', scanned);
      const to = comparisonOf('<=', upper);
      if (from === undefined || to === undefined) return undefined;
      comparisons.push(from, to);
      at = skipBlanks(text, upper.end);
      separation = 'none';
    } else {
      const comparison = comparisonOf(operator, scanned);
      if (comparison === undefined) return undefined;
      comparisons.push(comparison);
      at = skipBlanks(text, scanned.end);
      separation = at > scanned.end ? 'blank' : 'none';
      if (separation === 'none' && at < text.length && text[at] !== ',') return undefined;
    }
    if (text[at] === ',') {
      at = skipBlanks(text, at + 1);
      separation = 'comma';
      if (at === text.length) return undefined;
    }
  } while (at < text.length);
  return comparisons;
}

/** The version behind ` - `; undefined where there is none. */
function upperBound(text: string, end: number): Scanned | undefined {
  const dash = skipBlanks(text, end);
  const after = skipBlanks(text, dash + 1);
  if (dash === end || text[dash] !== '-' || after === dash + 1) return undefined;
  return scanVersion(text, after, digitsAndWildcards);
}

const twoLetters = new Set(['!=', '>=', '=>', '<=', '=<', '~>']);
const oneLetter = new Set(['=', '>', '<', '~', '^']);

function operatorAt(text: string, at: number): string {
  const two = text.slice(at, at + 2);
  if (twoLetters.has(two)) return two;
  const one = text.slice(at, at + 1);
  return oneLetter.has(one) ? one : '';
}

function comparisonOf(operator: string, scanned: Scanned): Comparison | undefined {
  const { parts } = scanned;
  const first = parts.findIndex((part) => wildcard.test(part));
  const closed = first === -1 ? parts.length : first;
  const version = versionOf(scanned, closed);
  if (version === undefined) return undefined;
  return { operator, version, open: (['major', 'minor', 'patch'] as const)[closed] };
}

/** A version of the first parts, with zeros for the others. */
function versionOf({ parts, prerelease, build }: Scanned, closed: number): Version | undefined {
  const numbers = [0, 1, 2].map((index) => (index < closed ? (parts[index] ?? '0') : '0'));
  const [major = '', minor = '', patch = ''] = numbers.map((part) => part.replace(/^0+(?=[0-9])/, ''));
  const core = `${major}.${minor}.${patch}`;
  if (numbers.some(isTooLarge)) return undefined;
  return parseVersion(
    `${core}${prerelease === '' ? '' : `-${prerelease}`}${build === '' ? '' : `+${build}`}`,
  );
}

/** Go keeps a part in 64 bits. */
const largest = '18446744073709551615';

function isTooLarge(digits: string): boolean {
  return compareNumbers(digits.replace(/^0+(?=[0-9])/, ''), largest) > 0;
}

function scanVersion(text: string, start: number, partCharacter: RegExp): Scanned | undefined {
  const parts: string[] = [];
  let at = text[start] === 'v' ? start + 1 : start;
  do {
    const end = skipWhile(text, at, partCharacter);
    if (end === at) return undefined;
    parts.push(text.slice(at, end));
    at = end;
    if (parts.length === 3 || text[at] !== '.' || !partCharacter.test(text[at + 1] ?? '')) break;
    at++;
  } while (at < text.length);
  const prerelease = text[at] === '-' ? identifiersAt(text, at + 1) : '';
  if (prerelease !== '') at += prerelease.length + 1;
  const build = text[at] === '+' ? identifiersAt(text, at + 1) : '';
  if (build !== '') at += build.length + 1;
  return { parts, prerelease, build, end: at };
}

/** Identifiers with dots between them. */
function identifiersAt(text: string, start: number): string {
  let at = skipWhile(text, start, identifierCharacter);
  while (at > start && text[at] === '.' && identifierCharacter.test(text[at + 1] ?? '')) {
    at = skipWhile(text, at + 1, identifierCharacter);
  }
  return text.slice(start, at);
}

function skipBlanks(text: string, at: number): number {
  return skipWhile(text, at, blank);
}

function skipWhile(text: string, at: number, character: RegExp): number {
  let place = at;
  while (place < text.length && character.test(text[place] ?? '')) place++;
  return place;
}

function holds({ operator, version: bound, open }: Comparison, version: Version): boolean {
  const order = compareVersions(version, bound);
  switch (operator) {
    case '!=':
      return isOther(version, bound, open, order);
    case '>':
      if (open === 'minor') return partOrder(version, bound, 0) > 0;
      if (open === 'patch') return order > 0 && !isSameMinor(version, bound);
      return order > 0;
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return open === undefined ? order <= 0 : isBelowOrIn(version, bound, open);
    case '^':
      return order >= 0 && isInCaret(version, bound, open);
    case '~':
    case '~>':
      return order >= 0 && isInTilde(version, bound, open);
    default:
      return open === undefined ? order === 0 : order >= 0 && isInTilde(version, bound, open);
  }
}

/** How the majors, minors or patches of two versions are to each other. */
function partOrder(version: Version, bound: Version, index: 0 | 1 | 2): number {
  return compareNumbers(version.numbers[index], bound.numbers[index]);
}

function isSameMinor(version: Version, bound: Version): boolean {
  return partOrder(version, bound, 0) === 0 && partOrder(version, bound, 1) === 0;
}

function isOther(version: Version, bound: Version, open: Comparison['open'], order: number): boolean {
  if (open === undefined || open === 'major') return order !== 0;
  if (open === 'minor') return partOrder(version, bound, 0) !== 0;
  if (!isSameMinor(version, bound)) return true;
  if (version.prerelease.length === 0 && bound.prerelease.length === 0) return false;
  return compareVersions({ ...version, numbers: bound.numbers }, bound) !== 0;
}

function isBelowOrIn(version: Version, bound: Version, open: Comparison['open']): boolean {
  const major = partOrder(version, bound, 0);
  return major < 0 || (major === 0 && (open === 'minor' || partOrder(version, bound, 1) <= 0));
}

function isInTilde(version: Version, bound: Version, open: Comparison['open']): boolean {
  // `~0.0.0` is everything, as `*` is.
  const isZero = bound.numbers.every((number) => number === '0');
  if (isZero && open !== 'minor' && open !== 'patch') return true;
  return partOrder(version, bound, 0) === 0 && (open === 'minor' || partOrder(version, bound, 1) === 0);
}

function isInCaret(version: Version, bound: Version, open: Comparison['open']): boolean {
  const isMajor = partOrder(version, bound, 0) === 0;
  if (bound.numbers[0] !== '0' || open === 'minor' || !isMajor) return isMajor;
  const isMinor = partOrder(version, bound, 1) === 0;
  if (bound.numbers[1] !== '0' || open === 'patch' || !isMinor) return isMinor;
  return partOrder(version, bound, 2) === 0;
}
