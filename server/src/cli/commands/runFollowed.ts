import { messageOf, UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { oneLine } from '../../base/words.ts';
import { type LineFile, openLineFile } from '../../disk/lineFile.ts';
import { noBlobs } from '../../mirror/copy/events.ts';
import { LiveLog, type LiveProblem } from '../../tools/liveLog.ts';
import { runTool, type ToolEnd } from '../../tools/runTool.ts';
import type { ToolCommand } from '../../tools/toolCommand.ts';
import { ToolLog } from '../../tools/toolLog.ts';
import { type Terminal, tell } from '../command.ts';
import { oneOf, type Values } from '../options.ts';
import { openProgress, type Progress, progressOptions } from '../progress.ts';

export const toolProgressOptions = {
  // The tool has the terminal to itself: a bar would write over what it asks.
  progress: oneOf(['none', 'jsonl'], {
    help: sentence('how progress is shown on stderr, beside what the tool prints ({default})'),
  }),
  progressFile: progressOptions.progressFile,
};

interface FollowValues extends Values<typeof toolProgressOptions> {
  readonly format: 'text' | 'json';
  readonly log: string | undefined;
}

/** A tool that has ended. */
interface Followed {
  readonly end: ToolEnd;
  readonly log: ToolLog;
  /** The images that it said it was through with. */
  readonly copied: number;
  /** What is still open; whoever has the result ends it. */
  readonly progress: Progress;
}

/**
 * Runs a tool to its end. What it prints goes where it would go without us, with JSON to stderr, and is read meanwhile: how far it
 * is, and the first problem of each cause as soon as there is one.
 * @throws UserError `noTool`, and `unwritable` for a file that cannot be written
 */
export async function ranTool(
  command: ToolCommand,
  folder: string,
  values: FollowValues,
  terminal: Terminal,
): Promise<Followed> {
  const { stdout, stderr, stdin, environment, signal } = terminal;
  const log = new ToolLog(command);
  const kept = values.log === undefined ? undefined : openLog(values.log);
  const live = new LiveLog(command.tool);
  const progress = openProgress(values, terminal);
  const notes = new Notes((note) => tell(terminal, 'run', note));
  let planned = 0;
  let copied = 0;
  const out = values.format === 'json' ? stderr : stdout;
  const take = (line: string) => {
    log.add(line);
    kept?.append(`${line}\n`);
    const { progress: step, problem } = live.take(line);
    if (step.total !== undefined || step.planned !== undefined) {
      planned = step.total ?? planned + (step.planned ?? 0);
      progress.follow({ type: 'planned', images: planned });
    }
    if (step.done !== undefined) {
      const image = { source: step.done, destination: step.done };
      copied++;
      progress.follow({ type: 'imageCopied', image, digest: '', blobs: noBlobs });
    }
    if (problem !== undefined) notes.add(problem);
  };
  try {
    for (const line of log.lines) kept?.append(`${line}\n`);
    const end = await runTool(command, {
      folder,
      environment,
      asks: stdin !== undefined,
      signal,
      onOutput: (stream, bytes) => {
        (stream === 'stdout' ? out : stderr).write(bytes);
        notes.wrote(bytes);
      },
      onLine: take,
    });
    // What the tool left of a line is ended for it, should there be something to say.
    if (!notes.isLineWhole && notes.isAnyLeft) stderr.write('\n');
    notes.end();
    return { end, log, copied, progress };
  } catch (error) {
    progress.end(undefined);
    throw error;
  } finally {
    kept?.close();
  }
}

/** What errors mean, below them and once for each cause; never in the middle of a line that the tool has only begun. */
class Notes {
  readonly #tell: (note: string) => void;
  readonly #said = new Set<string>();
  #waiting: string[] = [];
  /** True where what is printed next begins a line. */
  isLineWhole = true;

  constructor(tell: (note: string) => void) {
    this.#tell = tell;
  }

  get isAnyLeft(): boolean {
    return this.#waiting.length > 0;
  }

  add({ cause, code }: LiveProblem): void {
    const note = oneLine(`${cause} (${code})`);
    if (this.#said.has(note)) return;
    this.#said.add(note);
    this.#waiting.push(note);
    if (this.isLineWhole) this.end();
  }

  /** The tool has printed so much more. */
  wrote(bytes: Buffer): void {
    this.isLineWhole = bytes.at(-1) === lineEnd;
    if (this.isLineWhole) this.end();
  }

  /** Nothing more is printed: says what waits. */
  end(): void {
    for (const note of this.#waiting) this.#tell(note);
    this.#waiting = [];
  }
}

const lineEnd = 0x0a;

function openLog(path: string): LineFile {
  try {
    return openLineFile(path);
  } catch (error) {
    throw new UserError('unwritable', t('{0}: the log cannot be kept there: {1}', path, messageOf(error)), {
      nextStep: t('name another file with --log'),
    });
  }
}
