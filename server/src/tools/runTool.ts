import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { toolLocale } from '../base/toolLocale.ts';
import { type ToolCommand, withoutTool } from './toolCommand.ts';

/** What a tool has of the world. */
export interface ToolSurroundings {
  /** The folder in which it is started. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True where it may ask whoever sits at the terminal. */
  readonly asks: boolean;
  readonly signal: AbortSignal;
  /** Told of what it prints, as it is. */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  /** Told of each line of both streams, without its end, in the order in which they came. */
  readonly onLine: (line: string) => void;
}

/** How a tool ended. */
export interface ToolEnd {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

/** Characters of the longest line; what is longer goes on in the next. */
const longestLine = 1024 * 1024;
/** Milliseconds in which a tool that was told to stop may end by itself. */
const patience = 10_000;

/**
 * Runs a tool to its end. The words go to the program as they are, through no shell.
 * @throws UserError `noTool` where it is not there or may not be run
 */
export function runTool(command: ToolCommand, surroundings: ToolSurroundings): Promise<ToolEnd> {
  const { folder, environment, asks, signal, onOutput, onLine } = surroundings;
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, command.words, {
      cwd: folder,
      env: { ...environment, ...toolLocale, ...command.environment } as NodeJS.ProcessEnv,
      stdio: [asks ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      shell: false,
    });
    const stop = stopOn(signal, child);
    const streams = (['stdout', 'stderr'] as const).map((name) => {
      const lines = new LineReader(onLine);
      child[name]?.on('data', (bytes: Buffer) => {
        onOutput(name, bytes);
        lines.take(bytes);
      });
      return lines;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      stop();
      reject(startProblem(error, command, folder));
    });
    child.on('close', (exitCode, killedBy) => {
      stop();
      for (const lines of streams) lines.end();
      resolve({ exitCode: exitCode ?? undefined, signal: killedBy ?? undefined });
    });
  });
}

/** Ends the tool as soon as the signal fires: first as somebody who asks, then for good. */
function stopOn(signal: AbortSignal, child: ChildProcess): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), patience);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  };
}

function startProblem(
  error: NodeJS.ErrnoException,
  { program, tool }: ToolCommand,
  folder: string,
): UserError {
  const nextStep = withoutTool(tool);
  if (error.code === 'EACCES')
    return new UserError('noTool', t('{0} may not be run', program), { nextStep, cause: error });
  if (error.code !== 'ENOENT')
    return new UserError('noTool', t('{0} cannot be started: {1}', program, error.message), {
      nextStep,
      cause: error,
    });
  // The system has one error for both.
  const message = t('{0} is not there, or the folder {1} is not', program, folder);
  return new UserError('noTool', message, { nextStep, cause: error });
}

/** Takes a stream apart into lines. */
class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  take(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (this.#rest.length > longestLine) {
      this.#onLine(this.#rest.slice(0, longestLine));
      this.#rest = this.#rest.slice(longestLine);
    }
  }

  end(): void {
    const rest = this.#rest + this.#decoder.end();
    if (rest !== '') this.#onLine(rest);
  }
}
