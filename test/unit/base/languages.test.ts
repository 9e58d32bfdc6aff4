import { describe, expect, it } from 'vitest';
import { languageOf, languageOfEnvironment } from '../../../server/src/base/languages.ts';

describe('the language for a locale', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'en'],
    ['', 'en'],
    ['C', 'en'],
    ['en-US', 'en'],
    ['de', 'en'],
    ['zh-cn', 'zh-cn'],
    ['zh-CN', 'zh-cn'],
    ['zh_CN.UTF-8', 'zh-cn'],
    ['zh', 'zh-cn'],
    ['zh-Hans', 'zh-cn'],
    ['zh_SG@pinyin', 'zh-cn'],
    ['zh-Hans-HK', 'zh-cn'],
    // Traditional Chinese is another script.
    ['zh-TW', 'en'],
    ['zh_HK.UTF-8', 'en'],
    ['zh-Hant', 'en'],
    ['zhuang', 'en'],
  ])('%j: %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});

describe('the language of an environment', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'en'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh-cn'],
    [{ LANG: 'zh_CN.utf8' }, 'zh-cn'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8' }, 'zh-cn'],
    [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
    // A variable that is empty counts as left out.
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: '' }, 'zh-cn'],
    // A terminal that reads another encoding would show no words.
    [{ LANG: 'zh_CN.GBK' }, 'en'],
    [{ LANG: 'zh_CN.GB18030' }, 'en'],
  ])('%j: %s', (environment, language) => {
    expect(languageOfEnvironment(environment)).toBe(language);
  });
});
