import { join } from 'node:path';
import { Database } from '../database/database.ts';
import { Lookup } from '../lookup/lookup.ts';
import type { OptionValues, Terminal } from './command.ts';
import { withRegistries } from './registries.ts';

/** Lets a command ask registries for facts, remembered from run to run, and ends everything afterwards. */
export async function withFacts<Result>(
  options: OptionValues,
  terminal: Terminal,
  use: (facts: Lookup) => Promise<Result>,
): Promise<Result> {
  return withRegistries(options, terminal, async (openStore) => {
    const database = await Database.open({
      file: join(cacheFolder(terminal), 'facts.db'),
      report: (message) => terminal.stderr.write(`operator-mirror: ${message}\n`),
    });
    const lookup = new Lookup({ openStore, database, offline: () => undefined, now: Date.now });
    try {
      return await use(lookup);
    } finally {
      lookup.dispose();
      database?.close();
    }
  });
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
function cacheFolder({ environment, homeFolder }: Terminal): string {
  const cache = environment.XDG_CACHE_HOME;
  return join(cache === undefined || cache === '' ? join(homeFolder, '.cache') : cache, 'operator-mirror');
}
