import type { GroupVersionKind, RelatedImage } from './model.ts';

/**
 * Keeps one of each of what a catalog says thousands of times: names, images, descriptions, lists of kinds. Lives as long as
 * a catalog is being read; the catalog then holds what it gave.
 */
export interface Sharing {
  /** Set while what is shared was cut out of a text that must not stay in memory for it: js-yaml cuts, `JSON.parse` copies. */
  cutsFromText: boolean;
  /** The one string that equals this one. Holds no longer text alive, which a piece of a parsed text would. */
  text(text: string): string;
  image(name: string, image: string): RelatedImage;
  kind(group: string, version: string, kind: string): GroupVersionKind;
  /** The one list with these items, which are themselves shared. */
  list<T extends string | object>(items: readonly T[]): readonly T[];
  /** The one value that these texts say all of, made when it is asked for first. The first text says what kind of value it is. */
  value<T extends object>(texts: readonly string[], make: () => T): T;
}

/** JavaScript engines copy pieces of a text that are shorter than this, and let longer ones point into it. */
const longestCopied = 12;

/** An image has one or two names; where it has more of them than this, they are no longer looked through. */
const mostNames = 16;

export function makeSharing(): Sharing {
  const texts = new Map<string, string>();
  const images = new Map<string, RelatedImage[]>();
  const kinds = new Map<string, GroupVersionKind>();
  const values = new Map<string, object>();
  const numbers = new Map<string | object, number>();
  const lists = new Map<string, readonly (string | object)[]>();

  const text = (given: string): string => {
    const known = texts.get(given);
    if (known !== undefined) return known;
    const own = sharing.cutsFromText && given.length > longestCopied ? detached(given) : given;
    texts.set(own, own);
    return own;
  };

  const numberOf = (item: string | object): number => {
    let number = numbers.get(item);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(item, number);
    }
    return number;
  };

  const sharing: Sharing = {
    cutsFromText: false,
    text,
    image(name, image) {
      let named = images.get(image);
      if (named === undefined) {
        named = [];
        images.set(text(image), named);
      }
      let known = named.find((one) => one.name === name);
      if (known === undefined) {
        known = { name: text(name), image: text(image) };
        if (named.length < mostNames) named.push(known);
      }
      return known;
    },
    kind(group, version, kind) {
      const key = keyOf([group, version, kind]);
      let known = kinds.get(key);
      if (known === undefined) {
        known = { group: text(group), version: text(version), kind: text(kind) };
        kinds.set(key, known);
      }
      return known;
    },
    list<T extends string | object>(items: readonly T[]): readonly T[] {
      if (items.length === 0) return nothing;
      let key = '';
      for (const item of items) key += `${numberOf(item)},`;
      const known = lists.get(key);
      if (known !== undefined) return known as readonly T[];
      lists.set(key, items);
      return items;
    },
    value<T extends object>(texts: readonly string[], make: () => T): T {
      const key = keyOf(texts);
      const known = values.get(key);
      if (known !== undefined) return known as T;
      const made = make();
      values.set(text(key), made);
      return made;
    },
  };
  return sharing;
}

const nothing: readonly never[] = [];

/** Other texts have another key, whatever is in them. */
function keyOf(texts: readonly string[]): string {
  let key = '';
  for (const text of texts) key += `${text.length} ${text}`;
  return key;
}

/** A copy that shares no memory with the text it was cut out of. */
function detached(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
