/**
 * What a plain scalar is for `oc` and the API server: both read YAML 1.1 as go-yaml 2 does, in which `yes` and `on` are
 * booleans, `010` is 8 and `1_000` a number. YAML 1.2, which the parser follows, knows none of these.
 * https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
export function plainType(text: string): 'string' | 'number' | 'boolean' | 'null' {
  if (words.has(text)) return words.get(text) ?? 'null';
  return numberOf(text) === undefined ? 'string' : 'number';
}

/** The number that a plain scalar stands for; undefined for all else. */
export function numberOf(text: string): number | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  if (infinite.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  const plain = text.replaceAll('_', '');
  const digits = plain.replace(/^[-+]/, '');
  const sign = plain.startsWith('-') ? -1 : 1;
  if (/^0[0-7]+$/.test(digits)) return sign * Number.parseInt(digits, 8);
  if (based.test(digits)) return sign * Number(digits);
  return decimal.test(digits) ? sign * Number(digits) : undefined;
}

const based = /^0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+)$/;
const decimal = /^(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const infinite = /^[-+]?\.(?:inf|Inf|INF)$/;

/** Each in the three spellings that count: small, with a capital, and in capitals. */
const words: ReadonlyMap<string, 'boolean' | 'null'> = new Map<string, 'boolean' | 'null'>([
  ...['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off'].flatMap((word) =>
    spellings(word, 'boolean' as const),
  ),
  ...spellings('null', 'null' as const),
  ['~', 'null'],
  ['', 'null'],
]);

function spellings<Type>(word: string, type: Type): [string, Type][] {
  const capital = word.charAt(0).toUpperCase() + word.slice(1);
  return [word, capital, word.toUpperCase()].map((spelling) => [spelling, type]);
}
