/**
 * The languages in which a person is spoken to. English is in the program; another one is a file beside it.
 */

/** As VS Code names them. */
export const languages = ['en', 'zh-cn'] as const;

export type Language = (typeof languages)[number];

/**
 * The language for a locale, be it of BCP 47 or of POSIX: `zh-CN`, `zh_CN.UTF-8`, `zh-Hans-SG`. Traditional Chinese is no Simplified
 * Chinese: who reads it gets English, as with all other languages.
 * https://www.rfc-editor.org/rfc/rfc5646
 */
export function languageOf(locale: string | undefined): Language {
  const [language, ...parts] = (locale ?? '').toLowerCase().split(/[.@]/, 1)[0]?.split(/[-_]/) ?? [];
  const isTraditional = parts.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part));
  return language === 'zh' && (!isTraditional || parts.includes('hans')) ? 'zh-cn' : 'en';
}

/**
 * The language that an environment asks for: the first of these variables that is not empty says it.
 * https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02
 */
export function languageOfEnvironment(environment: Readonly<Record<string, string | undefined>>): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const locale = LC_ALL || LC_MESSAGES || LANG || '';
  // Of a terminal that reads GBK, what is written here would be no words.
  const [, encoding = 'utf-8'] = /\.([^@]*)/.exec(locale.toLowerCase()) ?? [];
  return /^utf-?8$/.test(encoding) ? languageOf(locale) : 'en';
}
