import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** How long is waited for what is expected: until nobody would wait any longer, for a busy machine may be slow. */
const patience = { poll: { timeout: 30_000 } };

/** Tests with real registries, processes and browsers: two files at a time, as each often waits, and never a second try. */
const withRealParts = {
  pool: 'forks',
  maxWorkers: 2,
  retry: 0,
  expect: patience,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          pool: 'threads',
          // Vitest would leave a core to itself, which is half of the machine where there are two.
          maxWorkers: availableParallelism(),
          // Pure functions leave nothing behind, so what one file has loaded the next one need not load again.
          isolate: false,
          retry: 0,
          // They take milliseconds, but a busy machine may give them none for a while.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Rooms that reach out: sockets on the loopback, folders for the test alone, small processes. And what takes longer than a
        // unit test may: long tables of what real tools said, and counts of work, which look at all code of a thread.
        test: {
          name: 'parts',
          include: ['test/parts/**/*.test.ts'],
          pool: 'threads',
          maxWorkers: availableParallelism(),
          retry: 0,
          expect: patience,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          ...withRealParts,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/support/e2eVsix.ts',
          ...withRealParts,
          // The window of a busy machine takes minutes for what takes seconds on an idle one.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
