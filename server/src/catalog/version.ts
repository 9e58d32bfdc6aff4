/**
 * Versions as `opm` and OLM read them: semver 2.0, all three numbers, no leading zeros, no `v`. Numbers are kept as digits,
 * because some are dates with more of them than a JavaScript number holds. https://semver.org
 */
export interface Version {
  /** Major, minor, patch. */
  readonly numbers: readonly [string, string, string];
  /** The dot-separated identifiers after `-`; empty for a release. */
  readonly prerelease: readonly string[];
  /** What stands after `+`; it decides nothing. */
  readonly build: string;
}

const digits = /^(?:0|[1-9][0-9]*)$/;
const identifier = /^[0-9A-Za-z-]+$/;
const onlyDigits = /^[0-9]+$/;

/** Reads a version strictly; undefined for what is none. */
export function parseVersion(text: string): Version | undefined {
  const plus = text.indexOf('+');
  const build = plus === -1 ? '' : text.slice(plus + 1);
  const rest = plus === -1 ? text : text.slice(0, plus);
  const dash = rest.indexOf('-');
  const prerelease = dash === -1 ? [] : rest.slice(dash + 1).split('.');
  const [major = '', minor = '', patch = '', ...more] = (dash === -1 ? rest : rest.slice(0, dash)).split('.');
  if (more.length > 0 || !digits.test(major) || !digits.test(minor) || !digits.test(patch)) return undefined;
  if (plus !== -1 && !build.split('.').every((part) => identifier.test(part))) return undefined;
  const valid = prerelease.every(
    (part) => identifier.test(part) && (digits.test(part) || !onlyDigits.test(part)),
  );
  return valid ? { numbers: [major, minor, patch], prerelease, build } : undefined;
}

/** A version as it is written. */
export function versionText({ numbers, prerelease, build }: Version): string {
  const release = numbers.join('.');
  return `${release}${prerelease.length === 0 ? '' : `-${prerelease.join('.')}`}${build === '' ? '' : `+${build}`}`;
}

/** Below zero where `a` comes before `b`. Build metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  for (let index = 0; index < 3; index++) {
    const order = compareNumbers(a.numbers[index] ?? '', b.numbers[index] ?? '');
    if (order !== 0) return order;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** For lists of bundles: newest first, and what is no version last, by its text. */
export function newestFirst(a: string, b: string): number {
  return readOrder(a, parseVersion(a), b, parseVersion(b));
}

function readOrder(
  a: string,
  versionA: Version | undefined,
  b: string,
  versionB: Version | undefined,
): number {
  if (versionA !== undefined && versionB !== undefined)
    return compareVersions(versionB, versionA) || compareTexts(b, a);
  if (versionA !== undefined) return -1;
  return versionB === undefined ? compareTexts(a, b) : 1;
}

/** The newest of versions, as `newestFirst` sorts them, with each of them read once; empty where there is none but empty ones. */
export function newestOf(versions: readonly string[]): string {
  let newest = '';
  let best: Version | undefined;
  for (const text of versions) {
    if (text === '' || text === newest) continue;
    const version = parseVersion(text);
    if (newest === '' || readOrder(text, version, newest, best) < 0) {
      newest = text;
      best = version;
    }
  }
  return newest;
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (let index = 0; index < a.length && index < b.length; index++) {
    const order = compareIdentifiers(a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

/** Numbers come before words. */
function compareIdentifiers(a: string, b: string): number {
  const numberA = onlyDigits.test(a);
  const numberB = onlyDigits.test(b);
  if (numberA && numberB) return compareNumbers(a, b);
  return numberA === numberB ? compareTexts(a, b) : numberA ? -1 : 1;
}

/** Compares numbers that are digits without leading zeros: the longer one is the greater. */
export function compareNumbers(a: string, b: string): number {
  return Math.sign(a.length - b.length) || compareTexts(a, b);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
