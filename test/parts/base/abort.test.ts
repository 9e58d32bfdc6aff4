import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { orAborted } from '../../../server/src/base/abort.ts';

it('leaves no failure unheard of work that was given up before it began', async () => {
  const unheard: unknown[] = [];
  const listener = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', listener);
  onTestFinished(() => void process.off('unhandledRejection', listener));
  const work = turn().then(() => Promise.reject(new Error('the name is not known')));
  await expect(orAborted(work, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  await turn();
  await turn();
  expect(unheard).toEqual([]);
});
