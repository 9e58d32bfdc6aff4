import { folderOf } from '../base/paths.ts';
import type { RuleContext } from './rule.ts';

/**
 * The path of a new YAML file beside the one that is checked, free as far as the snapshot knows; a client does not
 * overwrite a file. Undefined for a text that was never saved: it has no folder.
 *
 * @param name of the file, without `.yaml`
 */
export function freePath(name: string, { snapshot, path }: RuleContext): string | undefined {
  const folder = folderOf(path);
  if (folder === '' && path.includes(':')) return undefined;
  const stem = folder === '' ? name : `${folder}/${name}`;
  let free = `${stem}.yaml`;
  for (let number = 2; snapshot.files.has(free); number++) free = `${stem}-${number}.yaml`;
  return free;
}
