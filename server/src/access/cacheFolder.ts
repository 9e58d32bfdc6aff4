import { isAbsolute, join } from 'node:path';

/**
 * Where what can be had again is kept for the user. A path that is not absolute is none, by the specification, so that
 * nothing is left where somebody happens to work.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
): string {
  const { XDG_CACHE_HOME: cache = '' } = environment;
  return join(isAbsolute(cache) ? cache : join(homeFolder, '.cache'), 'operator-mirror');
}
