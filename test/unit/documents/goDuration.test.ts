import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseGoDuration } from '../../../server/src/documents/goDuration.ts';
import { fuzz } from '../../support/texts.ts';

/** Texts and what Go's own tests of `time.ParseDuration` say of them, in nanoseconds. */
const durations: readonly (readonly [text: string, nanoseconds: bigint])[] = [
  ['0', 0n],
  ['5s', 5_000_000_000n],
  ['30s', 30_000_000_000n],
  ['1478s', 1_478_000_000_000n],
  ['-5s', -5_000_000_000n],
  ['+5s', 5_000_000_000n],
  ['-0', 0n],
  ['+0', 0n],
  ['5.0s', 5_000_000_000n],
  ['5.6s', 5_600_000_000n],
  ['5.s', 5_000_000_000n],
  ['.5s', 500_000_000n],
  ['1.0s', 1_000_000_000n],
  ['1.004s', 1_004_000_000n],
  ['100.00100s', 100_001_000_000n],
  ['10ns', 10n],
  ['11us', 11_000n],
  ['12\u00b5s', 12_000n],
  ['12\u03bcs', 12_000n],
  ['13ms', 13_000_000n],
  ['15m', 900_000_000_000n],
  ['16h', 57_600_000_000_000n],
  ['3h30m', 12_600_000_000_000n],
  ['10.5s4m', 250_500_000_000n],
  ['-2m3.4s', -123_400_000_000n],
  ['1h2m3s4ms5us6ns', 3_723_004_005_006n],
  ['39h9m14.425s', 140_954_425_000_000n],
  ['52763797000ns', 52_763_797_000n],
  ['0.3333333333333333333h', 1_200_000_000_000n],
  ['9007199254740993ns', 9_007_199_254_740_993n],
  ['9223372036854775807ns', 9_223_372_036_854_775_807n],
  ['9223372036854775.807us', 9_223_372_036_854_775_807n],
  ['9223372036s854ms775us807ns', 9_223_372_036_854_775_807n],
  ['-9223372036854775808ns', -9_223_372_036_854_775_808n],
  ['-9223372036854775.808us', -9_223_372_036_854_775_808n],
  ['-9223372036s854ms775us808ns', -9_223_372_036_854_775_808n],
  ['0.100000000000000000000h', 360_000_000_000n],
  ['0.830103483285477580700h', 2_988_372_539_827n],
];

const refused: readonly (readonly [text: string, problem: string])[] = [
  ['', 'invalid'],
  ['3', 'missing unit'],
  ['-', 'invalid'],
  ['s', 'invalid'],
  ['.', 'invalid'],
  ['-.', 'invalid'],
  ['.s', 'invalid'],
  ['+.s', 'invalid'],
  ['1d', 'unknown unit'],
  ['30 m', 'unknown unit'],
  ['30min', 'unknown unit'],
  [' 30m', 'invalid'],
  ['30m ', 'unknown unit'],
  ['1h30', 'missing unit'],
  ['9223372036854775810ns', 'invalid'],
  ['9223372036854775808ns', 'invalid'],
  ['-9223372036854775809ns', 'invalid'],
  ['9223372036854776us', 'invalid'],
  ['3000000h', 'invalid'],
  ['9223372036854775.808us', 'invalid'],
  ['9223372036854ms775us808ns', 'invalid'],
];

it.each(durations)('%s is %d nanoseconds', (text, nanoseconds) => {
  expect(parseGoDuration(text)).toEqual({ ok: true, nanoseconds });
});

it.each(refused)('"%s" is refused: %s', (text, problem) => {
  expect(parseGoDuration(text)).toEqual({ ok: false, problem });
});

it('reads whatever is typed, and a sum is the sum of its parts', () => {
  const part = fc.tuple(fc.nat(99_999), fc.constantFrom('h', 'm', 's', 'ms', 'us', 'ns'));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.string(), (parts, other) => {
      parseGoDuration(other);
      const texts = parts.map(([count, unit]) => `${count}${unit}`);
      const sum = texts.reduce((total, text) => {
        const read = parseGoDuration(text);
        return total + (read.ok ? read.nanoseconds : 0n);
      }, 0n);
      expect(parseGoDuration(texts.join(''))).toEqual({ ok: true, nanoseconds: sum });
    }),
    fuzz(100),
  );
});

it('takes a long number for what it is', () => {
  expect(parseGoDuration(`${'0'.repeat(100_000)}1s`)).toEqual({ ok: true, nanoseconds: 1_000_000_000n });
  expect(parseGoDuration(`${'9'.repeat(100_000)}s`)).toEqual({ ok: false, problem: 'invalid' });
  expect(parseGoDuration(`0.${'9'.repeat(100_000)}s`)).toMatchObject({ ok: true });
});
