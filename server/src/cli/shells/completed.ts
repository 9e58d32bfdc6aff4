import type { Command } from '../command.ts';
import { type Option, spelled } from '../options.ts';

/** What a shell offers at a place of a command line. */
export type Completed = 'files' | 'folders' | 'nothing' | readonly string[];

/** By what the help calls a value or an operand: what kind of thing it is. A test knows all that are declared. */
const kinds: Readonly<Record<string, Completed>> = {
  ...{ CATALOG: 'files', FILE: 'files', IMAGESET: 'files', LAST: 'files', LOG: 'files', PATH: 'files' },
  ...{ PLAN: 'files', DEST: 'folders', DIR: 'folders', FOLDER: 'folders', PLACE: 'folders' },
  ...{ 'A,B': 'nothing', COMMAND: 'nothing', HOST: 'nothing', IMAGE: 'nothing', 'I/N': 'nothing' },
  ...{ 'HOST:PORT': 'nothing', 'OS/ARCH': 'nothing', 'N,N-N': 'nothing' },
  ...{ 'MAJOR.MINOR': 'nothing', N: 'nothing', NAME: 'nothing', PACKAGE: 'nothing', USER: 'nothing' },
};

/** An option as it is completed. */
export interface CompletedOption {
  /** As on the command line, the short form last: `--filename`, `-f`. */
  readonly spellings: readonly string[];
  readonly option: Option<unknown>;
  /** What completes its value; undefined where it takes none. */
  readonly value: Completed | undefined;
}

/** The options of a command, in the order of its help. */
export function completedOptions({ options }: Command): readonly CompletedOption[] {
  return Object.entries(options).map(([name, option]) => ({
    spellings: [`--${spelled(name)}`, ...(option.short === undefined ? [] : [`-${option.short}`])],
    option,
    value: option.isFlag || option.value === undefined ? undefined : completedValue(option.value),
  }));
}

/** @throws Error for a name that `kinds` does not know, which a test finds before anybody sees it */
function completedValue(value: string): Completed {
  if (/^[a-z]/.test(value)) return value.split('|');
  const kind = kinds[value];
  if (kind === undefined) throw new Error(`It is not known what ${value} is, for shells that complete it.`);
  return kind;
}

/** What completes the operands of a command, which its usage tells. */
export function completedOperands({ operands }: Command): {
  /** Words that the first one is among, such as `list` and `show`. */
  readonly words: readonly string[];
  readonly others: Completed;
} {
  // Behind `-c` in a usage stands the value of an option.
  const alternatives = operands.usage.replaceAll(/[()[\]]|\.\.\./g, '').split('|');
  const named = alternatives.map((usage) =>
    usage
      .replaceAll(/(?:^|\s)--?[\w-]+ \S+/g, '')
      .trim()
      .split(/\s+/),
  );
  const words = named.flatMap(([first = '']) => (/^[a-z]/.test(first) ? [first] : []));
  const found = named
    .flat()
    .filter((name) => /^[A-Z]/.test(name))
    .map(completedValue);
  const others = (['files', 'folders'] as const).find((kind) => found.includes(kind)) ?? 'nothing';
  return { words, others };
}
