import type { MappingLine } from '../documents/mappingLine.ts';
import type { MappingIndex } from './mappingIndex.ts';

/** So few files are asked each; a directory of them would cost more than it saves. */
const fewFiles = 8;

/**
 * Which of many mapping.txt files bring images to a place, so that who asks for thousands of places does not ask a hundred
 * files for each. A place is a repository as `repositoryOf` has it. It is made when it is first asked for; whoever hands it on to
 * later versions of the files says which places have changed.
 */
export class PlaceDirectory {
  /** By place, the files by their position. */
  #holders: Map<string, number[]> | undefined;

  /** The files in which to look for lines that bring images to a place, in their order. `indexes` are all of them. */
  holdersOf(place: string, indexes: readonly MappingIndex[]): readonly MappingIndex[] {
    if (indexes.length <= fewFiles) return indexes;
    this.#holders ??= holdersIn(indexes);
    const positions = this.#holders.get(place) ?? [];
    return positions.map((at) => indexes[at] as MappingIndex);
  }

  /** Lines that bring images to a place have come or gone. */
  changed(place: string, indexes: readonly MappingIndex[]): void {
    if (this.#holders === undefined) return;
    const positions = [...indexes.keys()].filter(
      (at) => linesTo(indexes[at] as MappingIndex, place).length > 0,
    );
    if (positions.length === 0) this.#holders.delete(place);
    else this.#holders.set(place, positions);
  }
}

/** The lines of a file that bring images to a place. */
export function linesTo(index: MappingIndex, place: string): readonly MappingLine[] {
  return index.byDestinationRepository.get(place);
}

function holdersIn(indexes: readonly MappingIndex[]): Map<string, number[]> {
  const holders = new Map<string, number[]>();
  const add = (place: string, at: number) => {
    const others = holders.get(place);
    if (others === undefined) holders.set(place, [at]);
    else others.push(at);
  };
  for (const [at, { byDestinationRepository }] of indexes.entries())
    for (const repository of byDestinationRepository.keys()) add(repository, at);
  return holders;
}
