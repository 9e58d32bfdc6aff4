// `npm run check -- PATH...`: the command line's `check` without installing anything by hand.
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { node24, root } from './lib/paths.mjs';
import { run, runVisibly } from './lib/run.mjs';

try {
  await ensureDependencies();
  await run(node24, ['esbuild.mjs', 'cli']);
  // npm runs scripts in the repository's folder; the paths are meant from where the user stands.
  const cwd = process.env.npm_lifecycle_event === 'check' ? process.env.INIT_CWD : process.cwd();
  const args = [join(root, 'dist', 'cli.js'), 'check', ...process.argv.slice(2)];
  process.exitCode = await runVisibly(node24, args, { cwd });
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
