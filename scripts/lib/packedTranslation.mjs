// Translations as the programs read them: without the English messages, which the programs have in them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './paths.mjs';

/**
 * The text of a language's file.
 * @throws Error where two messages have the same key: change a word in one of them
 */
export async function packedTranslation(language) {
  const messages = JSON.parse(readFileSync(join(root, `l10n/messages.${language}.json`), 'utf8'));
  const messageKey = await loadedMessageKey();
  const packed = new Map();
  for (const [message, translated] of Object.entries(messages)) {
    const key = messageKey(message);
    if (packed.has(key)) throw new Error(`l10n: "${message}" has the key of another message.`);
    packed.set(key, translated);
  }
  return JSON.stringify(Object.fromEntries(packed));
}

/** The function by which the programs look for a message. */
async function loadedMessageKey() {
  const [{ text }] = (
    await build({
      entryPoints: [join(root, 'server/src/base/sentences.ts')],
      bundle: true,
      format: 'esm',
      write: false,
    })
  ).outputFiles;
  const module = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return module.messageKey;
}
