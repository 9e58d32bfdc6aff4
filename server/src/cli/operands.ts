import { UserError } from '../base/errors.ts';
import { type Sentence, t } from '../base/sentences.ts';

/** What stands on a command line besides options. The functions below make it. */
export interface Operands<Given> {
  /** As the usage shows them, such as `PATH...`; empty where a command takes none. */
  readonly usage: string;
  /** @throws UserError `usage` */
  read(given: readonly string[]): Given;
}

/** Exactly one. */
export function one(name: string, nextStep: Sentence): Operands<string> {
  return {
    usage: name,
    read([first, ...more]) {
      if (first === undefined) throw missing(name, nextStep);
      if (more.length === 0) return first;
      throw new UserError('usage', t('there is more than one {0}', name), { nextStep: t(nextStep) });
    },
  };
}

/** One, or none. */
export function atMostOne(name: string, nextStep: Sentence): Operands<string | undefined> {
  return {
    usage: `[${name}]`,
    read([first, ...more]) {
      if (more.length === 0) return first;
      throw new UserError('usage', t('there is more than one {0}', name), { nextStep: t(nextStep) });
    },
  };
}

/** At least one, and as many as somebody wants. */
export function some(name: string, nextStep: Sentence): Operands<readonly [string, ...string[]]> {
  return { ...first(name, nextStep), usage: `${name}...` };
}

/** One, and what the command itself makes of the others. */
export function first(name: string, nextStep: Sentence): Operands<readonly [string, ...string[]]> {
  return {
    usage: name,
    read([one, ...others]) {
      if (one === undefined) throw missing(name, nextStep);
      return [one, ...others];
    },
  };
}

/** Not a single one. */
export function none(nextStep: Sentence): Operands<undefined> {
  return {
    usage: '',
    read([first]) {
      if (first === undefined) return undefined;
      throw new UserError('usage', t('{0} is one word too many', first), { nextStep: t(nextStep) });
    },
  };
}

/** Whatever there is, for a command that has its own words for what is wrong with it. */
export function any(usage: string): Operands<readonly string[]> {
  return { usage, read: (given) => given };
}

function missing(name: string, nextStep: Sentence): UserError {
  return new UserError('usage', t('no {0} is given', name), { nextStep: t(nextStep) });
}
