import { said } from '../base/sentences.ts';
import type { CatalogProblem, ReadProblem } from './model.ts';
import { pullSpecProblem } from './pullSpecProblem.ts';

/** A problem that a reader found, in words. */
export function saidProblem({ message, refusedImage, ...problem }: ReadProblem): CatalogProblem {
  const why = refusedImage === undefined ? [] : [pullSpecProblem(refusedImage) ?? ''];
  return { ...problem, message: said({ ...message, places: [...message.places, ...why] }) };
}
