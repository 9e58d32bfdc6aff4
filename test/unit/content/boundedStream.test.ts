import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readAtMost, readUpTo } from '../../../server/src/content/boundedStream.ts';

const stream = (...parts: string[]) => Readable.from(parts.map((part) => Buffer.from(part)));

describe('a stream that may be anybody’s', () => {
  it('is read whole up to its bound', async () => {
    expect(Buffer.from(await readAtMost(stream('ab', 'cd'), 4, 'x')).toString()).toBe('abcd');
    expect(await readUpTo(stream(), 0)).toMatchObject({ more: false });
  });

  it('is an error beyond it, that says what had how much', async () => {
    await expect(readAtMost(stream('ab', 'cde'), 4, 'the config team/app')).rejects.toMatchObject({
      code: 'tooLarge',
      message: 'the config team/app has more than 4 bytes, so it is not read',
    });
  });

  it('is closed as soon as there is too much, and never in memory whole', async () => {
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given++;
          yield Buffer.alloc(1000);
        }
      })(),
    );
    expect((await readUpTo(endless, 2500)).bytes).toHaveLength(2500);
    expect(endless.destroyed).toBe(true);
    expect(given).toBeLessThan(40);
  });
});
