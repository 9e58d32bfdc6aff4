import { parseGoDuration } from '../../documents/goDuration.ts';

/** Spellings that people use for Go's units. Days and weeks are not among Go's: they are counted in hours. */
const unitWords: Readonly<Record<string, readonly [factor: number, unit: string]>> = {
  ...spellings('h', ['h', 'hr', 'hrs', 'hour', 'hours']),
  ...spellings('m', ['m', 'min', 'mins', 'minute', 'minutes']),
  ...spellings('s', ['s', 'sec', 'secs', 'second', 'seconds']),
  ...spellings('ms', ['ms', 'msec', 'millisecond', 'milliseconds']),
  ...spellings('h', ['d', 'day', 'days'], 24),
  ...spellings('h', ['w', 'week', 'weeks'], 7 * 24),
};

/**
 * The Go duration that a text was meant to be, such as `30m` for `30 min`. Certain when there is one meaning; a number
 * without a unit is taken for minutes, and a capital M may be anything. Undefined when nothing can be made of it.
 */
export function repairedDuration(
  text: string,
): { readonly text: string; readonly certain: boolean } | undefined {
  if (text.length > 60) return undefined;
  const trimmed = text.trim();
  if (/^[0-9]{1,6}$/.test(trimmed)) return { text: `${trimmed}m`, certain: false };
  const parts = [...trimmed.matchAll(/([0-9]{1,9})(\.[0-9]{1,9})? ?([A-Za-z]+)[ ,]*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== trimmed) return undefined;
  const repaired: string[] = [];
  for (const [, whole = '', fraction = '', word = ''] of parts) {
    const unit = Object.hasOwn(unitWords, word.toLowerCase()) ? unitWords[word.toLowerCase()] : undefined;
    if (unit === undefined || (fraction !== '' && unit[0] !== 1)) return undefined;
    repaired.push(`${unit[0] === 1 ? whole : Number(whole) * unit[0]}${fraction}${unit[1]}`);
  }
  const duration = repaired.join('');
  return parseGoDuration(duration).ok
    ? { text: duration, certain: !parts.some(([, , , word]) => word === 'M') }
    : undefined;
}

function spellings(
  unit: string,
  words: readonly string[],
  factor = 1,
): Record<string, readonly [factor: number, unit: string]> {
  return Object.fromEntries(words.map((word) => [word, [factor, unit] as const]));
}
