import { UserError } from '../base/errors.ts';
import { usualRetries } from '../registry/options.ts';
import type { OptionDescriptions, OptionValues } from './command.ts';

/** Options that several commands share, described once. */
export const registryOptions = {
  offline: { type: 'boolean', help: 'contact nothing' },
  authfile: { type: 'string', value: 'FILE', help: 'credentials, in the format of docker and podman' },
  'registries-conf': { type: 'string', value: 'FILE', help: 'registries.conf to use' },
  'ca-file': { type: 'string', value: 'FILE', help: 'PEM file with certificate authorities to trust' },
  insecure: {
    type: 'string',
    multiple: true,
    value: 'HOST',
    help: 'allow plain HTTP, and certificates that cannot be verified, for this registry (repeatable)',
  },
} as const satisfies OptionDescriptions;

export const retryOption = {
  'retry-times': {
    type: 'string',
    value: 'N',
    help: `how often a request that fails for the moment is repeated (${usualRetries})`,
  },
} as const satisfies OptionDescriptions;

export const formatOption = {
  format: { type: 'string', value: 'text|json', help: 'how the result is printed (text)' },
} as const satisfies OptionDescriptions;

export function stringOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function stringsOption(options: OptionValues, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value : [];
}

export function flag(options: OptionValues, name: string): boolean {
  return options[name] === true;
}

/** The value of an option that has a few words to choose from. */
export function choice<Word extends string>(
  options: OptionValues,
  name: string,
  words: readonly Word[],
  otherwise: Word,
): Word {
  const value = stringOption(options, name) ?? otherwise;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined)
    throw new UserError('usage', `--${name} ${value} is not known`, {
      nextStep: `use one of ${words.join(', ')}`,
    });
  return word;
}

/** A whole number from `least` on. */
export function numberOption(options: OptionValues, name: string, otherwise: number, least: number): number {
  const value = stringOption(options, name);
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) {
    throw new UserError('usage', `--${name} ${value} is no whole number from ${least} on`, {
      nextStep: 'correct the option',
    });
  }
  return number;
}
