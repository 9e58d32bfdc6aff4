import type { ParseArgsConfig } from 'node:util';
import type { EditorCredential } from '../protocol.ts';

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

export type OptionDescriptions = Readonly<Record<string, OptionDescription>>;

export interface OptionDescription {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in the help, such as `FILE`. */
  readonly value?: string;
  readonly help: string;
}

/** The values that `parseArgs` gives for described options. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One word after `operator-mirror`. */
export interface Command {
  readonly name: string;
  /** What stands after the name in the help. */
  readonly usage: string;
  readonly summary: string;
  /** What else its own help says, in a sentence. */
  readonly details?: string;
  readonly options: OptionDescriptions;
  run(positionals: readonly string[], options: OptionValues, terminal: Terminal): Promise<number>;
}

export function parseArgsOptions(descriptions: OptionDescriptions): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(descriptions).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
}
