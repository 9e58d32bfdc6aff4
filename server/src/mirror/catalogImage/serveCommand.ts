/**
 * Programs in index images serve a catalog from a cache that was made of it when the image was built: `opm serve /configs
 * --cache-dir=/tmp/cache` is what `opm generate dockerfile` writes. With a folder for the cache `opm` wants it to be of exactly
 * this catalog (`--cache-enforce-integrity` is on then), and ends with `cache requires rebuild` where the catalog is another one,
 * and with `read existing cache digest: … no such file or directory` where there is no cache. Without a folder it makes itself a
 * cache in a temporary one when it starts, in every version that knows caches.
 *
 * https://github.com/operator-framework/operator-registry/blob/master/cmd/opm/serve/serve.go
 */
const cacheFlag = /^--cache-(?:dir|only|enforce-integrity)(?:$|=)/;
const folderFlag = '--cache-dir';

/** What an image runs, as its config has it. */
export interface Command {
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
}

/** The folders of caches that a command names, as they stand there. */
export function cacheFoldersOf({ entrypoint, arguments: rest }: Command): string[] {
  const words = [...entrypoint, ...rest];
  return words.flatMap((word, index) => {
    if (word.startsWith(`${folderFlag}=`)) return [word.slice(folderFlag.length + 1)];
    const next = words[index + 1];
    return word === folderFlag && next !== undefined ? [next] : [];
  });
}

/** The command without the options of a cache; undefined where they stand inside of a word, as in what a shell is to run. */
export function withoutCache(command: Command): Command | undefined {
  const entrypoint = wordsLeft(command.entrypoint);
  const rest = wordsLeft(command.arguments);
  return [...entrypoint, ...rest].some((word) => word.includes(folderFlag))
    ? undefined
    : { entrypoint, arguments: rest };
}

function wordsLeft(words: readonly string[]): string[] {
  return words.filter((word, index) => !cacheFlag.test(word) && words[index - 1] !== folderFlag);
}
