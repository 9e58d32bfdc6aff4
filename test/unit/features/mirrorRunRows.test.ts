import { describe, expect, it } from 'vitest';
import { againLine, pageOfRows, runParts, runRow } from '../../../server/src/features/mirrorRunRows.ts';
import { runLabel, spanWords, timeWords } from '../../../server/src/features/mirrorRunWords.ts';
import type { JournalEntry } from '../../../server/src/runs/journal.ts';
import type { RunProgress } from '../../../server/src/runs/runProgress.ts';
import type { SeenRun } from '../../../server/src/runs/seenRun.ts';
import { broughtTo, failedAs, plannedFor, seenOf, startOf } from '../../support/mirrorRuns.ts';

const clock = { now: new Date('2026-01-02T20:00:00Z'), timeZone: 'UTC' };
const time = '2026-01-02T14:00:00.000Z';
const ended = '2026-01-02T14:03:00.000Z';
const registry = 'docker://mirror.example.com:8443/olm';
const manifests = '/w/manifests-imageset-1';

const begun: JournalEntry[] = [startOf(time), plannedFor(60, registry)];
const counts = { copied: 58, skipped: 2, failed: 0, stopped: 0 };
const end = { event: 'end', time: ended, bytes: 1_300_000_000, manifests } as const;
const done: JournalEntry[] = [
  ...begun,
  {
    event: 'offered',
    image: 'quay.io/o/index:v1',
    destination: 'mirror.example.com:8443/olm/o-index:v1',
    droppedBundles: 0,
    dropped: [],
  },
  { ...end, complete: true, counts, sets: ['idms.yaml', 'itms.yaml'], offers: ['catalogSource.yaml'] },
];
const failed: JournalEntry[] = [
  ...begun,
  failedAs('a'),
  failedAs('b'),
  {
    event: 'offered',
    image: 'quay.io/o/index:v1',
    destination: 'mirror.example.com:8443/olm/o-index:v1',
    droppedBundles: 1,
    dropped: [{ package: 'search', name: 'search.v1', missing: ['quay.io/o/a:v1'] }],
  },
  { ...end, complete: false, counts: { ...counts, copied: 56, failed: 2 } },
];

/** How far a run is. */
const going = (more: Partial<RunProgress> = {}): Partial<SeenRun> => ({
  isAlive: true,
  progress: { done: 12, total: 60, bytes: 1_300_000_000, rate: 37_000_000, left: 130, ...more },
});

