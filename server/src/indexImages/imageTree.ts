import { t } from '../base/sentences.ts';
import type { Ownership } from './layerEntries.ts';

/** What an image has at a path, as far as the layers were read, the top one first. */
export type Node<Content> =
  /** Without `owner` only what is in it was seen so far. */
  | { readonly kind: 'folder'; readonly owner?: Ownership | undefined }
  | { readonly kind: 'file'; readonly content: Content }
  /** A file that nobody has asked for the content of. */
  | { readonly kind: 'unread' }
  /** `target` as it stands in the archive. */
  | { readonly kind: 'symlink'; readonly target: string }
  /** Another name of a file of the same layer. */
  | { readonly kind: 'hardlink'; readonly target: string; readonly layer: number }
  | { readonly kind: 'device' }
  /** A whiteout: lower layers may have it, the image has not. */
  | { readonly kind: 'gone' };

/** What names say to lower layers. https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
const whiteoutPrefix = '.wh.';
const opaqueWhiteout = '.wh..wh..opq';
/** Of AUFS; they mean nothing to an image. */
const foreignPrefix = '.wh..wh.';

/** Why a path cannot be followed, for a person, and where. */
export class PathProblem extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(problem);
    this.path = path;
  }
}

/** What is where in an image. Layers are added from the top down; what a layer above has or hides is hidden below. */
export class ImageTree<Content> {
  readonly #nodes = new Map<string, Node<Content>>();
  readonly #opaque = new Set<string>();

  at(path: string): Node<Content> | undefined {
    return this.#nodes.get(path);
  }

  /** Whether something is at a path, without following links. */
  has(path: string): boolean {
    const kind = this.#nodes.get(path)?.kind;
    return kind !== undefined && kind !== 'gone' && ancestorsOf(path).every((above) => this.#isFolder(above));
  }

  /** All paths below a folder that are there and not through a link, sorted as folders are listed. */
  below(folder: string): string[] {
    return [...this.#nodes.keys()]
      .filter((path) => isBelow(path, folder))
      .filter((path) => ancestorsOf(path).every((above) => !isBelow(above, folder) || this.#isFolder(above)))
      .map((path) => path.split('/'))
      .sort(byNames)
      .map((names) => names.join('/'));
  }

  /** Whether nothing that lower layers have at a path, or below it, can be seen. */
  isSettled(path: string): boolean {
    return (
      this.#opaque.has(path) ||
      this.#hides(this.#nodes.get(path)) ||
      ancestorsOf(path).some((above) => this.#opaque.has(above) || this.#hides(this.#nodes.get(above)))
    );
  }

  /** Whether an entry of a lower layer means nothing, because of what the layers above have there or above it. */
  hides(path: string): boolean {
    if (this.#hides(this.#nodes.get(path))) return true;
    return ancestorsOf(path).some((above) => this.#opaque.has(above) || this.#hides(this.#nodes.get(above)));
  }

  /** Adds what a layer below all others has. */
  add({ nodes, gone, opaque }: LayerTree<Content>): void {
    for (const [path, node] of nodes) {
      const above = this.#nodes.get(path);
      if (above === undefined) this.#nodes.set(path, node);
      else if (above.kind === 'folder' && node.kind === 'folder') {
        if (above.owner === undefined) this.#nodes.set(path, node);
      }
      // A layer above has a folder where this one has none: it holds nothing of what is below.
      else if (above.kind === 'folder' && node.kind !== 'folder') this.#opaque.add(path);
    }
    for (const path of gone) {
      const above = this.#nodes.get(path);
      if (above === undefined) this.#nodes.set(path, { kind: 'gone' });
      else if (above.kind === 'folder') this.#opaque.add(path);
    }
    for (const path of opaque) this.#opaque.add(path);
  }

  #isFolder(path: string): boolean {
    const node = this.#nodes.get(path);
    return node === undefined || node.kind === 'folder';
  }

  #hides(node: Node<Content> | undefined): boolean {
    return node !== undefined && node.kind !== 'folder';
  }
}

/** What one layer has and what it hides. */
export interface LayerTree<Content> {
  readonly nodes: Map<string, Node<Content>>;
  readonly gone: Set<string>;
  readonly opaque: Set<string>;
}

export function emptyLayer<Content>(): LayerTree<Content> {
  return { nodes: new Map(), gone: new Set(), opaque: new Set() };
}

/** What the name of an entry removes, and how; undefined for an ordinary entry. */
export function whiteoutOf(path: string): Whiteout | undefined {
  const at = path.lastIndexOf('/');
  const folder = path.slice(0, Math.max(at, 0));
  const name = path.slice(at + 1);
  if (!name.startsWith(whiteoutPrefix)) return undefined;
  if (name === opaqueWhiteout) return { kind: 'opaque', path: folder };
  if (name.startsWith(foreignPrefix)) return { kind: 'nothing' };
  const removed = name.slice(whiteoutPrefix.length);
  if (['', '.', '..'].includes(removed)) throw new PathProblem(path, t('it is a whiteout of no name'));
  return { kind: 'gone', path: folder === '' ? removed : `${folder}/${removed}` };
}

export type Whiteout =
  | { readonly kind: 'opaque' | 'gone'; readonly path: string }
  | { readonly kind: 'nothing' };

/** The folders above a path, the root first. */
export function ancestorsOf(path: string): string[] {
  if (path === '') return [];
  const above = [''];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) above.push(path.slice(0, at));
  return above;
}

export function isBelow(path: string, folder: string): boolean {
  return folder === '' ? path !== '' : path.startsWith(folder) && path[folder.length] === '/';
}

/**
 * Where a path of the image, or the target of a link, leads: without empty names, `.` and `..`.
 * @param folder the one that a relative target begins in
 * @throws PathProblem where it leads out of the image
 */
export function pathInImage(target: string, folder: string, from: string): string {
  const names = target.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw new PathProblem(from, t('it leads out of the image'));
  }
  return names.join('/');
}

function byNames(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const [one = '', other = ''] = [a[index], b[index]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return a.length - b.length;
}
