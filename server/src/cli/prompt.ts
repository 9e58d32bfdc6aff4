import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { Keyboard } from './command.ts';

/** What terminals send for keys that do not write: arrows and the like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what such keys send.
const keySequence = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])/g;

/**
 * Lets somebody ask a person at a terminal for lines of text. The terminal is in raw mode from before the first
 * question until after the last answer, so that nothing that is typed early shows where it must not.
 */
export async function withPrompt<Result>(
  terminal: {
    readonly keyboard: Keyboard;
    readonly output: NodeJS.WritableStream;
    readonly signal: AbortSignal;
  },
  use: (prompt: Prompt) => Promise<Result>,
): Promise<Result> {
  const { keyboard, output, signal } = terminal;
  keyboard.setEncoding('utf8');
  keyboard.setRawMode?.(true);
  try {
    return await use(new Prompt(keyboard, output, signal));
  } finally {
    keyboard.setRawMode?.(false);
    keyboard.pause();
  }
}

/** Questions to a person; `withPrompt` makes it. */
class Prompt {
  readonly #keyboard: Keyboard;
  readonly #output: NodeJS.WritableStream;
  readonly #signal: AbortSignal;
  #typed = '';

  constructor(keyboard: Keyboard, output: NodeJS.WritableStream, signal: AbortSignal) {
    this.#keyboard = keyboard;
    this.#output = output;
    this.#signal = signal;
  }

  /**
   * One line. With `hidden`, nothing of it is shown.
   * @throws UserError `cancelled` on Ctrl-C, Ctrl-D and the end of input; the signal's reason once that fires
   */
  async line(label: string, hidden: boolean): Promise<string> {
    this.#output.write(label);
    try {
      return await this.#read(hidden);
    } finally {
      this.#output.write('\r\n');
    }
  }

  #read(hidden: boolean): Promise<string> {
    const keyboard = this.#keyboard;
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      let line = '';
      const finish = (end: () => void) => {
        keyboard.off('data', onData);
        keyboard.off('end', onEnd);
        signal.removeEventListener('abort', onAbort);
        end();
      };
      const cancel = () => finish(() => reject(new UserError('cancelled', t('nothing was entered'))));
      const onEnd = cancel;
      const onAbort = () => finish(() => reject(signal.reason));
      const onData = (chunk: string) => {
        this.#typed += chunk;
        const text = this.#typed.replace(keySequence, '');
        this.#typed = '';
        for (const [index, character] of [...text].entries()) {
          if (character === '\r' || character === '\n') {
            // Somebody types ahead, or pastes all answers at once.
            this.#typed = [...text].slice(index + 1).join('');
            return finish(() => resolve(line));
          }
          if (character === '\u0003' || (character === '\u0004' && line === '')) return cancel();
          if (character === '\u007f' || character === '\b') {
            if (line !== '' && !hidden) this.#output.write('\b \b');
            line = [...line].slice(0, -1).join('');
          } else if (character >= ' ') {
            if (!hidden) this.#output.write(character);
            line += character;
          }
        }
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      keyboard.on('end', onEnd);
      keyboard.on('data', onData);
      if (this.#typed !== '') onData('');
      keyboard.resume();
    });
  }
}