describe('the row of a run', () => {
  const rows: readonly (readonly [what: string, seen: SeenRun, state: string, words: string])[] = [
    [
      'that goes on',
      seenOf(begun, going()),
      'running',
      '12 of 60 images, 1.21 GiB, 35.3 MiB/s, about 2 minutes left',
    ],
    [
      'that waits for the network',
      seenOf(begun, going({ rate: 0, left: 20 })),
      'running',
      '12 of 60 images, 1.21 GiB, less than a minute left',
    ],
    [
      'that looks at what is there',
      seenOf(begun, going({ bytes: 0, rate: 0, left: 100 })),
      'running',
      '12 of 60 images, about 2 minutes left',
    ],
    [
      'that takes long',
      seenOf(begun, going({ left: 7000 })),
      'running',
      '12 of 60 images, 1.21 GiB, 35.3 MiB/s, about 2 hours left',
    ],
    [
      'of which nobody knows how fast it is',
      seenOf([...begun, broughtTo('r/a:v1')], { isAlive: true }),
      'running',
      '1 of 60 images',
    ],
    [
      'that was killed',
      seenOf(begun, { ...going(), isAlive: false }),
      'stopped',
      'stopped (12 of 60 images); run it again to go on',
    ],
    [
      'that was stopped',
      seenOf([
        ...begun,
        { event: 'stopped', time: ended, counts: { copied: 5, skipped: 0, failed: 1, stopped: 54 } },
      ]),
      'stopped',
      'stopped (6 of 60 images); run it again to go on',
    ],
    [
      'that was killed at once',
      seenOf([startOf(time)]),
      'stopped',
      'stopped before it copied anything; run it again',
    ],
    ['that brought all', seenOf(done), 'done', 'all 60 images are there · 14:03'],
    ['that misses images', seenOf(failed), 'incomplete', '2 of 60 images failed · 14:03'],
    [
      'that misses a bundle',
      seenOf(failed.filter(({ event }) => event !== 'failed')),
      'incomplete',
      '1 bundle left out · 14:03',
    ],
    [
      'that misses signatures',
      seenOf([...begun, { ...end, complete: false, counts, unsigned: 3 }]),
      'incomplete',
      '3 signatures could not be brought · 14:03',
    ],
    [
      'of a shard that ended before others',
      seenOf([...begun, { ...end, complete: false, counts, awaited: 7 }]),
      'incomplete',
      'waits for 7 images of other shards · 14:03',
    ],
  ];

  it.each(rows)('%s', (_what, seen, state, words) => {
    expect(runRow(seen, clock)).toMatchObject({
      label: seen.record.planned === undefined ? 'imageset' : 'imageset → mirror.example.com:8443',
      state,
      description: words,
      begun: time,
    });
  });

  it('offers what can be done about it', () => {
    const can = (seen: SeenRun) => runRow(seen, clock).can;
    expect(can(seenOf(done))).toEqual(['again', 'report', 'manifests', 'verify']);
    expect(can(seenOf(failed))).toEqual(['again', 'retry', 'report', 'manifests', 'verify']);
    expect(can(seenOf(begun, going()))).toEqual([]);
    expect(can(seenOf(begun))).toEqual(['again']);
    // Carried here from another machine.
    expect(can(seenOf(failed, { isFolderHere: false, areManifestsHere: false }))).toEqual([]);
  });

  it('runs again what was run, and nothing but a mirror run', () => {
    expect(againLine(seenOf(done))).toEqual({
      arguments: ['mirror', '-c', 'imageset.yaml', registry],
      folder: '/w',
    });
    expect(againLine(seenOf([{ ...startOf(time), command: 'login' } as JournalEntry]))).toBeUndefined();
    // Not even a file that somebody wrote in there would be written over.
    const given = ['a', 'b', '--progress-file', '/home/x/.ssh/id'];
    expect(againLine(seenOf([{ ...startOf(time), arguments: given } as JournalEntry]))?.arguments).toEqual([
      'mirror',
      'a',
      'b',
    ]);
    expect(againLine(seenOf([{ ...startOf(time), arguments: undefined } as JournalEntry]))).toBeUndefined();
  });

  it('can be held to images that failed, whatever these are called', () => {
    expect(againLine(seenOf(failed), ['r/a:v1', '--replan'])?.arguments.slice(-2)).toEqual([
      '--only=r/a:v1',
      '--only=--replan',
    ]);
    const retries = (seen: SeenRun) =>
      runParts(seen, ['failures', '0'], 0).flatMap(({ retry = [] }) => retry);
    expect(retries(seenOf(failed))).toHaveLength(2);
    // Of a run that did not get to all of its images, others would be missing, too.
    const stopped = failed.filter(({ event }) => event !== 'end');
    expect(retries(seenOf(stopped))).toEqual([]);
  });
});

/** The lines below a run as somebody reads them, with what they lead to. */
function lines(seen: SeenRun, ...path: string[]): string[] {
  return runParts(seen, path, 0).map(({ label, description, does }) =>
    [label, description, does === undefined ? '' : `[${does.do}]`].filter((part) => part !== '').join(' | '),
  );
}

