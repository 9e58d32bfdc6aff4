import { describe, expect, it } from 'vitest';
import { type JournalEntry, journalLine, readJournal } from '../../../server/src/runs/journal.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const time = '2026-01-02T03:04:05.000Z';
const start: JournalEntry = { event: 'start', time, process: 7, command: 'mirror', asked: 'x' };
const image = (destination: string, letter: string): JournalEntry => ({
  event: 'image',
  destination,
  digest: digest(letter),
});
const failed: JournalEntry = {
  event: 'failed',
  source: 'q/a:v1',
  destination: 'r/a:v1',
  code: 'missing',
  message: 'it is not there',
};
const text = (...entries: JournalEntry[]) => entries.map(journalLine).join('');

describe('a journal', () => {
  it('proves of each destination what was seen there last', () => {
    const journal = text(start, image('r/a:v1', 'a'), image('r/b:v1', 'b'), image('r/a:v1', 'c'));
    expect([...readJournal(journal).proven]).toEqual([
      ['r/a:v1', digest('c')],
      ['r/b:v1', digest('b')],
    ]);
  });

  it('proves nothing of an image that failed after it was there', () => {
    expect(readJournal(text(image('r/a:v1', 'a'), failed)).proven.size).toBe(0);
    expect(readJournal(text(failed, image('r/a:v1', 'a'))).proven.size).toBe(1);
  });

  it('knows what failed and is not proven since', () => {
    expect([...readJournal(text(start, failed)).failed]).toMatchObject([['r/a:v1', { source: 'q/a:v1' }]]);
    expect(readJournal(text(failed, image('r/a:v1', 'a'), start)).failed.size).toBe(0);
  });

  it('knows of each image what was found beside it last', () => {
    const looked = (letter: string, found: number): JournalEntry => {
      return { event: 'signatures', destination: 'r/a:v1', digest: digest(letter), found };
    };
    const { signatures } = readJournal(text(start, looked('a', 0), looked('b', 2), failed));
    expect([...signatures]).toMatchObject([['r/a:v1', { digest: digest('b'), found: 2 }]]);
    expect(readJournal(text(start).concat('{"event":"signatures","found":-1}\n')).signatures.size).toBe(0);
  });

  it('tells how far the last run got', () => {
    const begun = { time, process: 7, asked: 'x', isPlanned: false, hasEnded: false };
    const planned: JournalEntry = { event: 'planned', images: 2 };
    const end: JournalEntry = { event: 'end', time, complete: false };
    expect(readJournal('').last).toBeUndefined();
    expect(readJournal(text(start)).last).toMatchObject(begun);
    expect(readJournal(text(start, planned)).last).toMatchObject({ ...begun, isPlanned: true });
    expect(readJournal(text(start, planned, { event: 'stopped', time })).last).toMatchObject({
      ...begun,
      isPlanned: true,
    });
    expect(readJournal(text(start, planned, end)).last).toMatchObject({ isPlanned: true, hasEnded: true });
    expect(readJournal(text(start, planned, end, start)).last).toMatchObject(begun);
  });

  it('is read wherever a killed run left it, without what is no line of it', () => {
    const whole = text(start, image('r/a:v1', 'a'), image('r/b:v1', 'b'));
    for (let length = 0; length < whole.length; length++) {
      const lines = whole.slice(0, length).split('\n').length - 1;
      expect(readJournal(whole.slice(0, length)).proven.size).toBeGreaterThanOrEqual(Math.max(lines - 1, 0));
    }
    const foreign = '\n{}\n[]\n{"event":"image","destination":"r/c:v1","digest":"no"}\n{"event":"other"}\n';
    expect(readJournal(foreign + whole).proven.size).toBe(2);
  });
});
