import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzip } from '../../../server/src/base/inflate.ts';
import { fuzz } from '../../support/texts.ts';

const text = (repeats: number) =>
  Buffer.from('[[registry]]\nlocation = "quay.io/org"\n[[registry.mirror]]\n'.repeat(repeats));

describe('a gzip stream', () => {
  it.each([
    ['nothing', Buffer.alloc(0), {}],
    ['a stored block', text(3), { level: 0 }],
    ['a code of its own', text(400), { level: 9 }],
    ['the fixed code', Buffer.from('abc'), { level: 9 }],
    [
      'many blocks',
      Buffer.from(Array.from({ length: 90_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 255)),
      {},
    ],
  ])('gives back what zlib put into it: %s', (_name, bytes, options) => {
    expect(Buffer.from(gunzip(gzipSync(bytes, options), 1_000_000) ?? [1])).toEqual(bytes);
  });

  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 0, max: 9 }), (bytes, level) => {
        const packed = gzipSync(Buffer.concat([bytes, bytes]), { level: level as 1 });
        expect(Buffer.from(gunzip(packed, 10_000) ?? [])).toEqual(Buffer.concat([bytes, bytes]));
      }),
      fuzz(60),
    );
  });

  it('may have a name in its header', () => {
    const packed = gzipSync(text(2));
    const named = Buffer.concat([
      packed.subarray(0, 3),
      Buffer.of(8),
      packed.subarray(4, 10),
      Buffer.from('a.conf\0'),
      packed.subarray(10),
    ]);
    expect(Buffer.from(gunzip(named, 1000) ?? [])).toEqual(text(2));
  });

  it('is refused when it is none, is cut off, or grows too large', () => {
    expect(gunzip(Buffer.from('no gzip'), 100)).toBeUndefined();
    expect(gunzip(deflateSync(text(9)), 10_000)).toBeUndefined();
    expect(gunzip(gzipSync(text(9)).subarray(0, 40), 10_000)).toBeUndefined();
    expect(gunzip(gzipSync(Buffer.alloc(5_000_000)), 1000)).toBeUndefined();
  });

  it('throws on no damage', () => {
    const packed = gzipSync(text(50));
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Uint8Array.from(packed);
        damaged[at] = byte;
        const result = gunzip(damaged, 10_000);
        expect(result === undefined || result.length <= 10_000).toBe(true);
      }),
      fuzz(200),
    );
  });
});
