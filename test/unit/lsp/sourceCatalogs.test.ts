import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SourceCatalogs } from '../../../server/src/lsp/sourceCatalogs.ts';
import { WorkspaceState } from '../../../server/src/lsp/workspaceState.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Catalogs with a clock that may run ahead of the timers, as it does while the server is busy. */
function catalogs() {
  const seen = { looks: 0, late: 0 };
  const facts = () => {
    seen.looks++;
    return noFacts;
  };
  const source = new SourceCatalogs(
    new WorkspaceState(),
    facts,
    () => {},
    () => Date.now() + seen.late,
  );
  return { source, seen };
}

it('are looked for when nothing has changed for a moment', () => {
  const { source, seen } = catalogs();
  source.changed();
  vi.advanceTimersByTime(200);
  source.changed();
  vi.advanceTimersByTime(299);
  expect(seen.looks).toBe(0);
  vi.advanceTimersByTime(1);
  expect(seen.looks).toBe(1);
});

it('are looked for a moment after the server has been busy, not between its answers', () => {
  const { source, seen } = catalogs();
  source.changed();
  seen.late = 1_000;
  vi.advanceTimersByTime(300);
  expect(seen.looks).toBe(0);
  // However busy it is by then.
  seen.late = 2_000;
  vi.advanceTimersByTime(300);
  expect(seen.looks).toBe(1);
});

it('are not looked for once the server closes', () => {
  const { source, seen } = catalogs();
  source.changed();
  seen.late = 1_000;
  vi.advanceTimersByTime(300);
  source.close();
  vi.advanceTimersByTime(1_000);
  expect(seen.looks).toBe(0);
});
