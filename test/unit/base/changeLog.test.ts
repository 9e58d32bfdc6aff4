import { describe, expect, it } from 'vitest';
import { ChangeLog, logAfter, namesBetween } from '../../../server/src/base/changeLog.ts';

describe('marks in logs of changes', () => {
  it('tell what came between them, whichever is the later one', () => {
    const log = new ChangeLog();
    log.add('a');
    const then = [log.mark];
    expect(namesBetween(then, [log.mark])).toEqual(new Set());
    log.add('b');
    log.add('c');
    expect(namesBetween(then, [log.mark])).toEqual(new Set(['b', 'c']));
    expect(namesBetween([log.mark], then)).toEqual(new Set(['b', 'c']));
  });

  it('tell nothing of other logs, and of what was forgotten', () => {
    const log = new ChangeLog();
    const then = [log.mark];
    expect(namesBetween(then, [new ChangeLog().mark])).toBeUndefined();
    expect(namesBetween(then, [log.mark, log.mark])).toBeUndefined();
    for (let count = 0; count < 10_000; count++) log.add('a');
    expect(namesBetween(then, [log.mark])).toBeUndefined();
  });

  it('are gone on with in the same log once, and by others in logs of their own', () => {
    const log = new ChangeLog();
    const mark = log.mark;
    expect(logAfter(mark)).toBe(log);
    log.add('a');
    expect(logAfter(mark)).not.toBe(log);
  });
});
