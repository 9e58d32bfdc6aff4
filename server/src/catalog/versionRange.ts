import { compareVersions, parseVersion, type Version } from './version.ts';

/**
 * A range of versions as OLM reads `skipRange` and `versionRange`: comparisons with blanks between, all of which must hold, and
 * `||` between alternatives. A pre-release counts as the version before its release, so `<2.0.0` holds for 2.0.0-rc.1.
 * (The ranges of an ImageSetConfiguration are another language.) https://pkg.go.dev/github.com/blang/semver/v4#ParseRange
 */
export interface VersionRange {
  /** False for what is no version. */
  holds(version: string): boolean;
  /** The same of a version that is held to many ranges. */
  holdsParsed(version: Version): boolean;
}

type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=';

interface Comparison {
  readonly operator: Operator;
  readonly version: Version;
}

const operators: Readonly<Record<string, Operator>> = {
  '': '=',
  '=': '=',
  '==': '=',
  '!': '!=',
  '!=': '!=',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
};

/** Reads a range; undefined for what OLM refuses, the empty text included. */
export function parseVersionRange(text: string): VersionRange | undefined {
  const alternatives = text.split('||').map(comparisonsOf);
  if (!alternatives.every((one) => one !== undefined)) return undefined;
  const holdsParsed = (version: Version) =>
    alternatives.some((all) => all.every((comparison) => comparisonHolds(comparison, version)));
  return {
    holds(version) {
      const parsed = parseVersion(version);
      return parsed !== undefined && holdsParsed(parsed);
    },
    holdsParsed,
  };
}

function comparisonsOf(text: string): Comparison[] | undefined {
  const comparisons: Comparison[] = [];
  let operator = '';
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const begin = beginOfVersion(word);
    operator += word.slice(0, begin);
    // A blank may stand between the operator and its version.
    if (begin === word.length) continue;
    const found = comparisonOf(operator, word.slice(begin));
    if (found === undefined) return undefined;
    comparisons.push(...found);
    operator = '';
  }
  return operator === '' && comparisons.length > 0 ? comparisons : undefined;
}

function beginOfVersion(word: string): number {
  let at = 0;
  while (at < word.length && '<>=!'.includes(word.charAt(at))) at++;
  return at;
}

function comparisonOf(sign: string, text: string): Comparison[] | undefined {
  const operator = Object.hasOwn(operators, sign) ? operators[sign] : undefined;
  if (operator === undefined) return undefined;
  const version = parseVersion(text);
  if (version !== undefined) return [{ operator, version }];
  return wildcardOf(operator, text);
}

/** `1.x`, `1.x.x` and `1.2.x`: all versions that begin so. */
function wildcardOf(operator: Operator, text: string): Comparison[] | undefined {
  const parts = (text.endsWith('.x.x') ? text.slice(0, -2) : text).split('.');
  const wild = parts.indexOf('x');
  if (wild < 1 || wild > 2 || wild !== parts.length - 1) return undefined;
  const fixed = parts.slice(0, wild);
  const low = parseVersion([...fixed, '0', '0'].slice(0, 3).join('.'));
  const last = fixed.at(-1) ?? '';
  if (low === undefined) return undefined;
  const next = [...fixed.slice(0, -1), oneMore(last), '0', '0'].slice(0, 3).join('.');
  const high = parseVersion(next);
  if (high === undefined) return undefined;
  switch (operator) {
    case '=':
      return [
        { operator: '>=', version: low },
        { operator: '<', version: high },
      ];
    case '>':
      return [{ operator: '>=', version: high }];
    case '<=':
      return [{ operator: '<', version: high }];
    case '>=':
    case '<':
      return [{ operator, version: low }];
    case '!=':
      return undefined;
  }
}

/** The number after this one, both in digits. */
function oneMore(number: string): string {
  let at = number.length - 1;
  while (at >= 0 && number.charAt(at) === '9') at--;
  const zeros = '0'.repeat(number.length - 1 - at);
  return at < 0 ? `1${zeros}` : `${number.slice(0, at)}${Number(number.charAt(at)) + 1}${zeros}`;
}

function comparisonHolds({ operator, version }: Comparison, given: Version): boolean {
  const order = compareVersions(given, version);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
  }
}
