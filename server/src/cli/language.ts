import { UserError } from '../base/errors.ts';
import { type Language, languageOf, languageOfEnvironment, languages } from '../base/languages.ts';
import { printable } from '../base/words.ts';
import { languageVariable } from '../protocol/names.ts';

/** The option of all commands that names the language, wherever it stands. */
export const languageOption = '--lang';

/** A command line without the option, and the language that it, an editor or else the environment asks for. */
export interface SpokenCommandLine {
  readonly language: Language;
  readonly argv: readonly string[];
}

/**
 * To be called before anything is said.
 * @throws UserError `usage` for a language that there is not. It is in English, which is all that is known then
 */
export function spokenCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): SpokenCommandLine {
  const others: string[] = [];
  let given: string | undefined;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      others.push(...argv.slice(at));
      break;
    }
    if (word === languageOption) given = argv[++at] ?? '';
    else if (word.startsWith(`${languageOption}=`)) given = word.slice(languageOption.length + 1);
    else others.push(word);
  }
  const editors = environment[languageVariable];
  if (given !== undefined) return { language: named(given), argv: others };
  if (editors !== undefined) return { language: languageOf(editors), argv: others };
  return { language: isForPrograms(others) ? 'en' : languageOfEnvironment(environment), argv: others };
}

/** What programs read is the same wherever it is written, unless somebody asks for a language. */
function isForPrograms(argv: readonly string[]): boolean {
  return argv.some((word, at) => {
    const format = word === '--format' ? argv[at + 1] : /^--format=(.*)$/.exec(word)?.[1];
    return format === 'json' || format === 'sarif';
  });
}

/** `zh_CN.UTF-8` is as good as `zh-cn`. */
function named(given: string): Language {
  const language = languageOf(given);
  const isEnglish = /^(?:en|c|posix)(?:[-_.@]|$)/i.test(given);
  if (language !== 'en' || isEnglish) return language;
  throw new UserError('usage', `there is no language ${printable(given) || '""'}`, {
    nextStep: `give one of ${languages.join(', ')}`,
  });
}
