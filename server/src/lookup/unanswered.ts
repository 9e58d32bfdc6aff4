import type { UnansweredQuestion } from './inquiry.ts';

/** A place that did not answer what it was last asked. */
export interface Unanswered {
  /** The host of a registry. */
  readonly place: string;
  /** How many images are unknown therefore. */
  readonly images: number;
  /** Of the first of them, in words for a person, with the next step. */
  readonly reason: string;
}

/** The registries that did not answer, each once, also where something is remembered from before. */
export function unansweredPlaces(questions: Iterable<UnansweredQuestion>): Unanswered[] {
  const places = new Map<string, { reason: string; images: Set<string>; repositories: Set<string> }>();
  for (const { question, reason } of questions) {
    const { place, name, repository } = question;
    const found = places.get(place) ?? { reason, images: new Set(), repositories: new Set() };
    // Asked for its tags, a repository stands for one image whose tag nobody knows.
    (name === repository ? found.repositories : found.images).add(name);
    places.set(place, found);
  }
  return [...places].map(([place, { reason, images, repositories }]) => {
    return { place, reason, images: images.size || repositories.size };
  });
}
