import { anyStore, type OpenedFacts, openLocalFacts } from '../access/localFacts.ts';
import { isOnDisk } from '../documents/transport.ts';
import type { Lookup } from '../lookup/lookup.ts';
import { type Facts, noFacts } from '../workspace/facts.ts';
import type { Terminal } from './command.ts';
import type { RegistryValues } from './sharedOptions.ts';

/**
 * Lets a command ask registries for facts, remembered from run to run, and ends everything afterwards.
 * @param asksAnew true for who has to know what a tag is now
 */
export async function withFacts<Result>(
  options: RegistryValues,
  terminal: Terminal,
  use: (facts: Lookup) => Promise<Result>,
  asksAnew = false,
): Promise<Result> {
  // A check of files alone needs neither, and is done before they would be loaded.
  const [{ onlineAccessOf }, { openFacts }] = await Promise.all([
    import('./registries.ts'),
    import('../access/facts.ts'),
  ]);
  const access = await onlineAccessOf(options, terminal);
  return using(await openFacts(access, anyStore, () => undefined, undefined, asksAnew), use);
}

/** Lets a command ask the `v2/` folders near its files, and nobody else. */
export async function withLocalFacts<Result>(use: (facts: Lookup) => Promise<Result>): Promise<Result> {
  return using(openLocalFacts(), use);
}

async function using<Result>(facts: OpenedFacts, use: (facts: Lookup) => Promise<Result>): Promise<Result> {
  try {
    return await use(facts.lookup);
  } finally {
    await facts.close();
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
    catalog: lookup.catalog,
    catalogImages: lookup.catalogImages,
  };
}

/** Facts of `file://` references only. Nobody has asked for the others, so no reason is given for them. */
export function askingFolders(lookup: Lookup): Facts {
  const all = askingAll(lookup);
  const image: Facts['image'] = (reference, from) =>
    isOnDisk(reference) ? all.image(reference, from) : noFacts.image(reference);
  const tags: Facts['tags'] = (reference, from) =>
    isOnDisk(reference) ? all.tags(reference, from) : noFacts.tags(reference);
  return {
    ...noFacts,
    hasAnswers: false,
    get version() {
      return lookup.version;
    },
    image,
    peek: image,
    tags,
    peekTags: tags,
  };
}
