import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Texts of the manifest by their keys, in a language; `undefined` stands for English. */
export function manifestTexts(language?: string): Record<string, string> {
  const name = language === undefined ? 'package.nls.json' : `package.nls.${language}.json`;
  return JSON.parse(readFileSync(new URL(name, root), 'utf8'));
}

/** The manifest as it stands, with `%key%` where a text belongs. */
export function rawManifest() {
  return JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
}

/** The manifest as VS Code reads it in English. */
export function manifestInEnglish() {
  const texts = manifestTexts();
  return JSON.parse(JSON.stringify(rawManifest()), (_, value) => {
    const [, key] = /^%(.+)%$/.exec(typeof value === 'string' ? value : '') ?? [];
    return key === undefined ? value : texts[key];
  });
}
