import { t } from '../base/sentences.ts';
import { printableJson } from '../base/words.ts';
import type { byteProgressOption } from './byteProgress.ts';
import type { Terminal } from './command.ts';
import type { Values } from './options.ts';

/** Milliseconds of asking before anything is said of it. */
const patience = 1000;
/** Milliseconds between two lines. */
const interval = 100;
const eraseLine = '\r\u001b[K';

/** Shows how many images were asked for, as the options ask for, where that takes more than a second. */
export function openAskingProgress(
  total: number,
  { progress: mode }: Values<typeof byteProgressOption>,
  { stderr }: { readonly stderr: Pick<Terminal['stderr'], 'write' | 'isTTY'> },
  now: () => number = () => performance.now(),
): { answered(): void; end(): void } {
  const isBar = mode === 'bar' || (mode === 'auto' && stderr.isTTY === true);
  let next = now() + patience;
  let done = 0;
  let drawn = false;
  return {
    answered() {
      done++;
      if ((!isBar && mode !== 'jsonl') || now() < next) return;
      next = now() + interval;
      if (isBar) stderr.write(`${eraseLine}${t('{0} of {1} images asked for', done, total)}`);
      else stderr.write(`${printableJson({ event: 'progress', done, total })}\n`);
      drawn ||= isBar;
    },
    end() {
      if (drawn) stderr.write(eraseLine);
      drawn = false;
    },
  };
}
