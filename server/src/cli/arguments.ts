import { parseArgs } from 'node:util';
import { UserError } from '../base/errors.ts';
import { nearestOf } from '../base/words.ts';
import { type Command, type OptionValues, parseArgsOptions } from './command.ts';

/**
 * The options and positionals of a command line after the command's name. An option that holds one value and is
 * given twice is refused: whoever wrote both would be told of one of them only.
 *
 * @throws UserError `usage`, and the errors of `parseArgs`, whose codes start with `ERR_PARSE_ARGS`
 */
export function parseArguments(
  command: Command,
  args: readonly string[],
): { readonly values: OptionValues; readonly positionals: readonly string[] } {
  const options = { ...parseArgsOptions(command.options), help: { type: 'boolean', short: 'h' } } as const;
  const config = { args: [...args], options, allowPositionals: true, tokens: true } as const;
  // Node's own words for an option that it does not know speak of positionals, which nobody meant.
  for (const token of parseArgs({ ...config, strict: false }).tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      throw unknownOption(command, token.rawName, Object.keys(options));
    }
  }
  const parsed = parseArgs({ ...config, strict: true });
  const seen = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind !== 'option' || command.options[token.name]?.multiple === true) continue;
    if (seen.has(token.name)) {
      throw new UserError('usage', `${token.rawName} is given twice`, { nextStep: 'give it once' });
    }
    seen.add(token.name);
  }
  return { values: parsed.values as OptionValues, positionals: parsed.positionals };
}

function unknownOption(command: Command, rawName: string, known: readonly string[]): UserError {
  const meant = rawName.startsWith('--') ? nearestOf(rawName.slice(2), known) : undefined;
  return new UserError('usage', `there is no option ${rawName}`, {
    nextStep: `${meant === undefined ? 'see' : `did you mean --${meant}? See`} operator-mirror ${command.name} --help`,
  });
}
