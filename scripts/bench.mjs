// `npm run bench`: builds the bundles and measures them; see bench/run.ts.
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { node24, root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { run, runVisibly } from './lib/run.mjs';

await ensureDependencies();
await step('Building the bundles', () => run(node24, ['esbuild.mjs', 'cli', 'server', '--production']));
await runVisibly(node24, [
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
  join(root, 'bench/run.ts'),
  ...process.argv.slice(2),
]);
