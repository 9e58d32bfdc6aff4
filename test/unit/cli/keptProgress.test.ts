import { expect, it } from 'vitest';
import { KeptProgress } from '../../../server/src/cli/keptProgress.ts';
import { progressText, type RunProgress, readProgress } from '../../../server/src/runs/runProgress.ts';

it('keeps how far a run is once a second, and at its end', () => {
  let now = 0;
  const kept: RunProgress[] = [];
  const progress = new KeptProgress(
    (one) => kept.push(one),
    () => now,
  );
  const show = (at: number, done: number, bytes: number) => {
    now = at;
    progress.show({ done, total: 10, bytes, last: undefined });
  };
  progress.show({ done: 0, total: undefined, bytes: 0, last: undefined });
  show(0, 0, 0);
  for (let at = 100; at <= 4000; at += 100) show(at, Math.floor(at / 1000), at * 2000);
  show(4100, 5, 8_200_000);
  progress.end();
  expect(kept.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(kept.at(4)).toEqual({ done: 4, total: 10, bytes: 8_000_000, rate: 2_000_000, left: 6 });
  expect(kept[0]).toMatchObject({ rate: 0, left: undefined });
});

it.each(['', '{', '[]', '{"done":-1,"total":1,"bytes":0,"rate":0}', '{"done":1}'])(
  'is read from nothing else than what was written: %s',
  (text) => expect(readProgress(text)).toBeUndefined(),
);

it('is read as it was written', () => {
  const progress = { done: 1, total: 2, bytes: 3, rate: 4, left: 5 };
  expect(readProgress(progressText(progress))).toEqual(progress);
});
