import { expect, it } from 'vitest';
import { Desk } from '../../../server/src/lookup/desk.ts';
import { imageQuestion } from '../../../server/src/lookup/question.ts';
import { byHost } from '../../../server/src/registry/byHost.ts';
import { referenceTo } from './harness.ts';

it('keeps no queue for each host that somebody typed, and all in which anything waits', async () => {
  const desk = new Desk({ offline: () => undefined, now: Date.now, patience: 1_000 });
  const questionTo = (host: string) => {
    const question = imageQuestion(referenceTo(`${host}/a/b:v1`));
    if ('reason' in question) throw new Error(question.reason);
    return question;
  };
  let end = () => {};
  const busy = desk.queue(questionTo('busy.example.com'));
  busy.add(
    'one',
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  for (let typed = 0; typed < 5_000; typed++) desk.queue(questionTo(`r${typed}.example.com`));
  expect(desk.places).toBeLessThanOrEqual(200);
  expect(desk.queue(questionTo('busy.example.com'))).toBe(busy);
  end();
});

it('remembers of hosts those that were asked lately', () => {
  const known = byHost<number>();
  for (let typed = 0; typed < 5_000; typed++) known.set(`r${typed}.example.com`, typed);
  expect(known.size).toBe(1_000);
  expect(known.get('r4999.example.com')).toBe(4_999);
});
