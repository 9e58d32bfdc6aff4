import { isVerifiable } from '../../base/digest.ts';
import { isPathComponent } from '../../documents/imageReference.ts';
import { planName, resultName, runsFolder } from '../../runs/runFiles.ts';
import { digestOfName, isTagName } from '../../stores/ocDirectoryNames.ts';

// Paths in a place on disk, with `/` between their parts: an OCI layout has `blobs/ALGORITHM/HEX` and `index.json`, the folder of
// `oc` has `v2/REPOSITORY/{blobs,manifests}/…`. Nothing else of a place is carried, and nothing else is written.

/** The digest of the content that has this path in a layout or a `v2/` folder; undefined for every other path. */
export function contentDigest(path: string): string | undefined {
  const parts = path.split('/');
  if (parts.length === 3 && parts[0] === 'blobs') {
    const digest = `${parts[1]}:${parts[2]}`;
    return isVerifiable(digest) ? digest : undefined;
  }
  const named = inRepository(parts);
  return named && digestOfName(named.name);
}

/** True for the path of a tag in a `v2/` folder; `sha256-HEX` may be one, too. */
export function isTagPath(path: string): boolean {
  const named = inRepository(path.split('/'));
  return named !== undefined && named.folder === 'manifests' && isTagName(named.name);
}

/** True for files that say what a place holds: the two of a layout, and what runs into the place planned and proved. */
export function isStatePath(path: string): boolean {
  const [top, run = '', name = '', ...more] = path.split('/');
  const isOfRun = top === runsFolder && runName.test(run) && runFiles.includes(name) && more.length === 0;
  return path === indexPath || path === markPath || isOfRun;
}

export const indexPath = 'index.json';
export const markPath = 'oci-layout';
/** What is carried of a run: not its journal, which is about this side. */
export const runFiles: readonly string[] = [planName, resultName];
const runName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** What a path names in a folder of a repository below `v2/`. */
function inRepository([top, ...parts]: readonly string[]):
  | { readonly folder: 'blobs' | 'manifests'; readonly name: string }
  | undefined {
  const name = parts.at(-1);
  const folder = parts.at(-2);
  const repository = parts.slice(0, -2);
  if (top !== 'v2' || name === undefined || repository.length === 0) return undefined;
  if (folder !== 'blobs' && folder !== 'manifests') return undefined;
  return repository.every(isPathComponent) ? { folder, name } : undefined;
}
