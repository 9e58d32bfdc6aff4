import { parseArgs } from 'node:util';
import { UserError } from '../base/errors.ts';
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
  const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });
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
