import { parseArgs } from 'node:util';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { nearestOf } from '../base/words.ts';
import type { Command, GivenArguments } from './command.ts';
import { type Option, spelled } from './options.ts';

/**
 * The options and operands of a command line after the command's name. An option that holds one value and is
 * given twice is refused: whoever wrote both would be told of one of them only.
 *
 * @returns `help` where somebody asks for the help of the command
 * @throws UserError `usage`, and the errors of `parseArgs`, whose codes start with `ERR_PARSE_ARGS`
 */
export function parseArguments(command: Command, args: readonly string[]): GivenArguments | 'help' {
  const declared = new Map(Object.entries(command.options).map(([name, option]) => [spelled(name), option]));
  const options = {
    ...Object.fromEntries(
      [...declared].map(([name, { isFlag, repeatable, short }]) => [
        name,
        {
          type: isFlag ? ('boolean' as const) : ('string' as const),
          multiple: repeatable,
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
    help: { type: 'boolean', short: 'h' },
  } as const;
  const spelledOut = withValues(args, declared);
  const config = { args: spelledOut, options, allowPositionals: true, tokens: true } as const;
  // Node's own words for an option that it does not know speak of positionals, which nobody meant.
  for (const token of parseArgs({ ...config, strict: false }).tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      throw unknownOption(command, token.rawName, Object.keys(options));
    }
  }
  const { tokens, positionals } = parseArgs({ ...config, strict: true });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value = '' } = token;
    const before = given.get(name);
    if (before === undefined) given.set(name, [value]);
    else if (declared.get(name)?.repeatable === true) before.push(value);
    else throw new UserError('usage', t('{0} is given twice', rawName), { nextStep: t('give it once') });
  }
  return given.has('help') ? 'help' : { options: given, operands: positionals, words: args };
}

/** The arguments in which each option that may stand alone has the value that it stands for. */
function withValues(args: readonly string[], declared: ReadonlyMap<string, Option<unknown>>): string[] {
  const end = args.indexOf('--');
  return args.map((argument, index) => {
    if (!argument.startsWith('--') || (end !== -1 && index >= end)) return argument;
    const bare = declared.get(argument.slice(2))?.bare;
    return bare === undefined ? argument : `${argument}=${bare}`;
  });
}

function unknownOption({ name }: Command, rawName: string, known: readonly string[]): UserError {
  const meant = rawName.startsWith('--') ? nearestOf(rawName.slice(2), known) : undefined;
  return new UserError('usage', t('there is no option {0}', rawName), {
    nextStep:
      meant === undefined
        ? t('see operator-mirror {0} --help', name)
        : t('did you mean --{0}? See operator-mirror {1} --help', meant, name),
  });
}
