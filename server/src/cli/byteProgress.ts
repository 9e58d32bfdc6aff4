import { sentence, t } from '../base/sentences.ts';
import { printableJson } from '../base/words.ts';
import type { Progress } from '../indexImages/catalogFolder.ts';
import type { Terminal } from './command.ts';
import { oneOf, type Values } from './options.ts';
import { readableBytes } from './words.ts';

/** `--progress` of commands that read or write long enough for somebody to wait. */
export const byteProgressOption = {
  progress: oneOf(['auto', 'bar', 'jsonl', 'none'], {
    help: sentence('how progress is shown on stderr (auto: a bar on a terminal)'),
  }),
};

/** Milliseconds between two lines. */
const interval = 100;
const eraseLine = '\r\u001b[K';

/** What shows how many bytes of something are done with. */
interface ByteProgress {
  readonly follow: Progress;
  end(): void;
}

/** Shows how much of an image was read, as the options ask for. */
export function openCatalogProgress(
  options: Values<typeof byteProgressOption>,
  terminal: Terminal,
  now?: () => number,
): ByteProgress {
  return openByteProgress(options, terminal, (read, of) => t('{0} of at most {1} read', read, of), now);
}

/**
 * Shows how many bytes are done with, as the options ask for.
 * @param words what is shown for two numbers of bytes in readable form: those done with, and all
 */
export function openByteProgress(
  { progress: mode }: Values<typeof byteProgressOption>,
  { stderr }: Terminal,
  words: (done: string, of: string) => string,
  now: () => number = () => performance.now(),
): ByteProgress {
  const isBar = mode === 'bar' || (mode === 'auto' && stderr.isTTY === true);
  let shown = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    follow(read, of) {
      if ((!isBar && mode !== 'jsonl') || (now() - shown < interval && read < of)) return;
      shown = now();
      if (mode === 'jsonl') stderr.write(`${printableJson({ event: 'progress', bytes: read, of })}\n`);
      else {
        stderr.write(`${eraseLine}${words(readableBytes(read), readableBytes(of))}`);
        drawn = true;
      }
    },
    end() {
      if (drawn) stderr.write(eraseLine);
      drawn = false;
    },
  };
}
