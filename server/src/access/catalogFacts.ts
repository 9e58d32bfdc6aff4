import type { Facts } from '../workspace/facts.ts';
import type { CatalogDesk } from './catalogDesk.ts';
import { deskPlace } from './catalogName.ts';

/** Answers `Facts.catalog`: the first question for a catalog opens it. */
export function catalogFacts(desk: CatalogDesk): Facts['catalog'] {
  return (image, from) => {
    const place = deskPlace(image, from);
    return place === undefined ? { state: 'pending' } : desk.ask(place).fact;
  };
}
