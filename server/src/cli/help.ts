import { t } from '../base/sentences.ts';
import type { Command } from './command.ts';
import { type Option, spelled } from './options.ts';

/** What all commands are for, in the order in which they are given. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${t(summary)}\n`).join('');
  const parts = [
    `${t('OperatorHub without internet access: checks, explains and mirrors.')}\n`,
    `${t('Usage: {0}', 'operator-mirror COMMAND')}\n`,
    list,
    `${t('{0} tells more. Exit codes: 0 done; 1 something is missing or wrong; 2 bad usage or input.', 'operator-mirror COMMAND --help')}\n`,
  ];
  return parts.join('\n');
}

/** The help of one command, which follows from what it declares. */
export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const { short, help, default: otherwise } = option;
    const long = valued(`--${spelled(name)}`, option.value, option.bare);
    return {
      left: short === undefined ? `    ${long}` : `-${short}, ${long}`,
      help: t(help, { default: otherwise }),
    };
  });
  const width = Math.max(...rows.map(({ left }) => left.length), 0) + 2;
  const list = rows.map(({ left, help }) => `  ${left.padEnd(width)}${help}\n`).join('');
  const summary = t('{0}.', t(command.summary));
  const about = command.details === undefined ? summary : `${summary} ${t(command.details)}`;
  return `${about}\n\n${t('Usage: {0}', usageOf(command))}\n\n${list}`;
}

function usageOf({ name, operands, options, usage }: Command): string {
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
