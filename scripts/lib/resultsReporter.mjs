// A vitest reporter that writes what `npm test` counts and tells at its end, into the file that RESULTS_FILE names.
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** How much of one failure is told again at the end: lines, and characters of each. */
const told = { lines: 40, characters: 1000 };

export default class ResultsReporter {
  /** Writes `{ passed, failed, skipped, failures }`; each of `failures` is a text of some lines. */
  onTestRunEnd(modules, unhandledErrors) {
    const results = { passed: 0, failed: 0, skipped: 0, failures: [] };
    const fail = (name, errors) => {
      results.failed++;
      results.failures.push([name, ...errors.flatMap(linesOf)].join('\n'));
    };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === 'passed') results.passed++;
        else if (state === 'failed') fail(`${module.relativeModuleId}: ${test.fullName}`, errors ?? []);
        else results.skipped++;
      }
      // A file that could not be loaded, or a suite whose set-up failed, has no test that says so.
      const broken = [module, ...module.children.allSuites()].flatMap((part) => part.errors());
      if (broken.length > 0) fail(module.relativeModuleId, broken);
    }
    if (unhandledErrors.length > 0) fail('An error outside of any test', unhandledErrors);
    writeFileSync(process.env.RESULTS_FILE, JSON.stringify(results));
  }
}

function linesOf({ name, message, diff, stacks, cause }) {
  const places = (stacks ?? []).map(({ file, line, column }) => `at ${file}:${line}:${column}`);
  const lines = stripVTControlCharacters([`${name}: ${message}`, diff ?? '', ...places].join('\n'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, told.lines)
    .map((line) => `    ${line.slice(0, told.characters)}`);
  return cause?.message === undefined ? lines : [...lines, '    because of', ...linesOf(cause)];
}
