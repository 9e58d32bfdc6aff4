import type { Collision, MirrorImage } from './mirrorPlan.ts';

/**
 * The destinations that images would be written over each other at: those of several sources, and behind a hop those whose one
 * source stands for several originals by tag, of which the store has only one. Images of which all are known to be the same are
 * none. Sorted by destination.
 */
export function collisionsOf(images: readonly MirrorImage[]): Collision[] {
  const byDestination = new Map<string, MirrorImage[]>();
  for (const image of images) {
    const others = byDestination.get(image.destination);
    if (others === undefined) byDestination.set(image.destination, [image]);
    else others.push(image);
  }
  return [...byDestination]
    .flatMap(([destination, meeting]) => {
      const names = meeting.map(({ source, originals }) => originals ?? [source]);
      const isOneByDigest = meeting.length === 1 && meeting[0]?.source.includes('@') === true;
      if (names.flat().length === 1 || isOneByDigest || (meeting.length > 1 && areOne(meeting))) return [];
      return [{ destination, sources: names.flat().sort() }];
    })
    .sort((a, b) => (a.destination < b.destination ? -1 : 1));
}

function areOne([first, ...others]: readonly MirrorImage[]): boolean {
  return first?.digest !== undefined && others.every(({ digest }) => digest === first.digest);
}
