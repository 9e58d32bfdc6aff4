import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type CopyEvent,
  copyArguments,
  copyEvent,
  ProgressFile,
  readableBytes,
  runFolder,
} from '../../../client/src/copyRun.ts';

const none = { authFile: '', configFile: '', caFile: '', insecure: [], folder: '' };

describe('copyArguments', () => {
  it('says no more than the settings do', () =>
    expect(copyArguments('/w/mapping.txt', none, '/w')).toEqual([
      'copy',
      '-f',
      '/w/mapping.txt',
      '--progress',
      'auto',
    ]));

  it('turns settings into options and resolves their paths', () =>
    expect(
      copyArguments(
        '/w/mapping.txt',
        {
          authFile: '~/auth.json',
          configFile: 'conf/registries.conf',
          caFile: '/etc/ca.pem',
          insecure: ['a:5000', 'b'],
          folder: 'hop',
        },
        '/w',
        '/s/run.jsonl',
      ).slice(5),
    ).toEqual([
      ...['--progress-file', '/s/run.jsonl'],
      ...['--dir', '/w/hop'],
      ...['--authfile', join(homedir(), 'auth.json')],
      ...['--registries-conf', '/w/conf/registries.conf'],
      ...['--ca-file', '/etc/ca.pem'],
      ...['--insecure', 'a:5000', '--insecure', 'b'],
    ]));
});

describe('runFolder', () => {
  const cases = [
    ['beside v2/', '/w/mapping.txt', ['/w'], '/w'],
    ['below v2/, where oc wrote both', '/w/manifests-a/mapping.txt', ['/w'], '/w'],
    ['an index with a namespace', '/w/manifests-my-operator/index-1637/mapping.txt', ['/w'], '/w'],
    ['the nearest of two', '/w/x/manifests-a/mapping.txt', ['/w', '/w/x'], '/w/x'],
    ['nothing mirrored yet', '/w/x/mapping.txt', [], '/w/x'],
    ['nothing yet, below manifests-*', '/w/x/manifests-a/b/mapping.txt', [], '/w/x'],
    ['a store above the workspace', '/w/x/mapping.txt', ['/'], '/w/x'],
  ] as const;
  it.each(cases)('%s', (_name, mapping, stores: readonly string[], folder) =>
    expect(runFolder(mapping, (candidate) => stores.includes(candidate), '/w')).toBe(folder),
  );
  it('ends at the root', () => expect(runFolder('/w/mapping.txt', () => false)).toBe('/w'));
});

describe('copyEvent', () => {
  const progress = { event: 'progress', done: 3, total: 60, bytes: 123 };
  const cases = [
    ['progress', '{"event":"progress","done":3,"total":60,"bytes":123,"line":7,"image":"x"}', progress],
    [
      'the end',
      '{"event":"end","copied":1,"skipped":2,"failed":3}',
      { event: 'end', copied: 1, skipped: 2, failed: 3 },
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
  it.each(cases)('%s', (_name, line, event) => expect(copyEvent(line)).toEqual(event));
});

describe('ProgressFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('follows a file that appears late and grows in pieces', async () => {
    const path = join(folder, 'run.jsonl');
    const seen: CopyEvent[] = [];
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
