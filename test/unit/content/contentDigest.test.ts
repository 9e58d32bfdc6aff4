import { describe, expect, it } from 'vitest';
import { digestOf, digestOfStream } from '../../../server/src/content/contentDigest.ts';

async function* parts(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe('the digest of a stream', () => {
  it.each(['sha256', 'sha512'])('is that of its bytes, however they are cut: %s', async (algorithm) => {
    const whole = digestOf(Buffer.from('abcdef'), algorithm);
    expect(await digestOfStream(parts('abcdef'), algorithm)).toBe(whole);
    expect(await digestOfStream(parts('a', '', 'bcd', 'ef'), algorithm)).toBe(whole);
  });

  it('of nothing is the known one, and an error of the stream is its own', async () => {
    expect(await digestOfStream(parts())).toBe(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const broken = new Error('the disk is gone');
    const failing = (async function* () {
      yield* parts('a');
      throw broken;
    })();
    await expect(digestOfStream(failing)).rejects.toBe(broken);
  });
});
