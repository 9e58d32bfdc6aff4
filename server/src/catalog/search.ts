import { speakingBundle } from './front.ts';
import type { Catalog, CatalogPackage } from './model.ts';

/** A catalog made ready for being searched as somebody types. Make it once for a catalog. */
export interface CatalogSearch {
  /**
   * The packages in which every word of the query stands: in the name, the name for people, the provider, a kind that it
   * provides, a keyword or the description. Best first, and all in the order of names for an empty query.
   */
  find(query: string): CatalogPackage[];
}

/** The texts of a package in lower case, the telling ones first. */
interface Searched {
  readonly owner: CatalogPackage;
  readonly texts: readonly string[];
}

export function catalogSearch({ packages }: Catalog): CatalogSearch {
  const all = packages.map((owner): Searched => {
    const bundle = speakingBundle(owner);
    const about = bundle?.about;
    const texts = [
      owner.name,
      about?.displayName ?? '',
      about?.provider ?? '',
      (bundle?.provides ?? []).map(({ kind, group }) => `${kind} ${kind}.${group}`).join('\n'),
      (about?.keywords ?? []).join('\n'),
      [owner.description, about?.annotations.get('description') ?? '', about?.description ?? ''].join('\n'),
    ];
    return { owner, texts: texts.map((text) => text.toLowerCase()) };
  });
  return {
    find(query) {
      const words = query
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      if (words.length === 0) return [...packages];
      return all
        .flatMap(({ owner, texts }) => {
          const rank = rankOf(words, texts);
          return rank === undefined ? [] : [{ owner, rank }];
        })
        .sort((a, b) => a.rank - b.rank)
        .map(({ owner }) => owner);
    },
  };
}

/** Smaller is better; undefined where a word is nowhere. A word that a text begins with counts more than one inside. */
function rankOf(words: readonly string[], texts: readonly string[]): number | undefined {
  let sum = 0;
  for (const word of words) {
    const at = texts.findIndex((text) => text.includes(word));
    if (at === -1) return undefined;
    sum += 2 * at + (texts[at]?.startsWith(word) === true ? 0 : 1);
  }
  return sum;
}
