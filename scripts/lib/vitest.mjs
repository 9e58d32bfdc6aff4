// Runs one vitest project and counts what it did.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node24, root } from './paths.mjs';
import { runVisibly, toolEnvironment } from './run.mjs';

/**
 * Gives `{ passed, failed, skipped, failures }`; whatever makes vitest fail without a failed test counts as one.
 * `failures` has a text for each: which test it is, what it said and where.
 */
export async function runProject(name, { paths, options, mayBeEmpty }) {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-test-'));
  const file = join(folder, 'results.json');
  const args = [
    ...[join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', name],
    ...['--reporter', ['unit', 'parts'].includes(name) ? 'default' : 'verbose'],
    ...['--reporter', join(import.meta.dirname, 'resultsReporter.mjs')],
    ...(mayBeEmpty ? ['--passWithNoTests'] : []),
    ...options,
    ...paths,
  ];
  try {
    const code = await runVisibly(node24, args, {
      env: { ...toolEnvironment(), RESULTS_FILE: file },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const results = readResults(file);
    if (code !== 0 && results.failed === 0) results.failed = 1;
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Vitest ended before it could write; its exit code tells.
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  }
}
