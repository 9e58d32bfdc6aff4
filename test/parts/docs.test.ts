import { join } from 'node:path';
import { describe, it } from 'vitest';
import { commandsPage } from '../../server/src/cli/commandsPage.ts';
import { loadCommands } from '../../server/src/cli/main.ts';
import { manPage } from '../../server/src/cli/manPage.ts';
import { expectFile } from '../support/madeFile.ts';

const docs = join(import.meta.dirname, '../../docs');

// Whoever knows all commands has loaded all that they run.
describe('is made from what the commands declare:', () => {
  it('docs/operator-mirror.1, the manual page', async () => {
    expectFile(join(docs, 'operator-mirror.1'), manPage(await loadCommands()));
  });

  it('docs/commands.md, the reference of the command line', async () => {
    expectFile(join(docs, 'commands.md'), commandsPage(await loadCommands()));
  });
});
