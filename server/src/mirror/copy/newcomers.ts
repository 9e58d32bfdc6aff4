/** So many images in a row that were not there make the next one likely not to be there either. */
const enough = 8;

/**
 * Whether the images of a run are usually new to a place. Where they are, asking first whether one is there only costs a request: that
 * its config is missing says the same. Where they are not, as in a run that goes on, that one question is all that an image costs.
 */
export class Newcomers {
  /** Tags in a row that were not there, by place. */
  readonly #absent = new Map<string, number>();

  /** A place was asked for the tag of an image. */
  sawTag(place: string, isThere: boolean): void {
    this.#absent.set(place, isThere ? 0 : (this.#absent.get(place) ?? 0) + 1);
  }

  /** True where the next image is likely to be new. */
  areUsual(place: string): boolean {
    return (this.#absent.get(place) ?? 0) >= enough;
  }
}
