import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../../server/src/base/sentences.ts';
import { logHover } from '../../../server/src/features/logHover.ts';
import { headlineOf } from '../../../server/src/log/headline.ts';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { whoFailed, wordsFor } from '../../../server/src/log/place.ts';
import { fill } from '../../../server/src/log/template.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

afterEach(() => speak(new Map()));

describe('what logs mean is said in the language of the person', () => {
  it('says the messages of tables, with their values', () => {
    speak(new Map([['Log in to {place}.', '登录 {place}。']]));
    expect(fill('Log in to {place}.', { place: 'quay.io' })).toBe('登录 quay.io。');
  });

  it('says the headline', () => {
    speak(new Map([['unknown: the log does not tell whether all was done', 'unknown: 日志未说明']]));
    expect(headlineOf({ verdict: 'unknown', lines: [] })).toBe('unknown: 日志未说明');
  });

  it('gives no advice where nothing is to do', () => {
    speak(new Map([['Nothing.', '无需操作。']]));
    const lines = ['warning: Expected to mount sha256:1 from a/b but mount was ignored'];
    const hover = logHover({ log: parseLog(lines), lines }, new Snapshot(), { line: 0, character: 3 });
    expect(hover?.text).toBeDefined();
    expect(hover?.text).not.toContain('What to do');
  });

  it('takes a word for a registry for no host, in whatever language', () => {
    speak(new Map([['the source registry', '源镜像仓库']]));
    const place = whoFailed({ side: 'source', image: 'ubi9', reason: 'i/o timeout' });
    expect(wordsFor(place)).toEqual({ place: '源镜像仓库', host: 'HOST', key: 'HOST' });
  });
});