describe('the lines below a run', () => {
  it('that brought all lead to the cluster', () => {
    expect(lines(seenOf(done))).toEqual([
      `mirror -c imageset.yaml ${registry} | in /w | [openFile]`,
      registry,
      '58 copied, 2 already there | 1.21 GiB moved in 3 min',
      'index:v1 | offers all that was planned',
      'Report | report.md | [showReport]',
      'Files for the cluster | manifests-imageset-1 | [openFolder]',
      'What next',
    ]);
    expect(lines(seenOf(done), 'next')).toEqual([
      'Verify that all of it is there | [run]',
      'See what applying the files does to nodes | [forecast]',
      'Apply it to the cluster… | [apply]',
      `Elsewhere: apply what redirects pulls | copies oc apply -f ${manifests}/idms.yaml -f ${manifests}/itms.yaml | [copy]`,
      `Elsewhere: apply what offers the catalogs | copies oc apply -f ${manifests}/catalogSource.yaml | [copy]`,
    ]);
  });

  it('that misses images say which, why and what to do', () => {
    const seen = seenOf(failed);
    expect(lines(seen)).toContain('2 images failed');
    expect(lines(seen, 'failures')).toEqual(['… is not there | 2 images']);
    expect(lines(seen, 'failures', '0')).toEqual([
      'ask who maintains it',
      'a:v1 | quay.io/o',
      'b:v1 | quay.io/o',
    ]);
    expect(lines(seen)).toContain('index:v1 | 1 bundle left out');
    expect(lines(seen, 'catalog-0')).toEqual(['search.v1 of search | quay.io/o/a:v1 is missing']);
    expect(lines(seen, 'next')[0]).toBe('Run it again: it brings what is missing and nothing else | [again]');
  });

  it('of a layout lead over the gap, wherever it lies now', () => {
    const layout = [
      startOf(time),
      plannedFor(60, 'oci://mirror'),
      { ...end, complete: true, counts },
    ] as const;
    const seen = seenOf([...layout], { folder: '/media/disk/mirror-runs/x-0123abcd' });
    expect(lines(seen, 'next')).toEqual([
      'Bring it to a registry that is reached from here… | [runTo]',
      'Pack it, to carry it over the gap | [run]',
      'Over there: unpack it, then mirror --from it | copies operator-mirror unpack VOLUME --dir FOLDER | [copy]',
      'Verify that all of it is there | [run]',
    ]);
    const [bring, pack] = runParts(seen, ['next'], 0);
    expect(bring?.does).toEqual({
      do: 'runTo',
      line: { arguments: ['mirror', '--from', 'oci:///media/disk'], folder: '/media/disk' },
    });
    expect(pack?.does).toMatchObject({ line: { arguments: ['pack', '/media/disk'], folder: '/media' } });
  });

  it('of one that stopped lead to going on, and of one that goes on nowhere', () => {
    expect(lines(seenOf(begun), 'next')).toEqual(['Run it again: it goes on from there | [again]']);
    expect(lines(seenOf(begun, going()), 'next')).toEqual([]);
    expect(lines(seenOf(begun, { isFolderHere: false }), 'next')).toEqual([]);
  });

  it('are answered in pages, however many images failed', () => {
    const many = [...begun, ...Array.from({ length: 2500 }, (_, at) => failedAs(`i${at}`))];
    const seen = seenOf(many);
    const first = runParts(seen, ['failures', '0'], 0);
    // What to do, a page, and the way to the next one.
    expect(first).toHaveLength(pageOfRows + 2);
    expect(first.at(-1)).toMatchObject({ id: 'more-200', label: '1800 more…' });
    const last = runParts(seen, ['failures', '0'], 1800);
    expect(last.at(-2)).toMatchObject({ label: 'i1999:v1' });
    expect(last.at(-1)).toMatchObject({ label: 'and 500 more, which the report names' });
    const ids = [first, runParts(seen, ['failures', '0'], 200)].flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are none where nothing has such a name', () => {
    for (const path of [['failures', '9'], ['catalog-9'], ['x'], ['failures', 'x']])
      expect(runParts(seenOf(failed), path, 0)).toEqual([]);
  });
});

it('a run is called by what it mirrors and where to', () => {
  expect(runLabel('index', 'docker://r.example.com/a/b')).toBe('index → r.example.com');
  expect(runLabel('index', 'oci:///media/disk/mirror')).toBe('index → disk/mirror');
  expect(runLabel('index', 'file://olm')).toBe('index → olm');
  expect(runLabel('mapping', '')).toBe('mapping');
});

it('times are those of a clock, and spans in their largest units', () => {
  expect(timeWords('2026-01-01T14:03:00Z', clock)).toBe('2026-01-01 14:03');
  expect(timeWords('2026-01-02T14:03:00Z', { ...clock, timeZone: 'Asia/Shanghai' })).toBe('2026-01-02 22:03');
  expect(timeWords('2026-01-02T19:03:00Z', { ...clock, timeZone: 'Asia/Shanghai' })).toBe('03:03');
  expect(timeWords('soon', clock)).toBe('soon');
  expect(spanWords(time, ended)).toBe('3 min');
  expect(spanWords(time, '2026-01-02T16:05:00Z')).toBe('2 h 5 min');
  expect(spanWords(ended, time)).toBe('0 s');
});
