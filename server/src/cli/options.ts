import { UserError } from '../base/errors.ts';
import { type Place, type Sentence, t } from '../base/sentences.ts';
import { hostProblem, isHost } from '../documents/imageReference.ts';

/**
 * An option of a command. The functions below make it; of what kind it is decides what the command gets, how the help shows
 * it, and what is refused.
 */
export interface Option<Value> extends Described {
  /** True for an option without a value. */
  readonly isFlag: boolean;
  /** True where it may be given several times. */
  readonly repeatable: boolean;
  /** What it stands for without a value, where it may have one, which `=` then joins to it. */
  readonly bare?: string;
  /**
   * What the command gets.
   * @param given the values on the command line; empty where the option is not there
   * @param spelled as in `--parallel-images`
   * @throws UserError `usage` for a value that is none
   */
  read(given: readonly string[], spelled: string): Value;
}

/** How the help shows an option. */
interface Described {
  /** Where `{default}` stands, what holds without the option. */
  readonly help: Sentence;
  readonly default?: Place;
  /** What stands for the value, such as `FILE`. */
  readonly value?: string;
  /** One letter, such as `f` for `-f`. */
  readonly short?: string;
  /** True for what a command cannot do without: its usage has no brackets round it. */
  readonly needed?: boolean;
  /** Stands in place of `value` in the usage, such as `mapping.txt`. */
  readonly example?: string;
}

/** What a command declares: options by the names under which it reads them; `parallelImages` is given as `--parallel-images`. */
export type OptionSet = Readonly<Record<string, Option<unknown>>>;

/** What a command gets for the options that it declares. */
export type Values<Options extends OptionSet> = {
  readonly [Name in keyof Options]: ReturnType<Options[Name]['read']>;
};

/** The name of an option on the command line, without the dashes. */
export function spelled(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** @throws UserError `usage` for the first option whose value is none */
export function readOptions<Options extends OptionSet>(
  options: Options,
  given: ReadonlyMap<string, readonly string[]>,
): Values<Options> {
  const read = ([name, option]: [string, Option<unknown>]) => {
    const onLine = spelled(name);
    return [name, option.read(given.get(onLine) ?? [], `--${onLine}`)] as const;
  };
  return Object.fromEntries(Object.entries(options).map(read)) as Values<Options>;
}

/** An option that is given, or not. */
export function flag(described: Described): Option<boolean> {
  return { ...described, isFlag: true, repeatable: false, read: (given) => given.length > 0 };
}

/** An option that is given alone, which stands for the first of a few words, or with one of them: `--mapping=oc-mirror`. */
export function flagOrOneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  described: Described,
): Option<Word | undefined> {
  const [bare, ...others] = words;
  const { read } = oneOf(words, described);
  return {
    value: others.join('|'),
    ...described,
    isFlag: false,
    repeatable: false,
    bare,
    read: (given, option) => (given.length === 0 ? undefined : read(given, option)),
  };
}

/** Any text, such as the name of a file. Without a `default` it may be undefined. */
export function text(described: Described & { readonly default: string }): Option<string>;
export function text(described: Described): Option<string | undefined>;
export function text(described: Described): Option<string | undefined> {
  return single(described, (given) => given, described.default?.toString());
}

/** Any texts, as often as somebody gives the option. */
export function texts(described: Described): Option<readonly string[]> {
  return { ...described, isFlag: false, repeatable: true, read: (given) => given };
}

/** One of a few words, of which the first is the default. */
export function oneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  described: Described,
): Option<Word> {
  return single({ value: words.join('|'), default: words[0], ...described }, readWord, words[0]);

  function readWord(given: string, option: string): Word {
    const word = words.find((candidate) => candidate === given);
    if (word !== undefined) return word;
    throw new UserError('usage', t('{0} {1} is not known', option, given), {
      nextStep: t('use one of {0}', words.join(', ')),
    });
  }
}

/** A whole number from `least` on, by default from 1. */
export function count(
  described: Described & { readonly default: number; readonly least?: number },
): Option<number> {
  const { least = 1, ...others } = described;
  return single({ value: 'N', ...others }, readNumber, described.default);

  function readNumber(given: string, option: string): number {
    const number = Number(given);
    if (Number.isInteger(number) && number >= least) return number;
    throw new UserError('usage', t('{0} {1} is no whole number from {2} on', option, given, least), {
      nextStep: t('correct the option'),
    });
  }
}

/**
 * What a parser of ours reads; undefined where the option is not given.
 * @param parse gives undefined for what it cannot read
 */
export function parsed<Value>(
  parse: (given: string) => Value | undefined,
  {
    problem,
    nextStep,
    ...described
  }: Described & { readonly problem: Sentence; readonly nextStep: Sentence },
): Option<Value | undefined> {
  return single(described, readParsed, undefined);

  function readParsed(given: string, option: string): Value {
    const value = parse(given);
    if (value !== undefined) return value;
    throw new UserError('usage', t(problem, option, given), { nextStep: t(nextStep) });
  }
}

/** A number of bytes, as `split` and `dd` read it: `500M`, `4G`; the units count in 1,024s; undefined where it is not given. */
export function size(described: Described): Option<number | undefined> {
  return single({ value: 'N', ...described }, readSize, undefined);
}

function readSize(given: string, option: string): number {
  const found = /^(\d{1,12})([KMGT]?)$/.exec(given);
  const bytes = found === null ? 0 : Number(found[1]) * 1024 ** ' KMGT'.indexOf(found[2] || ' ');
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new UserError('usage', t('{0} {1} is no number of bytes', option, given), {
    nextStep: t('write it as {0} or {1}', '500M', '4G'),
  });
}

/** Registries, one each time that somebody gives the option. */
export function hosts(described: Described): Option<readonly string[]> {
  return { value: 'HOST', ...described, isFlag: false, repeatable: true, read: readHosts };
}

function readHosts(given: readonly string[], option: string): readonly string[] {
  for (const host of given) {
    const problem = isHost(host) ? hostProblem(host) : t('{0} is no HOST[:PORT]', host);
    if (problem === undefined) continue;
    throw new UserError('usage', `${option}: ${problem}`, {
      nextStep: t('name a registry, without a scheme or a path'),
    });
  }
  return given;
}

function single<Value, Otherwise>(
  described: Described,
  read: (given: string, option: string) => Value,
  otherwise: Otherwise,
): Option<Value | Otherwise> {
  return {
    ...described,
    isFlag: false,
    repeatable: false,
    read: ([given], option) => (given === undefined ? otherwise : read(given, option)),
  };
}
