import { describe, expect, it, vi } from 'vitest';
import type { JournalEntry } from '../../../server/src/runs/journal.ts';
import { JournalReader } from '../../../server/src/runs/journalReader.ts';
import { broughtTo, failedAs, journalOf, plannedFor, recordOf, startOf } from '../../support/mirrorRuns.ts';

const time = '2026-01-02T03:04:05.000Z';
const later = '2026-01-02T04:04:05.000Z';
const destination = 'docker://mirror.example.com:8443/olm';
const counts = { copied: 1, skipped: 0, failed: 2, stopped: 0 };
const whole: JournalEntry[] = [
  startOf(time),
  plannedFor(3, destination),
  broughtTo('mirror.example.com:8443/olm/o-a:v1'),
  failedAs('b'),
  failedAs('c'),
  { event: 'end', time: later, complete: false, counts, bytes: 10, manifests: '/w/manifests-imageset-1' },
];

/** Reads bytes in pieces of these lengths, in turn. */
function readInPieces(bytes: Uint8Array, lengths: readonly number[]): JournalReader {
  const reader = new JournalReader();
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    reader.take(bytes.subarray(at, at + length));
    at += length;
  }
  return reader;
}

describe('the reader of a growing journal', () => {
  it('tells of the last run how it began, what it brought, what failed and how it ended', () => {
    expect(recordOf(whole)).toEqual({
      time,
      process: 7,
      command: 'mirror',
      arguments: ['-c', 'imageset.yaml', destination],
      folder: '/w',
      planned: { event: 'planned', images: 3, name: 'imageset', destination },
      brought: 1,
      failed: 2,
      causes: [
        {
          message: '… is not there',
          count: 2,
          images: [expect.objectContaining({ source: 'quay.io/o/b:v1' }), expect.anything()],
        },
      ],
      catalogs: [],
      end: expect.objectContaining({ time: later, isStopped: false, isComplete: false, counts }),
    });
  });

  it('names an image that failed alone', () => {
    const [cause] = recordOf([startOf(time), failedAs('b')]).causes;
    expect(cause).toMatchObject({ message: 'quay.io/o/b:v1 is not there', count: 1 });
  });

  it('forgets what runs before left', () => {
    const record = recordOf([...whole, startOf(later, 8), broughtTo('r/x:v1')]);
    expect(record).toMatchObject({ process: 8, brought: 1, failed: 0, causes: [], planned: undefined });
    expect(record.end).toBeUndefined();
  });

  it('knows journals of older versions, which say less', () => {
    const old = `{"event":"start","time":"${time}","process":7,"command":"mirror","asked":"x"}\n{"event":"planned","images":2}\n`;
    const reader = new JournalReader();
    reader.take(new TextEncoder().encode(`${old}{"event":"end","time":"${later}","complete":true}\n`));
    expect(reader.record).toMatchObject({ command: 'mirror', planned: { images: 2 } });
    expect(reader.record?.end).toMatchObject({ isComplete: true });
  });

  it('waits for the end of the last line, and passes over what is none', () => {
    const bytes = new TextEncoder().encode(`{}\n\nnull\n${journalOf(whole)}`);
    for (let length = 0; length < bytes.length; length += 7) {
      const reader = new JournalReader();
      reader.take(bytes.subarray(0, length));
      expect(reader.record?.end).toBeUndefined();
      reader.take(bytes.subarray(length));
      expect(reader.record).toEqual(recordOf(whole));
    }
  });

  it('passes over a line that does not end for long', () => {
    const reader = new JournalReader();
    const mebibyte = new Uint8Array(1024 * 1024).fill(0x20);
    for (let count = 0; count < 6; count++) reader.take(mebibyte);
    reader.take(new TextEncoder().encode(`\n${journalOf(whole)}`));
    expect(reader.record?.failed).toBe(2);
  });

  it('reads a run of 20,000 images in pieces as it reads it at once, each line once', () => {
    const entries: JournalEntry[] = [startOf(time), plannedFor(20_000, destination)];
    for (let at = 0; at < 20_000; at++)
      entries.push(at % 8 === 7 ? failedAs(`größe-${at}`) : broughtTo(`r/${at}:v1`));
    const bytes = new TextEncoder().encode(journalOf(entries));
    const atOnce = readInPieces(bytes, [bytes.length]).record;
    expect(atOnce).toMatchObject({ brought: 17_500, failed: 2_500 });
    expect(atOnce?.causes).toMatchObject([{ count: 2_500 }]);
    // Of the failed ones not all are kept, and of the others none.
    expect(atOnce?.causes[0]?.images).toHaveLength(2_000);
    const parsed = vi.spyOn(JSON, 'parse');
    expect(readInPieces(bytes, [1, 4096, 77_777, 3]).record).toEqual(atOnce);
    // A line for the beginning, one for the plan, and one for each failure: nothing is read twice.
    expect(parsed).toHaveBeenCalledTimes(2_502);
    parsed.mockRestore();
  });
});
