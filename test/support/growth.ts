import { Session } from 'node:inspector';

/** Something to do, and what it is done with, of a size. */
export interface Growing<Given> {
  readonly given: (size: number) => Given;
  readonly work: (given: Given) => unknown;
  /** Large enough that what the work costs in any case does not count, and small enough for a test. */
  readonly size: number;
}

/**
 * By what the work grows where what it is given is twice as large: 2 where it is linear, 4 where it is quadratic. Work is counted in
 * blocks of code that V8 enters, a turn of a loop for one, so that it is the same on every machine however busy. What the engine
 * does by itself, such as a search in a string or an expression, is not in it. Counting begins with a look at all code that is loaded,
 * so ask for all of them at once.
 */
export function growthsOf<Given>(all: readonly Growing<Given>[]): number[] {
  const session = new Session();
  session.connect();
  try {
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return all.map(({ given, work, size }) => {
      const [some, twice] = [given(size), given(2 * size)];
      // What is worked out once and kept shall not count for one of the two alone.
      work(given(size));
      const steps = stepsOf(session, () => work(some));
      return stepsOf(session, () => work(twice)) / steps;
    });
  } finally {
    session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
  }
}

function stepsOf(session: Session, work: () => void): number {
  let steps = 0;
  // An answer is of what came after the last one.
  session.post('Profiler.takePreciseCoverage');
  work();
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error !== null) throw error;
    for (const { functions } of result)
      for (const { ranges } of functions) for (const { count } of ranges) steps += count;
  });
  return steps;
}
