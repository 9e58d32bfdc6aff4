// Runs one vitest project and counts what it did.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node24, root } from './paths.mjs';
import { runVisibly, toolEnvironment } from './run.mjs';

/** Gives `{ passed, failed, skipped }`; whatever makes vitest fail without a failed test counts as one. */
export async function runProject(name, { paths, options, mayBeEmpty }) {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-test-'));
  const file = join(folder, 'results.json');
  const args = [
    ...[join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', name],
    ...['--reporter', ['unit', 'parts'].includes(name) ? 'default' : 'verbose', '--reporter', 'json'],
    `--outputFile.json=${file}`,
    ...(mayBeEmpty ? ['--passWithNoTests'] : []),
    ...options,
    ...paths,
  ];
  try {
    const code = await runVisibly(node24, args, {
      env: toolEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const counts = count(readResults(file));
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    // Vitest ended before it could write; its exit code tells.
    return [];
  }
}

function count(files) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of files) {
    const failedBefore = counts.failed;
    for (const test of assertionResults) {
      if (test.status === 'passed') counts.passed++;
      else if (test.status === 'failed') counts.failed++;
      else counts.skipped++;
    }
    // A file that could not even be loaded has no tests to fail.
    if (status === 'failed' && counts.failed === failedBefore) counts.failed++;
  }
  return counts;
}
