import { readFileSync } from 'node:fs';
import { manifestTexts } from './manifest.ts';

/** The words of this extension in the language of a window, by the English ones. */
export interface Words {
  /** As VS Code names it; undefined for English. */
  readonly locale?: string;
  /** A message with its places. @throws Error for one that is translated nowhere */
  say(message: string, ...places: readonly (string | number)[]): string;
  /** What matches the message, with anything in the places that are not given. */
  like(message: string, ...places: readonly (string | number)[]): RegExp;
}

export const english: Words = wordsBy((message) => message);

export const chinese: Words = { locale: 'zh-cn', ...wordsBy(inChinese()) };

function wordsBy(translated: (message: string) => string): Pick<Words, 'say' | 'like'> {
  const say: Words['say'] = (message, ...places) =>
    translated(message).replaceAll(/\{(\d+)\}/g, (place, number) => String(places[Number(number)] ?? place));
  return {
    say,
    like: (message, ...places) =>
      new RegExp(
        say(message, ...places)
          .split(/\{\d+\}/)
          .map(escaped)
          .join('.*'),
      ),
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

function inChinese(): (message: string) => string {
  const read = (name: string): Record<string, string> =>
    JSON.parse(readFileSync(new URL(`../../l10n/${name}`, import.meta.url), 'utf8'));
  const texts = manifestTexts('zh-cn');
  const titles = Object.entries(manifestTexts()).map(([key, text]) => [text, texts[key]]);
  const all: Record<string, string> = {
    ...Object.fromEntries(titles),
    ...read('messages.zh-cn.json'),
    ...read('bundle.l10n.zh-cn.json'),
  };
  return (message) => {
    const said = all[message];
    if (said === undefined) throw new Error(`Nowhere translated: ${message}`);
    return said;
  };
}
