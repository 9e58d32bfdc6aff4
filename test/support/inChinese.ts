import { readFileSync } from 'node:fs';
import { speak } from '../../server/src/base/sentences.ts';

const messages: Record<string, string> = JSON.parse(
  readFileSync(new URL('../../l10n/messages.zh-cn.json', import.meta.url), 'utf8'),
);

/** Says what is asked for in Chinese; English is spoken before and after. */
export function inChinese<Said>(say: () => Said): Said {
  speak(new Map(Object.entries(messages)));
  try {
    return say();
  } finally {
    speak(new Map());
  }
}
