import { join } from 'node:path';
import { describe, it } from 'vitest';
import { commandsPage } from '../../server/src/cli/commandsPage.ts';
import { loadCommands } from '../../server/src/cli/main.ts';
import { manPage } from '../../server/src/cli/manPage.ts';
import { inChinese } from '../support/inChinese.ts';
import { expectFile, withLink } from '../support/madeFile.ts';

const docs = join(import.meta.dirname, '../../docs');

// Whoever knows all commands has loaded all that they run.
describe('is made from what the commands declare:', () => {
  it('docs/operator-mirror.1, the manual page', async () => {
    expectFile(join(docs, 'operator-mirror.1'), manPage(await loadCommands()));
  });

  it('docs/zh-cn/operator-mirror.1 and docs/zh-cn/commands.md, both in Chinese', async () => {
    const commands = await loadCommands();
    const chinese = join(docs, 'zh-cn');
    expectFile(
      join(chinese, 'operator-mirror.1'),
      inChinese(() => manPage(commands)),
    );
    expectFile(
      join(chinese, 'commands.md'),
      withLink(
        'English',
        '../commands.md',
        inChinese(() => commandsPage(commands)),
      ),
    );
  });

  it('docs/commands.md, the reference of the command line', async () => {
    expectFile(
      join(docs, 'commands.md'),
      withLink('简体中文', 'zh-cn/commands.md', commandsPage(await loadCommands())),
    );
  });
});
