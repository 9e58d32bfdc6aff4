import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messageKey } from '../../server/src/base/sentences.ts';
import { manifestTexts } from '../support/manifest.ts';
import { saidMessages } from '../support/saidMessages.ts';

const root = join(import.meta.dirname, '../..');

/** All messages of the sources below a folder. */
function messagesBelow(folder: string): ReadonlySet<string> {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const sources = paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
  return new Set(
    sources.flatMap((path) => [...saidMessages(readFileSync(join(root, folder, path), 'utf8'))]),
  );
}

function translations(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, 'l10n', file), 'utf8'));
}

const english = manifestTexts();
const chinese = manifestTexts('zh-cn');
const files: readonly [name: string, messages: ReadonlySet<string>, translated: Record<string, string>][] = [
  ['messages.zh-cn.json', messagesBelow('server/src'), translations('messages.zh-cn.json')],
  ['bundle.l10n.zh-cn.json', messagesBelow('client/src'), translations('bundle.l10n.zh-cn.json')],
  [
    'package.nls.zh-cn.json',
    new Set(Object.values(english)),
    Object.fromEntries(Object.entries(english).map(([key, text]) => [text, chinese[key] ?? ''])),
  ],
];

describe.each(files)('%s', (_name, messages, translated) => {
  it('has no empty translation', () => {
    expect(Object.entries(translated).filter(([, said]) => said.trim() === '')).toEqual([]);
  });

  it('has each message that the program has, and no other one', () => {
    const said = new Set(Object.keys(translated));
    expect({
      missing: [...messages].filter((message) => !said.has(message)),
      leftOver: [...said].filter((message) => !messages.has(message)),
    }).toEqual({ missing: [], leftOver: [] });
  });

  it.each<[string, (message: string, translation: string) => unknown]>([
    ['has the places of its message', (message, translation) => sameSet(/\{\w+\}/g, message, translation)],
    ['has what stands in backticks', (message, translation) => sameSet(/`[^`]*`/g, message, translation)],
    ['has the links of its message', (message, translation) => sameSet(/\]\([^)]*\)/g, message, translation)],
    ['has as many lines', (message, translation) => sameCount(/\n/g, message, translation)],
    [
      'has Chinese punctuation',
      (_, translation) => !/[一-鿿](?:[,;:?!](?!\S*=)|\.(?:\s|$))/.test(translation),
    ],
    [
      'has a space between Chinese and Latin',
      (_, translation) => !/[一-鿿][\w{`]|[\w}`][一-鿿]/.test(translation),
    ],
    [
      'has none beside Chinese punctuation',
      (_, translation) => !/ [，。：；？！（）「」]|[，。：；？！（）「」] \S/.test(translation),
    ],
    ['calls nothing 镜像 but images', (_, translation) => !/镜像镜像|镜像注册表/.test(translation)],
  ])('each translation %s', (_what, holds) => {
    const wrong = Object.entries(translated).filter(([message, translation]) => !holds(message, translation));
    expect(wrong).toEqual([]);
  });
});

it('no two messages have the same key in the packed file', () => {
  const messages = [...messagesBelow('server/src')];
  expect(new Set(messages.map(messageKey)).size).toBe(messages.length);
});

it('what is in two files is said the same way', () => {
  const [server, client] = [translations('messages.zh-cn.json'), translations('bundle.l10n.zh-cn.json')];
  const differing = Object.entries(client).filter(([message, said]) => (server[message] ?? said) !== said);
  expect(differing.map(([message, said]) => ({ message, client: said, server: server[message] }))).toEqual(
    [],
  );
});

function sameSet(pattern: RegExp, message: string, translation: string): boolean {
  const set = (text: string) => [...new Set(text.match(pattern) ?? [])].toSorted().join('\n');
  return set(message) === set(translation);
}

function sameCount(pattern: RegExp, message: string, translation: string): boolean {
  return (message.match(pattern) ?? []).length === (translation.match(pattern) ?? []).length;
}
