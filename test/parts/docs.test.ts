import { join } from 'node:path';
import { it } from 'vitest';
import { loadCommands } from '../../server/src/cli/main.ts';
import { manPage } from '../../server/src/cli/manPage.ts';
import { expectFile } from '../support/madeFile.ts';

// Whoever knows all commands has loaded all that they run.
it('docs/operator-mirror.1, the manual page, is made from what the commands declare', async () => {
  expectFile(join(import.meta.dirname, '../../docs/operator-mirror.1'), manPage(await loadCommands()));
});
