import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../base/languages.ts';
import { type PackedMessages, PackedTranslation, speak } from '../base/sentences.ts';

/** Reads the packed messages of a language: a text of JSON. */
export type ReadTranslation = (language: Language) => string;

/**
 * Speaks a language from now on, in this thread; English where its file is not there or no JSON, as it is better than nothing.
 * @param read where it is kept otherwise than beside the program
 */
export function speakLanguage(language: Language, read: ReadTranslation = readBeside): void {
  if (language === 'en') return;
  try {
    speak(new PackedTranslation(language, JSON.parse(read(language)) as PackedMessages));
  } catch {}
}

/** The build writes it into the folder of the bundles. */
function readBeside(language: Language): string {
  return readFileSync(join(__dirname, `${language}.json`), 'utf8');
}
