import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { summaryLine } from '../../../server/src/cli/commands/copyReport.ts';
import { ProgressBar } from '../../../server/src/cli/progressBar.ts';
import { readableBytes, readableTime } from '../../../server/src/cli/words.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [12.34 * 1024 ** 2, '12.3 MiB'],
  [99.96 * 1024 ** 2, '100 MiB'],
  [1023.9 * 1024 ** 2, '1 GiB'],
  [7 * 1024 ** 5, '7168 TiB'],
])('%d bytes are %s', (bytes, text) => expect(readableBytes(bytes)).toBe(text));

it.each([
  [0, '0 s'],
  [440, '0.4 s'],
  [9_960, '10 s'],
  [12_300, '12 s'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h 0 min'],
])('%d milliseconds are %s', (milliseconds, text) => expect(readableTime(milliseconds)).toBe(text));

it('sums a run up', () => {
  const mebibyte = 1024 ** 2;
  const blobs = { moved: 9, mounted: 2, skipped: 1, bytes: 120 * mebibyte, bytesThere: 30 * mebibyte };
  const summary = { copied: 58, skipped: 1, failed: 1, stopped: 0, blobs };
  expect(summaryLine(summary, 12_000, undefined)).toBe(
    '60 images: 58 copied, 1 already there, 1 failed; 120 MiB moved, 30 MiB not moved because they were there; 12 s\n',
  );
});

it('draws a bar that fits the terminal, with rate and remaining time', () => {
  let now = 0;
  const screen = Object.assign(new PassThrough(), { columns: 100 });
  const bar = new ProgressBar(screen, () => now);
  const drawn = () => String(screen.read()).replace('\r\u001b[K', '');
  bar.show({ done: 0, total: undefined, bytes: 0, last: undefined });
  expect(drawn()).toBe('looking up tags');
  bar.show({ done: 0, total: 60, bytes: 0, last: undefined });
  expect(drawn()).toBe('[....................] 0/60 images, 0 B, 0 B/s');
  now = 4000;
  bar.show({ done: 20, total: 60, bytes: 40 * 1024 ** 2, last: undefined });
  expect(drawn()).toBe('[######..............] 20/60 images, 40 MiB, 10 MiB/s, about 8 s left');
  screen.columns = 40;
  bar.show({ done: 20, total: 60, bytes: 40 * 1024 ** 2, last: undefined });
  expect(drawn()).toHaveLength(39);
});
