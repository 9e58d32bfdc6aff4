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
  /** An image: the one that was given before, unless that is long ago. */
  image(name: string, image: string): RelatedImage;
  kind(group: string, version: string, kind: string): GroupVersionKind;
  /** A list with these items, which are themselves shared: the one that said the same before, unless that is long ago. */
  list<T extends string | object>(items: readonly T[]): readonly T[];
  /** The one value that these texts say all of, made when it is asked for first. The first text says what kind of value it is. */
  value<T extends object>(texts: readonly string[], make: () => T): T;
}

/** JavaScript engines copy pieces of a text that are shorter than this, and let longer ones point into it. */
const longestCopied = 12;

/** An image has one or two names; where it has more of them than this, they are no longer looked through. */
const mostNames = 16;
/** So many images are remembered: those that are the same stand beside each other, and a place for each takes longer than to read it. */
const mostImages = 4_096;
/** So many lists that begin alike are looked through. Versions of an operator stand beside each other, and say the same. */
const mostAlike = 8;

export function makeSharing(): Sharing {
  const texts = new Map<string, string>();
  /** Nearly every image has one name, and a list for each would take longer than all else that is done with it. */
  const images = new Map<string, RelatedImage | RelatedImage[]>();
  const kinds = new Map<string, GroupVersionKind>();
  const values = new Map<string, object>();
  /** By their first items. */
  const lists = new Map<string | object, (readonly (string | object)[])[]>();

  const ownText = (given: string): string =>
    sharing.cutsFromText && given.length > longestCopied ? detached(given) : given;
  const text = (given: string): string => {
    const known = texts.get(given);
    if (known !== undefined) return known;
    const own = ownText(given);
    texts.set(own, own);
    return own;
  };
  const sharing: Sharing = {
    cutsFromText: false,
    text,
    image(name, image) {
      const named = images.get(image);
      if (named === undefined) {
        if (images.size >= mostImages) images.clear();
        const first = { name: text(name), image: ownText(image) };
        images.set(first.image, first);
        return first;
      }
      if (!Array.isArray(named) && named.name === name) return named;
      const all = Array.isArray(named) ? named : [named];
      let known = all.find((one) => one.name === name);
      if (known === undefined) {
        known = { name: text(name), image: all[0]?.image ?? ownText(image) };
        if (all.length < mostNames) all.push(known);
        images.set(known.image, all);
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
      const [first] = items;
      if (first === undefined) return nothing;
      const alike = lists.get(first);
      if (alike === undefined) {
        lists.set(first, [items]);
        return items;
      }
      const known = alike.find((list) => isSame(list, items));
      if (known !== undefined) return known as readonly T[];
      alike.unshift(items);
      if (alike.length > mostAlike) alike.pop();
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

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

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
