import { fnv1a, fnv1aBefore } from '../base/fnv1a.ts';
import { looksLikeRegistry } from '../documents/imageReference.ts';
import { looksLikeDigestTag } from '../documents/naming.ts';
import { knownRegistries } from './knownRegistries.ts';

/**
 * The hash of all that can stand before a repository's path in a pull spec → the registry. Docker Hub's images are
 * named in three ways, one of them without any registry. The hashes are signed, which V8 looks up without making objects.
 */
const beginnings: ReadonlyMap<number, string> = new Map([
  ...knownRegistries.map((registry): [number, string] => [fnv1a(`${registry}/`) | 0, registry]),
  [fnv1a('') | 0, 'docker.io'],
  [fnv1a('index.docker.io/') | 0, 'docker.io'],
]);

/**
 * The repository, `HOST/PATH`, that an image in a file store came from, told by the tag that `oc` made of its pull
 * spec; undefined where the tag is of no registry that is known. `path` is the image's repository in the store, in
 * which the registry is replaced by the store's own folders; where these end is found, too.
 *
 * The hash is taken back from the end of the pull spec, and at each `/` compared with what it would be behind each
 * registry, so that all paths and registries cost one pass.
 *
 * This is proof. A wrong answer takes a registry that is not known and whose `HOST/` has, by chance, the hash of one of
 * the beginnings: with B beginnings and C components of the path, B × C / 2^32, which is 1 in 10 million for the longest
 * path that anybody has. More images do not make it surer, because the steps of the hash can be taken back: two registries
 * whose beginnings have one hash would give each image the same tag. For the same reason two registries that are known
 * can never both fit one path, as long as their beginnings have different hashes, which a test holds them to.
 */
export function provenRepository(tag: string, path: string, digest: string): string | undefined {
  const hash = hashOfName(tag, digest);
  return hash === undefined ? undefined : repositoryOfHash(hash, path);
}

/**
 * The hash of all that stands before the digest in the pull spec that a tag was made of, `HOST/PATH@`; undefined for a tag
 * that `oc` makes of none.
 */
export function hashOfName(tag: string, digest: string): number | undefined {
  if (!looksLikeDigestTag(tag) || (tag.startsWith('0') && tag !== '0')) return undefined;
  return fnv1aBefore(Number.parseInt(tag, 16), digest);
}

/** The repository that `hashOfName` is of, where `path` is what it is called in a store. */
export function repositoryOfHash(hashOfName: number, path: string): string | undefined {
  let hash = fnv1aBefore(hashOfName, '@');
  for (let end = path.length; end > 0; ) {
    const start = path.lastIndexOf('/', end - 1) + 1;
    hash = fnv1aBefore(hash, path.slice(start, end));
    const registry = beginnings.get(hash | 0);
    if (registry !== undefined) return repositoryIn(registry, path.slice(start));
    hash = fnv1aBefore(hash, '/');
    end = start - 1;
  }
  return undefined;
}

function repositoryIn(registry: string, path: string): string {
  if (registry !== 'docker.io') return `${registry}/${path}`;
  const [host = '', name] = path.split('/', 2);
  if (name === undefined) return `docker.io/library/${path}`;
  // A store that is laid out by registry has the whole name in its path.
  return looksLikeRegistry(host) ? path : `docker.io/${path}`;
}

/**
 * True for a tag that is a hash and nothing else. Short ones, and those without a letter, may be a person's own
 * (`15`, `20211124`): such a tag can prove something, but refutes nothing.
 */
export function isSurelyDigestTag(tag: string): boolean {
  return looksLikeDigestTag(tag) && tag.length > 4 && /[a-f]/.test(tag);
}
