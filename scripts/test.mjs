// `npm test`: sets up what the tests need, runs them all, and ends with the line `N passed, N failed`.
import { ensureCodeServer } from './lib/codeServer.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { node24 } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { run, runVisibly, toolEnvironment } from './lib/run.mjs';
import { ensureSystemParts } from './lib/systemParts.mjs';
import { planTests } from './lib/testPlan.mjs';
import { runProject } from './lib/vitest.mjs';

const strict = process.env.CI === 'true';
const plan = planTests(process.argv.slice(2));
const rows = [];

await main();
report();

async function main() {
  if (!(await succeeds('set-up', ensureDependencies))) return;
  if (plan.everything) {
    await check('types', 'tsc', ['--noEmit']);
    await check('lint', 'biome', ['check']);
  }
  const built = plan.projects.some((project) => project.bundles) ? await build() : true;
  for (const project of plan.projects) {
    if (!(await succeeds(`${project.name} set-up`, () => prepare(project)))) continue;
    if (project.bundles && !built) {
      rows.push({ name: project.name, passed: 0, failed: 1, skipped: 0, note: 'not run: the build failed' });
      continue;
    }
    const start = Date.now();
    // A typed path may match nothing in one of the projects, but a whole project without a test is a mistake.
    const mayBeEmpty = !strict || plan.paths.length > 0;
    const counts = await runProject(project.name, { ...plan, mayBeEmpty });
    rows.push({ name: project.name, ...counts, note: `${((Date.now() - start) / 1000).toFixed(1)} s` });
  }
}

async function prepare(project) {
  await ensureSystemParts(project.parts);
  if (project.codeServer) await ensureCodeServer();
}

/** A set-up that works is no test, but one that fails must not look like success. */
async function succeeds(name, action) {
  try {
    await action();
    return true;
  } catch (error) {
    console.error(error.message);
    rows.push({ name, passed: 0, failed: 1, skipped: 0, note: error.message.split('\n')[0] });
    return false;
  }
}

async function check(name, tool, args) {
  const code = await step(name, () => runVisibly(tool, args, { env: toolEnvironment() }));
  rows.push({ name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
}

/** What is tested is what is handed out. */
async function build() {
  const succeeded = await succeeds('build', () =>
    step('build', () => run(node24, ['esbuild.mjs', '--production'])),
  );
  if (succeeded && plan.everything) rows.push({ name: 'build', passed: 1, failed: 0, skipped: 0 });
  return succeeded;
}

function report() {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log('');
  for (const failure of rows.flatMap((row) => row.failures ?? [])) console.log(`failed: ${failure}\n`);
  for (const { name, passed, failed, skipped, note } of rows) {
    const counts = [`${passed} passed`, `${failed} failed`, ...(skipped ? [`${skipped} skipped`] : [])];
    console.log(`${name.padEnd(12)} ${counts.join(', ')}${note ? ` (${note})` : ''}`);
  }
  const skipped = sum('skipped');
  if (strict && skipped > 0)
    console.log(`Nothing may be skipped here: ${skipped} skipped tests count as failed.`);
  if (plan.everything) console.log('Types, lint and build count as one test each.');
  const failed = sum('failed') + (strict ? skipped : 0);
  const passed = sum('passed');
  if (passed + failed === 0) console.log('No test matches.');
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed`);
}
