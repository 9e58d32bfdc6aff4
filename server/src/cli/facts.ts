import { join } from 'node:path';
import { printable } from '../base/words.ts';
import { Lookup } from '../lookup/lookup.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';
import { type Facts, noFacts } from '../workspace/facts.ts';
import { cacheFolder } from './cacheFolder.ts';
import type { OptionValues, Terminal } from './command.ts';

/** Lets a command ask registries for facts, remembered from run to run, and ends everything afterwards. */
export async function withFacts<Result>(
  options: OptionValues,
  terminal: Terminal,
  use: (facts: Lookup) => Promise<Result>,
): Promise<Result> {
  // A check of files alone needs neither, and is done before they would be loaded.
  const [{ withRegistries }, { Database }] = await Promise.all([
    import('./registries.ts'),
    import('../database/database.ts'),
  ]);
  return withRegistries(options, terminal, async ({ openSource, openWithoutLogin }) => {
    const database = await Database.open({
      file: join(cacheFolder(terminal.environment, terminal.homeFolder), 'facts.db'),
      report: (message) => terminal.stderr.write(`operator-mirror: ${printable(message)}\n`),
    });
    const folders = storeFolders();
    const lookup = new Lookup({
      openSource: (reference, folder) =>
        reference.transport === 'file' ? folders.open(reference, folder) : openSource(reference),
      openWithoutLogin,
      database,
      offline: () => undefined,
      now: Date.now,
    });
    try {
      return await use(lookup);
    } finally {
      lookup.dispose();
      database?.close();
    }
  });
}

/** Lets a command ask the `v2/` folders near its files, and nobody else: there is not even a registry client. */
export async function withLocalFacts<Result>(use: (facts: Lookup) => Promise<Result>): Promise<Result> {
  const folders = storeFolders();
  const lookup = new Lookup({
    openSource: (reference, folder) => folders.open(reference, folder),
    database: undefined,
    offline: () => 'option',
    now: Date.now,
  });
  try {
    return await use(lookup);
  } finally {
    lookup.dispose();
  }
}

/** Facts for somebody who asks for everything, also for what rules look up only when one wants to know. */
export function askingAll(lookup: Lookup): Facts {
  const image: Facts['image'] = (reference, from) => lookup.image(reference, from);
  const tags: Facts['tags'] = (reference, from) => lookup.tags(reference, from);
  return {
    get version() {
      return lookup.version;
    },
    asked: () => true,
    image,
    peek: image,
    tags,
    peekTags: tags,
    needsLogin: (reference, from) => lookup.needsLogin(reference, from),
  };
}

/** Facts of `file://` references only. Nobody has asked for the others, so no reason is given for them. */
export function askingFolders(lookup: Lookup): Facts {
  const all = askingAll(lookup);
  const image: Facts['image'] = (reference, from) =>
    reference.transport === 'file' ? all.image(reference, from) : noFacts.image(reference);
  const tags: Facts['tags'] = (reference, from) =>
    reference.transport === 'file' ? all.tags(reference, from) : noFacts.tags(reference);
  return {
    ...noFacts,
    get version() {
      return lookup.version;
    },
    image,
    peek: image,
    tags,
    peekTags: tags,
  };
}

/** Who starts a command decides what it reads, so all that lies above the files counts. */
function storeFolders(): StoreFolders {
  return new StoreFolders({ named: '', workspaceFolders: () => [], trusted: true, now: Date.now });
}
