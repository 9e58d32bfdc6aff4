import { createHash } from 'node:crypto';
import type { MirrorImage, MirrorPlan } from '../plan/mirrorPlan.ts';
import { placedReference } from '../plan/placedReference.ts';

/** One of several runs that share the images of a plan. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** More machines than that would only wait for the destination. */
export const mostShards = 1000;

/** Reads `2/3`. @returns undefined for what names no shard */
export function parseShard(text: string): Shard | undefined {
  const found = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text);
  if (found === null) return undefined;
  const [index, count] = [Number(found[1]), Number(found[2])];
  return index <= count && count <= mostShards ? { index, count } : undefined;
}

export function formatShard({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** What the requests of an image weigh beside its bytes, so that thousands of small images are a share, too. */
const weightOfRequests = 1024 * 1024;

/** The images that a run is there for: all of its plan, or those of its shard and the catalogs, which the last shard writes. */
export function imagesOfRun({ images }: MirrorPlan, shard: Shard | undefined): readonly MirrorImage[] {
  if (shard === undefined) return images;
  const isCatalog = ({ role }: MirrorImage) => role === 'catalog';
  const content = images.filter((image) => !isCatalog(image));
  return [...imagesOfShard(content, shard), ...images.filter(isCatalog)];
}

/**
 * The images that belong to a shard. Each image belongs to exactly one, whatever the order of the plan, on every machine.
 *
 * Images of one repository, as pods call it, stay together, because they have layers in common, which would else be moved by several
 * machines at once. Where the plan knows bytes, the heaviest repositories are dealt first, each to the shard that has least by
 * then: no shard gets more than its fair share and one repository. A repository that is more than a fair share by itself is dealt image
 * by image: layers that move twice cost less than machines that wait.
 *
 * Where no bytes are known, the hash of its name decides for a repository. That is less even, but what one plan has more than another
 * moves nothing else, and plans without bytes are those that each machine has made for itself.
 */
export function imagesOfShard(images: readonly MirrorImage[], { index, count }: Shard): MirrorImage[] {
  const byRepository = groupedBy(images, repositoryOf);
  const shardOf = images.some(({ bytes }) => bytes !== undefined)
    ? dealt(byRepository, count)
    : new Map([...byRepository].map(([name, group]) => [group, shardByHash(name, count)]));
  const own = new Set([...shardOf].flatMap(([group, shard]) => (shard === index ? group : [])));
  return images.filter((image) => own.has(image));
}

/** What is dealt as one. */
interface Hand {
  readonly name: string;
  readonly images: readonly MirrorImage[];
  readonly weight: number;
}

function dealt(
  byRepository: ReadonlyMap<string, readonly MirrorImage[]>,
  count: number,
): Map<readonly MirrorImage[], number> {
  const repositories = handsOf(byRepository);
  const fair = repositories.reduce((sum, { weight }) => sum + weight, 0) / count;
  const hands = repositories.flatMap((hand) =>
    hand.weight > fair ? handsOf(groupedBy(hand.images, ({ source }) => source)) : [hand],
  );
  hands.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  const loads = Array.from({ length: count }, () => 0);
  const shards = new Map<readonly MirrorImage[], number>();
  for (const { images, weight } of hands) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + weight;
    shards.set(images, least + 1);
  }
  return shards;
}

function handsOf(groups: ReadonlyMap<string, readonly MirrorImage[]>): Hand[] {
  return [...groups].map(([name, images]) => ({
    name,
    images,
    weight: images.reduce((sum, { bytes = 0 }) => sum + bytes + weightOfRequests, 0),
  }));
}

function groupedBy(
  images: readonly MirrorImage[],
  nameOf: (image: MirrorImage) => string,
): Map<string, MirrorImage[]> {
  const groups = new Map<string, MirrorImage[]>();
  for (const image of images) {
    const name = nameOf(image);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [image]);
    else group.push(image);
  }
  return groups;
}

function shardByHash(name: string, count: number): number {
  return (createHash('sha256').update(name).digest().readUInt32BE(0) % count) + 1;
}

/** Where pods have an image from: in a layout or behind a hop all images would be in one place. */
function repositoryOf({ source, originals: [original = source] = [] }: MirrorImage): string {
  const { registry, repository } = placedReference(original);
  return `${registry}/${repository}`;
}
