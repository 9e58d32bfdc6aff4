import { closeSync, writeSync } from 'node:fs';
import { messageOf, UserError } from '../base/errors.ts';
import { sentence, t } from '../base/sentences.ts';
import { printableJson } from '../base/words.ts';
import { openOutputFile } from '../disk/outputFile.ts';
import type { RunEvent } from '../mirror/copy/events.ts';
import type { Terminal } from './command.ts';
import { oneOf, text, type Values } from './options.ts';
import { ProgressBar } from './progressBar.ts';
import type { ProgressDisplay, ProgressState } from './progressDisplay.ts';

export const progressOptions = {
  progress: oneOf(['auto', 'bar', 'jsonl', 'none'], {
    help: sentence('how progress is shown on stderr (auto: a bar on a terminal)'),
  }),
  progressFile: text({ value: 'FILE', help: sentence('write progress there too, as lines of JSON') }),
};

const interval = 100;

/** Follows a run and shows where it stands, on as many displays as were asked for. */
export class Progress {
  readonly #displays: readonly ProgressDisplay[];
  readonly #timer: NodeJS.Timeout;
  #state: ProgressState = { done: 0, total: undefined, bytes: 0, last: undefined };
  #shown: ProgressState | undefined;

  constructor(displays: readonly ProgressDisplay[]) {
    this.#displays = displays;
    this.#timer = setInterval(() => this.#show(), interval);
  }

  /** Takes notice of what happens in the run. */
  follow(event: RunEvent): void {
    const state = this.#state;
    if (event.type === 'planned') this.#state = { ...state, total: event.images };
    else if (event.type === 'bytes') this.#state = { ...state, bytes: state.bytes + event.bytes };
    else if ('image' in event) this.#state = { ...state, done: state.done + 1, last: event.image };
  }

  /** Runs `print`, which writes lines to the terminal, out of the way of the displays. */
  aside(print: () => void): void {
    for (const display of this.#displays) display.clear();
    print();
  }

  end(end: Readonly<Record<string, unknown>> | undefined): void {
    clearInterval(this.#timer);
    this.#show();
    for (const display of this.#displays) display.end(end);
  }

  #show(): void {
    const news = this.#state !== this.#shown;
    this.#shown = this.#state;
    for (const display of this.#displays) if (news || display.live) display.show(this.#state);
  }
}

/** The displays that the options ask for, and those that a command has besides. @throws UserError `usage`, `unwritable` */
export function openProgress(
  { progress: mode, progressFile: file }: Values<typeof progressOptions>,
  { stderr }: Terminal,
  others: readonly ProgressDisplay[] = [],
): Progress {
  const displays = [...others];
  if (mode === 'bar' || (mode === 'auto' && stderr.isTTY === true)) displays.push(new ProgressBar(stderr));
  if (mode === 'jsonl') displays.push(new ProgressLines((line) => void stderr.write(line)));
  if (file !== undefined) displays.push(toFile(file));
  return new Progress(displays);
}

/** Lines of JSON, for programs. */
class ProgressLines implements ProgressDisplay {
  readonly live = false;
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  show({ done, total = 0, bytes, last }: ProgressState): void {
    const about =
      last === undefined ? {} : { ...(last.place && { line: last.place.line }), image: last.source };
    this.#line({ event: 'progress', done, total, bytes, ...about });
  }

  clear(): void {}

  end(end: Readonly<Record<string, unknown>> | undefined): void {
    if (end !== undefined) this.#line({ event: 'end', ...end });
  }

  #line(value: object): void {
    this.#write(`${printableJson(value)}\n`);
  }
}

/** A file that another program reads while it grows: each line is there whole as soon as it is written. */
function toFile(path: string): ProgressDisplay {
  let file: number;
  try {
    file = openOutputFile(path);
  } catch (error) {
    throw new UserError(
      'unwritable',
      t('{0}: no progress can be written there: {1}', path, messageOf(error)),
      {
        nextStep: t('name another file with --progress-file'),
      },
    );
  }
  let broken = false;
  const lines = new ProgressLines((line) => {
    if (broken) return;
    try {
      writeSync(file, line);
    } catch {
      // A full disk must not end a run that only wanted to say how far it is.
      broken = true;
    }
  });
  return {
    live: false,
    show: (state) => lines.show(state),
    clear: () => {},
    end: (end) => {
      lines.end(end);
      closeSync(file);
    },
  };
}
