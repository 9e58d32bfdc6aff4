import { expect, it } from 'vitest';
import { openAskingProgress } from '../../../server/src/cli/askingProgress.ts';

function terminal(isTTY: boolean) {
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  return { stderr: { write, isTTY }, shown: () => text };
}

it('says nothing in the first second, then where it stands, and leaves nothing behind', () => {
  const { stderr, shown } = terminal(true);
  let now = 0;
  const progress = openAskingProgress(4, { progress: 'auto' }, { stderr }, () => now);
  now = 999;
  progress.answered();
  expect(shown()).toBe('');
  now = 1000;
  progress.answered();
  progress.answered();
  expect(shown()).toBe('\r\u001b[K2 of 4 images asked for');
  now = 1100;
  progress.answered();
  progress.end();
  expect(shown()).toBe('\r\u001b[K2 of 4 images asked for\r\u001b[K4 of 4 images asked for\r\u001b[K');
});

it.each([
  ['auto', false, ''],
  ['none', true, ''],
  ['jsonl', false, '{"event":"progress","done":1,"total":2}\n'],
] as const)('shows what --progress %s asks for', (progress, isTTY, expected) => {
  const { stderr, shown } = terminal(isTTY);
  let now = 0;
  const asking = openAskingProgress(2, { progress }, { stderr }, () => now);
  now = 2000;
  asking.answered();
  asking.end();
  expect(shown()).toBe(expected);
});
