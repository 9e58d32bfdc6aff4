import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ProgressFile,
  type RunEvent,
  readableBytes,
  runEvent,
} from '../../../../client/src/runs/runProgress.ts';

describe('runEvent', () => {
  const progress = { event: 'progress', done: 3, total: 60, bytes: 123 };
  const cases = [
    ['progress', '{"event":"progress","done":3,"total":60,"bytes":123,"line":7,"image":"x"}', progress],
    [
      'the end',
      '{"event":"end","copied":1,"skipped":2,"failed":3}',
      { event: 'end', copied: 1, skipped: 2, failed: 3 },
    ],
    [
      'the end of a run that wrote files for the cluster',
      '{"event":"end","copied":1,"skipped":0,"failed":0,"manifests":"/w/manifests-a-1"}',
      { event: 'end', copied: 1, skipped: 0, failed: 0, manifests: '/w/manifests-a-1' },
    ],
    [
      'missing numbers',
      '{"event":"progress","done":"x"}',
      { event: 'progress', done: 0, total: 0, bytes: 0 },
    ],
    ['a newer event', '{"event":"retry"}', undefined],
    ['no event', '[1]', undefined],
    ['nonsense', '{"event"', undefined],
  ] as const;
  it.each(cases)('%s', (_name, line, event) => expect(runEvent(line)).toEqual(event));
});

describe('ProgressFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('follows a file that appears late and grows in pieces', async () => {
    const path = join(folder, 'run.jsonl');
    const seen: RunEvent[] = [];
    const file = new ProgressFile(path, (event) => seen.push(event), 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    writeFileSync(path, '{"event":"progress","done":1,"total":2,"bytes":5,"image":"ü');
    await expect.poll(() => seen.length).toBe(0);
    appendFileSync(path, '"}\n{"event":"end","copied":2,"skipped":0,"failed":0}\n');
    await file.close();
    expect(seen.map((event) => event.event)).toEqual(['progress', 'end']);
  });

  it('ends quietly when there never was a file', async () => {
    const file = new ProgressFile(join(folder, 'never.jsonl'), () => expect.unreachable());
    await file.close();
  });
});

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_500, '1.5 kB'],
  [123_456_789, '123.5 MB'],
  [7e15, '7000.0 TB'],
])('readableBytes(%d)', (bytes, text) => expect(readableBytes(bytes)).toBe(text));
