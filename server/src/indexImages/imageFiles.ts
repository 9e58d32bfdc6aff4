import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import {
  ancestorsOf,
  emptyLayer,
  ImageTree,
  isBelow,
  type LayerTree,
  type Node,
  PathProblem,
  pathInImage,
  whiteoutOf,
} from './imageTree.ts';
import {
  type Budget,
  type LayerEntry,
  layerEntries,
  type Ownership,
  refused,
  usualBudget,
} from './layerEntries.ts';

/** A layer of an image. */
export interface Layer {
  /** How a person would name it, in errors. */
  readonly name: string;
  /** Its bytes, packed or not; they fail at their end where they do not have their digest. */
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** What of an image files are read from. */
export interface LayeredImage {
  /** How a person would name it, in errors. */
  readonly name: string;
  /** The bottom first, as a manifest has them. */
  readonly layers: readonly Layer[];
}

/** Keeps the content of a file, given by its path in the image and its size: in memory, or on the disk. */
export type Keep<Content> = (
  path: string,
  size: number,
  content: AsyncIterable<Uint8Array>,
) => Promise<Content>;

/** A file of an image, by the path under which it was looked for. */
export interface ImageFile<Content> {
  readonly path: string;
  readonly content: Content;
}

/** Links that lead to links. As Linux has it. */
const mostHops = 40;
/** Links that lead out of the folder that is read. */
const mostLinks = 1_000;
/** How often layers are read anew, for what links lead to. No known image needs it more than once. */
const mostRounds = 8;

/**
 * The files below a path of an image, or the file at this path, as a container would see them. Layers are read from the top
 * down, and no more of them than can matter: below one that hides the whole path, nothing does.
 *
 * @param path absolute or not; `..` is followed as far as the root
 * @returns the files below a folder, sorted, by their path in the folder; the file itself with an empty path; undefined where
 *   nothing is at the path
 * @throws UserError `refused` and `damaged`, as `layerEntries`; what `keep` and the layers throw
 */
export async function readImageFiles<Content>(
  image: LayeredImage,
  path: string,
  keep: Keep<Content>,
): Promise<ImageFile<Content>[] | undefined> {
  return (await readImagePlace(image, path, keep))?.files;
}

/** What is at a path of an image, and round it. */
export interface ImagePlace<Content> {
  /** Where the path leads when all links are followed, without `/` before it. */
  readonly path: string;
  /** As `readImageFiles` gives them. */
  readonly files: ImageFile<Content>[];
  /** Whether something is at one of the paths that were watched, and no link is on the way. */
  has(watched: string): boolean;
  /** Whose a folder is that leads to the path or to one that is watched; undefined where no layer says so. */
  ownerOf(folder: string): Ownership | undefined;
}

/**
 * As `readImageFiles`, with what somebody has to know who writes a layer on top of the image.
 *
 * @param watched other paths, absolute or not and without `..`, of which no file is kept
 * @throws UserError as `readImageFiles`
 */
export async function readImagePlace<Content>(
  { name, layers }: LayeredImage,
  path: string,
  keep: Keep<Content>,
  watched: readonly string[] = [],
): Promise<ImagePlace<Content> | undefined> {
  const wanted: Wanted = { paths: new Set(), watched: new Set(), linked: new Set() };
  const budget = usualBudget();
  try {
    wanted.paths.add(pathInImage(path, '', path));
    for (const one of watched) wanted.watched.add(pathInImage(one, '', one));
    for (let round = 0; round < mostRounds; round++) {
      const read = await readLayers(layers, wanted, keep, budget);
      const found = placeAt(path, read, wanted);
      if (found !== 'more') return found;
    }
  } catch (error) {
    throw error instanceof PathProblem ? refused(name, error.path, error.message) : error;
  }
  throw new UserError('refused', t('{0} has links that lead from one to the next without an end', name), {
    nextStep: t('check where the image comes from'),
  });
}

/** What has to be kept of the layers. */
interface Wanted {
  /** All of this, and all below it. */
  readonly paths: Set<string>;
  /** Of this, and of all below it, that it is there. */
  readonly watched: Set<string>;
  /** Files that hard links name, by layer and path: a layer above may hide these names, but not what is in them. */
  readonly linked: Set<string>;
}

/** What was kept of the layers. */
interface ReadLayers<Content> {
  readonly tree: ImageTree<Content>;
  /** By layer and path, also what is hidden. */
  readonly linked: ReadonlyMap<string, Node<Content>>;
}

async function readLayers<Content>(
  layers: readonly Layer[],
  wanted: Wanted,
  keep: Keep<Content>,
  budget: Budget,
): Promise<ReadLayers<Content>> {
  const tree = new ImageTree<Content>();
  const linked = new Map<string, Node<Content>>();
  for (let number = layers.length - 1; number >= 0; number--) {
    const layer = layers[number];
    if (layer === undefined || isSettled(tree, number, wanted)) continue;
    const found = emptyLayer<Content>();
    for await (const entry of layerEntries({ name: layer.name, bytes: await layer.open() }, budget)) {
      try {
        await readEntry(entry, { number, layer, wanted, tree, found, linked, keep });
      } catch (error) {
        throw error instanceof PathProblem ? refused(layer.name, error.path, error.message) : error;
      }
    }
    tree.add(found);
  }
  return { tree, linked };
}

/** True where nothing of this layer and of those below can matter any more. */
function isSettled(tree: ImageTree<unknown>, layer: number, { paths, watched, linked }: Wanted): boolean {
  const asked = [...linked].some((key) => Number(key.split('\n', 1)[0]) <= layer);
  return !asked && [...paths, ...watched].every((path) => tree.isSettled(path));
}

interface Reading<Content> {
  readonly number: number;
  readonly layer: Layer;
  readonly wanted: Wanted;
  readonly tree: ImageTree<Content>;
  readonly found: LayerTree<Content>;
  readonly linked: Map<string, Node<Content>>;
  readonly keep: Keep<Content>;
}

async function readEntry<Content>(entry: LayerEntry, reading: Reading<Content>): Promise<void> {
  const { number, wanted, tree, found, linked } = reading;
  const { path } = entry;
  const whiteout = whiteoutOf(path);
  if (whiteout !== undefined) {
    if (whiteout.kind === 'nothing' || !isRelevant(whiteout.path, wanted)) return;
    found[whiteout.kind].add(whiteout.path);
    return;
  }
  const key = `${number}\n${path}`;
  const isVisible = isRelevant(path, wanted) && !tree.hides(path);
  if (!isVisible && !wanted.linked.has(key)) return;
  const node = await nodeOf(entry, reading);
  linked.set(key, node);
  if (!isVisible) return;
  found.nodes.set(path, node);
  // Folders need no entry of their own.
  for (const above of ancestorsOf(path)) {
    if (above !== '' && !found.nodes.has(above) && !tree.hides(above)) {
      found.nodes.set(above, { kind: 'folder' });
    }
  }
}

/** True for what is wanted and for the folders above it, which may be links. */
function isRelevant(path: string, { paths, watched }: Wanted): boolean {
  return isNear(path, paths) || isNear(path, watched);
}

function isNear(path: string, wanted: ReadonlySet<string>): boolean {
  for (const one of wanted) {
    if (path === one || isBelow(path, one) || isBelow(one, path)) return true;
  }
  return false;
}

async function nodeOf<Content>(
  { path, type, size, target, owner, content }: LayerEntry,
  { number, wanted, keep }: Reading<Content>,
): Promise<Node<Content>> {
  switch (type) {
    case 'directory':
      return { kind: 'folder', owner };
    case 'symlink':
      return { kind: 'symlink', target };
    case 'link':
      return { kind: 'hardlink', target, layer: number };
    case 'file':
      return isNear(path, wanted.paths) || wanted.linked.has(`${number}\n${path}`)
        ? { kind: 'file', content: await keep(path, size, content) }
        : { kind: 'unread' };
    default:
      return { kind: 'device' };
  }
}

/** What is at a path, or `more` where other paths have to be read before anybody can tell; they are wanted then. */
function placeAt<Content>(
  path: string,
  read: ReadLayers<Content>,
  wanted: Wanted,
): ImagePlace<Content> | 'more' | undefined {
  const start = resolved(pathInImage(path, '', path), read, wanted);
  if (start === 'more' || start === undefined) return start;
  const files = filesAt(start, read, wanted);
  if (files === 'more') return files;
  const { tree } = read;
  return {
    path: start.path,
    files,
    has: (watched) => tree.has(pathInImage(watched, '', watched)),
    ownerOf(folder) {
      const node = tree.at(folder);
      return node?.kind === 'folder' ? node.owner : undefined;
    },
  };
}

function filesAt<Content>(
  start: Resolved<Content>,
  read: ReadLayers<Content>,
  wanted: Wanted,
): ImageFile<Content>[] | 'more' {
  const { tree } = read;
  if (start.node.kind === 'file') return [{ path: '', content: start.node.content }];
  const files: ImageFile<Content>[] = [];
  let needsMore = false;
  for (const below of tree.below(start.path)) {
    const kind = tree.at(below)?.kind;
    if (kind === 'folder' || kind === 'gone' || kind === undefined) continue;
    if (kind === 'device') throw new PathProblem(below, t('it is a device or a pipe and no file'));
    const found = resolved(below, read, wanted);
    if (found === 'more') needsMore = true;
    else if (found === undefined) throw new PathProblem(below, t('it is a link to what is not in the image'));
    else if (found.node.kind !== 'file') throw new PathProblem(below, t('it is a link to a folder'));
    else {
      const name = start.path === '' ? below : below.slice(start.path.length + 1);
      files.push({ path: name, content: found.node.content });
    }
  }
  return needsMore ? 'more' : files;
}

interface Resolved<Content> {
  readonly path: string;
  readonly node: Extract<Node<Content>, { kind: 'file' | 'folder' }>;
}

/** Follows all links of a path. Undefined where nothing is. */
function resolved<Content>(
  start: string,
  read: ReadLayers<Content>,
  wanted: Wanted,
): Resolved<Content> | 'more' | undefined {
  const { tree, linked } = read;
  let path = start;
  let known: Node<Content> | undefined;
  for (let hop = 0; hop <= mostHops; hop++) {
    if (known === undefined && !isRelevant(path, wanted)) {
      if (wanted.paths.size > mostLinks) throw new PathProblem(start, t('it is one link of too many'));
      wanted.paths.add(path);
      return 'more';
    }
    const link: string | undefined = [...ancestorsOf(path), path].find(
      (above) => above !== '' && tree.at(above)?.kind === 'symlink',
    );
    const node: Node<Content> | undefined =
      known ?? tree.at(link ?? path) ?? (path === '' ? folder : undefined);
    known = undefined;
    if (node === undefined || node.kind === 'gone') return undefined;
    if (node.kind === 'device' || node.kind === 'unread')
      throw new PathProblem(path, t('it is a device or a pipe and no file'));
    if (node.kind === 'file' || node.kind === 'folder') return { path, node };
    if (node.kind === 'symlink') {
      const from = link ?? path;
      const target = pathInImage(node.target, ancestorsOf(from).at(-1) ?? '', from);
      path = [target, path.slice(from.length + 1)].filter((part) => part !== '').join('/');
    } else {
      const target = pathInImage(node.target, '', path);
      const key = `${node.layer}\n${target}`;
      known = linked.get(key);
      if (known === undefined && wanted.linked.has(key)) {
        throw new PathProblem(path, t('it is a hard link to {0}, which is not in its layer', target));
      }
      if (known === undefined) {
        if (wanted.linked.size > mostLinks) throw new PathProblem(start, t('it is one link of too many'));
        wanted.linked.add(key);
        return 'more';
      }
      path = target;
    }
  }
  throw new PathProblem(start, t('it is a link that leads in a circle'));
}

const folder = { kind: 'folder' } as const;
