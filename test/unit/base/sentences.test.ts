import { afterEach, describe, expect, it } from 'vitest';
import { speak, t } from '../../../server/src/base/sentences.ts';

afterEach(() => speak(new Map()));

describe('a message', () => {
  it.each<[string, string, string]>([
    ['has its places filled in order', t('{0} of {1}', 2, 'three'), '2 of three'],
    ['may name a place twice, and in any order', t('{1}, {0}, {1}', 'a', 'b'), 'b, a, b'],
    ['may have places with names', t('{host} lacks {image}', { host: 'a', image: 'b' }), 'a lacks b'],
    ['keeps braces that are no places', t('{ "a": {} } for {0}', 'b'), '{ "a": {} } for b'],
    ['keeps places that are not given', t('{0} and {1}', 'a'), 'a and {1}'],
    ['keeps places that have no value', t('{a} and {b}', { a: 'x', b: undefined }), 'x and {b}'],
    ['without places is said as it stands', t('{0} is a place'), '{0} is a place'],
    ['does not fill what stands in a place', t('{0} and {1}', '{1}', 'b'), '{1} and b'],
    ['takes no place from what every object has', t('{toString}', {}), '{toString}'],
  ])('%s', (_what, said, expected) => {
    expect(said).toBe(expected);
  });

  it('is said in another language, where its places may stand in another order', () => {
    speak(new Map([['{0} lacks {1}', '缺少 {1}:{0}']]));
    expect(t('{0} lacks {1}', 'reg.example.com', 'quay.io/a')).toBe('缺少 quay.io/a:reg.example.com');
    expect(t('{0} has {1}', 'a', 'b')).toBe('a has b');
  });
});
