/** A text read as a duration of Go: its nanoseconds, or what Go says of it. */
export type GoDuration =
  | { readonly ok: true; readonly nanoseconds: bigint }
  | { readonly ok: false; readonly problem: 'invalid' | 'missing unit' | 'unknown unit' };

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  // Both letters that people have for "micro": U+00B5 and U+03BC.
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** One more than the longest duration; exactly this is a duration when it is negative. */
const limit = 1n << 63n;

const invalid = { ok: false, problem: 'invalid' } as const;

/**
 * Reads a duration exactly as Go does: a sign, then numbers with units (`1h30m`, `1.5h`, `-.5s`), or `0` alone. What is
 * too long for 64 bits is invalid. Takes linear time and never throws.
 * https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(text: string): GoDuration {
  const negative = text.startsWith('-');
  let at = negative || text.startsWith('+') ? 1 : 0;
  if (text.slice(at) === '0') return { ok: true, nanoseconds: 0n };
  if (at === text.length) return invalid;
  let total = 0n;
  while (at < text.length) {
    const whole = digitsFrom(text, at);
    at += whole.length;
    let fraction = '';
    if (text.charAt(at) === '.') {
      fraction = digitsFrom(text, at + 1);
      at += 1 + fraction.length;
    }
    if (whole === '' && fraction === '') return invalid;
    const name = unitFrom(text, at);
    at += name.length;
    const count = boundedNumber(whole);
    if (count === undefined) return invalid;
    if (name === '') return { ok: false, problem: 'missing unit' };
    const unit = units.get(name);
    if (unit === undefined) return { ok: false, problem: 'unknown unit' };
    if (count > limit / unit) return invalid;
    total += count * unit + fractionOf(fraction, unit);
    if (total > limit) return invalid;
  }
  if (!negative && total === limit) return invalid;
  return { ok: true, nanoseconds: negative ? -total : total };
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (end < text.length && isDigit(text.charAt(end))) end++;
  return text.slice(start, end);
}

/** Everything up to the next number is taken for the unit, whatever it is. */
function unitFrom(text: string, start: number): string {
  let end = start;
  while (end < text.length && text.charAt(end) !== '.' && !isDigit(text.charAt(end))) end++;
  return text.slice(start, end);
}

/** Undefined when the number is too great. No number of a duration has more than 19 digits that count. */
function boundedNumber(digits: string): bigint | undefined {
  let start = 0;
  while (digits.charAt(start) === '0') start++;
  if (digits.length - start > 19) return undefined;
  const value = BigInt(digits.slice(start) || '0');
  return value > limit ? undefined : value;
}

/** Digits beyond the 64th bit are dropped, and the product is a floating-point one, as in Go. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (value > (limit - 1n) / 10n || next > limit) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
