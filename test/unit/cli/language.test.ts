import { expect, it } from 'vitest';
import { spokenCommandLine } from '../../../server/src/cli/language.ts';

const chinese = { LANG: 'zh_CN.UTF-8' };

it.each<[string, string, Record<string, string>, string, string]>([
  ['the environment', 'check a', chinese, 'zh-cn', 'check a'],
  ['the option before the command', '--lang zh-cn check a', {}, 'zh-cn', 'check a'],
  ['the option behind it, in one word', 'check --lang=zh_CN.UTF-8 a', {}, 'zh-cn', 'check a'],
  ['the last of two', '--lang zh-cn check --lang en a', {}, 'en', 'check a'],
  ['the option against the environment', 'check a --lang en', chinese, 'en', 'check a'],
  ['an editor', 'check a', { OPERATOR_MIRROR_LANG: 'zh-cn', LANG: 'C' }, 'zh-cn', 'check a'],
  ['an editor in another language', 'check a', { OPERATOR_MIRROR_LANG: 'de', ...chinese }, 'en', 'check a'],
  ['nobody, for what programs read', 'check a --format json', chinese, 'en', 'check a --format json'],
  ['nobody, for SARIF', 'check --format=sarif a', chinese, 'en', 'check --format=sarif a'],
  [
    'an editor, also for what programs read',
    'status --format json',
    { OPERATOR_MIRROR_LANG: 'zh-cn' },
    'zh-cn',
    'status --format json',
  ],
  ['nobody behind --', 'check -- --lang zh-cn', {}, 'en', 'check -- --lang zh-cn'],
])('is said by %s', (_who, line, environment, language, left) => {
  expect(spokenCommandLine(line.split(' '), environment)).toEqual({ language, argv: left.split(' ') });
});

it.each(['fr', '', 'zh-TW', 'english'])('there is no language %j', (given) => {
  expect(() => spokenCommandLine(['check', '--lang', given], {})).toThrow(/there is no language .*/);
});
