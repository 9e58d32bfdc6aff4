import { describe, expect, it } from 'vitest';
import { memo, memoByName, memoByPair, memoWhileSame } from '../../../server/src/base/memo.ts';

describe('what is worked out once', () => {
  it('is kept for each object, also where it is nothing', () => {
    let times = 0;
    const nothing = memo((_key: object) => void times++);
    const [a, b] = [{}, {}];
    for (const key of [a, a, b, a]) nothing(key);
    expect(times).toBe(2);
  });

  it('is kept for each name of an object', () => {
    const asked: string[] = [];
    const found = memoByName((key: { id: string }, name: string) => {
      asked.push(key.id + name);
      return name === '' ? undefined : key.id + name;
    });
    const [a, b] = [{ id: 'a' }, { id: 'b' }];
    const answers = [found(a, '1'), found(a, '1'), found(b, '1'), found(a, '2'), found(a, ''), found(a, '')];
    expect(answers).toEqual(['a1', 'a1', 'b1', 'a2', undefined, undefined]);
    expect(asked).toEqual(['a1', 'b1', 'a2', 'a']);
  });

  it('is kept for each pair of objects', () => {
    const pair = memoByPair((_a: object, _b: object) => ({}));
    const [a, b] = [{}, {}];
    expect(pair(a, b)).toBe(pair(a, b));
    expect(pair(a, b)).not.toBe(pair(b, a));
  });

  it('is worked out again when something else has changed', () => {
    const kept = memoWhileSame<object, object>();
    const [key, input] = [{}, {}];
    const first = kept(key, [input, 1], () => ({}));
    expect(kept(key, [input, 1], () => ({}))).toBe(first);
    expect(kept({}, [input, 1], () => ({}))).not.toBe(first);
    const second = kept(key, [{}, 1], () => ({}));
    expect(second).not.toBe(first);
    expect(kept(key, [input, 2], () => ({}))).not.toBe(second);
  });
});
