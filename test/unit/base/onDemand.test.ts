import { expect, it } from 'vitest';
import { OnDemand } from '../../../server/src/base/onDemand.ts';

function counted() {
  const counts = { opened: 0, closed: 0 };
  const onDemand = new OnDemand(async () => {
    counts.opened++;
    return { close: async () => void counts.closed++ };
  });
  return { counts, onDemand };
}

it('opens nothing, and closes nothing, before somebody asks', async () => {
  const { counts, onDemand } = counted();
  await onDemand.close();
  expect(counts).toEqual({ opened: 0, closed: 0 });
});

it('opens once for all who ask, and closes that', async () => {
  const { counts, onDemand } = counted();
  const [one, other] = await Promise.all([onDemand.get(), onDemand.get()]);
  expect(one).toBe(other);
  await onDemand.close();
  expect(counts).toEqual({ opened: 1, closed: 1 });
});
