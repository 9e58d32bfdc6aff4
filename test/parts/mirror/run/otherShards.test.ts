import { expect, it } from 'vitest';
import { UserError } from '../../../../server/src/base/errors.ts';
import type { MirrorImage } from '../../../../server/src/mirror/plan/mirrorPlan.ts';
import { seenOfOthers } from '../../../../server/src/mirror/run/otherShards.ts';

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

function image(tag: string, digest: string | undefined): MirrorImage {
  return {
    source: `quay.io/a/b:${tag}`,
    destination: `mirror.example.com/a/b:${tag}`,
    digest,
    role: 'related',
    reason: [],
  };
}

/** Asks a destination that answers each tag as `answer` says. */
async function seen(
  images: readonly MirrorImage[],
  answer: (tag: string) => string | undefined,
  signal = new AbortController().signal,
) {
  const open = () => ({ resolveTag: async (tag: string) => answer(tag) });
  const { there, awaited, error } = await seenOfOthers(images, open, signal);
  return { there: [...there].map(({ source }) => source), awaited, error };
}

const images = [image('a', digestOf('a')), image('b', digestOf('b')), image('c', undefined)];

it('takes for there what has the digest of the plan, and nothing of which nobody knows it', async () => {
  expect(await seen(images, () => digestOf('a'))).toEqual({ there: ['quay.io/a/b:a'], awaited: 2 });
  expect(await seen(images, () => undefined)).toEqual({ there: [], awaited: 3 });
});

it.each(['unauthorized', 'denied'])(
  'takes a repository that answers %s for one that is not there yet',
  async (code) => {
    const hidden = (tag: string) => {
      if (tag === 'a') throw new UserError(code, 'no');
      return digestOf(tag);
    };
    expect(await seen(images.slice(0, 2), hidden)).toEqual({ there: ['quay.io/a/b:b'], awaited: 1 });
  },
);

it('says why it does not know', async () => {
  const { error } = await seen(images, () => {
    throw new UserError('unreachable', 'nobody answers', { nextStep: 'wait' });
  });
  expect(error).toEqual({
    code: 'unreachable',
    message: 'nobody answers',
    side: 'destination',
    nextStep: 'wait',
  });
});

it('is stopped by the signal, and hides no defect', async () => {
  const { error, awaited } = await seen(images, (tag) => digestOf(tag), AbortSignal.abort());
  expect([error?.code, awaited]).toEqual(['stopped', 3]);
  const defect = new TypeError('a defect');
  await expect(
    seen(images, () => {
      throw defect;
    }),
  ).rejects.toBe(defect);
});
