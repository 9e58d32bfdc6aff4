import { languages } from '../base/languages.ts';
import { t } from '../base/sentences.ts';
import { paragraph } from '../base/words.ts';
import type { Command } from './command.ts';
import { languageOption } from './language.ts';
import { type Option, spelled } from './options.ts';

/** What all commands are for, in the order in which they are given. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${t(summary)}\n`).join('');
  const usage = t('Usage: {0}', 'operator-mirror COMMAND');
  const more = t('{0} tells more.', 'operator-mirror COMMAND --help');
  return `${purpose()}\n\n${usage}\n\n${list}\n${paragraph([more, exitCodesHelp()])}\n${languageHelp()}\n`;
}

/** What all of it is for, in a sentence. */
export function purpose(): string {
  return t('OperatorHub without internet access: checks, explains and mirrors.');
}

/** What the exit codes mean, in a sentence. */
export function exitCodesHelp(): string {
  return t('Exit codes: 0 done; 1 something is missing or wrong; 2 bad usage or input.');
}

/** How the language is chosen, in a sentence. */
export function languageHelp(): string {
  return t(
    'The language is that of the environment (LC_ALL, LC_MESSAGES, LANG), or what {0} says: {1}.',
    languageOption,
    languages.join(', '),
  );
}

/** The help of one command, which follows from what it declares. */
export function helpOf(command: Command): string {
  const rows = optionRows(command).map(({ short, long, help }) => ({
    left: short === undefined ? `    ${long}` : `${short}, ${long}`,
    help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length), 0) + 2;
  const list = rows.map(({ left, help }) => `  ${left.padEnd(width)}${help}\n`).join('');
  const usage = t('Usage: {0}', usageOf(command));
  return [`${aboutCommand(command)}\n`, `${usage}\n`, list].filter((part) => part !== '').join('\n');
}

/** What a command is for, in a few sentences. */
export function aboutCommand({ summary, details }: Command): string {
  const first = t('{0}.', t(summary));
  return details === undefined ? first : paragraph([first, t(details)]);
}

/** The options of a command, with what stands for their values, and what they are for. */
export function optionRows(
  command: Command,
): readonly { readonly short?: string; readonly long: string; readonly help: string }[] {
  return Object.entries(command.options).map(([name, option]) => ({
    ...(option.short !== undefined && { short: `-${option.short}` }),
    long: valued(`--${spelled(name)}`, option.value, option.bare),
    help: t(option.help, { default: option.default }),
  }));
}

/** The command line of a command: operands, and the options that it is mostly used with. */
export function usageOf({ name, operands, options, usage }: Command): string {
  const parts = usage.map((entry) => {
    const names = typeof entry === 'string' ? [entry] : entry;
    const shown = names.map((one) => usedOption(one, options[one])).join(' | ');
    return names.some((one) => options[one]?.needed === true) ? shown : `[${shown}]`;
  });
  return ['operator-mirror', name, operands.usage, ...parts].filter((part) => part !== '').join(' ');
}

function usedOption(name: string, option: Option<unknown> | undefined): string {
  const { needed = false, short, value, example = value, repeatable = false, bare } = option ?? {};
  const start = needed && short !== undefined ? `-${short}` : `--${spelled(name)}`;
  return `${valued(start, example, bare)}${repeatable ? '...' : ''}`;
}

function valued(start: string, value: string | undefined, bare: string | undefined): string {
  if (value === undefined) return start;
  return bare === undefined ? `${start} ${value}` : `${start}[=${value}]`;
}
