import type { Sentence } from '../base/sentences.ts';
import { printable } from '../base/words.ts';
import type { EditorCredential } from '../protocol/logins.ts';
import type { Operands } from './operands.ts';
import { type OptionSet, readOptions, type Values } from './options.ts';

/** What a command has of the world, so that tests can give it another one. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Undefined where there is nobody to ask. */
  readonly stdin?: Keyboard;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** Logins that the editor hands over; no file holds them. */
  readonly credentials?: readonly EditorCredential[];
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Standard input; at a terminal it can be told to give keys, and not whole lines. */
export type Keyboard = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
};

/** Exit codes, the same for all commands. */
export const exitCodes = {
  done: 0,
  /** Images are missing, or for `check` errors or warnings are left. */
  incomplete: 1,
  /** The command line or its input could not be used. */
  unusable: 2,
} as const;

/** One word after `operator-mirror`, as its file declares it: everything else of the command line follows from this. */
interface Declaration<Options extends OptionSet, Given> {
  readonly name: string;
  readonly summary: string;
  /** What else its own help says, in a sentence. */
  readonly details?: Sentence;
  readonly operands: Operands<Given>;
  readonly options: Options;
  /** The options that its usage shows, in this order; a list of some stands for one of them. */
  readonly usage: readonly (OptionName<Options> | readonly OptionName<Options>[])[];
  /**
   * Results go to stdout, everything else to stderr.
   * @param words as they were given, for a command that keeps what it was asked for
   * @returns one of `exitCodes`
   * @throws UserError for what a person can do something about
   */
  run(given: Given, options: Values<Options>, terminal: Terminal, words: readonly string[]): Promise<number>;
}

type OptionName<Options> = keyof NoInfer<Options> & string;

/** A command as the command line runs it. */
export interface Command
  extends Pick<Declaration<OptionSet, unknown>, 'name' | 'summary' | 'details' | 'options'> {
  readonly operands: Operands<unknown>;
  readonly usage: readonly (string | readonly string[])[];
  /** @throws UserError `usage` for arguments that are none, and whatever the command throws */
  run(given: GivenArguments, terminal: Terminal): Promise<number>;
}

/** The words after the name of a command, each known to be one of its options or none. */
export interface GivenArguments {
  /** The values by the names of options on the command line; of an option without a value, one empty text each time. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  /** All of them as they were given. */
  readonly words: readonly string[];
}

/** Declares a command. Its `run` gets its options under the names and with the types that it declares. */
export function command<const Options extends OptionSet, Given>(
  declaration: Declaration<Options, Given>,
): Command {
  const { operands, options, run } = declaration;
  return {
    ...declaration,
    run: async (given, terminal) => {
      const values = readOptions(options, given.options);
      return run(operands.read(given.operands), values, terminal, given.words);
    },
  };
}

/** Says a line on stderr, as a command does. Nothing in it steers the terminal. */
export function tell({ stderr }: Pick<Terminal, 'stderr'>, command: string, line: string): void {
  stderr.write(`operator-mirror ${command}: ${printable(line)}\n`);
}
