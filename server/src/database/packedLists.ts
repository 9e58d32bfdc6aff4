import type {
  About,
  CatalogBundle,
  CatalogChannel,
  CatalogEntry,
  Deprecation,
  GroupVersionKind,
  Property,
  RelatedImage,
  Requirement,
} from '../catalog/model.ts';

/** What a catalog says, where each text stands once, and each list that is one object. Numbers are places in `texts` or in `lists`. */
export interface PackedLists {
  readonly texts: readonly string[];
  readonly lists: readonly (readonly number[])[];
}

/** In the place of a number: there is nothing. */
export const none = -1;

/** Packs bundles and what else the model has lists of. */
export function packing() {
  const texts: string[] = [];
  const lists: (readonly number[])[] = [];
  const places = new Map<string, number>();
  const objects = new Map<object, number>();
  const text = (value: string): number => {
    let place = places.get(value);
    if (place === undefined) {
      place = texts.push(value) - 1;
      places.set(value, place);
    }
    return place;
  };
  const list = (numbers: readonly number[]): number => lists.push(numbers) - 1;
  /** What a catalog says often is one object in it (`catalog/sharing`), and is packed once. */
  const once = <T extends object>(value: T, pack: (value: T) => number): number => {
    let place = objects.get(value);
    if (place === undefined) {
      place = pack(value);
      objects.set(value, place);
    }
    return place;
  };
  const each = <T>(items: readonly T[], pack: (item: T) => number): number =>
    once(items, (all) => list(all.map(pack)));
  /** Of what there are thousands of, all items stand in one list: a list for each would take longer than all that is in it. */
  const inOne = <T>(items: readonly T[], pack: (item: T) => readonly number[]): number =>
    once(items, (all) => {
      const numbers: number[] = [];
      for (const item of all) for (const number of pack(item)) numbers.push(number);
      return list(numbers);
    });
  const words = (items: readonly string[]) => each(items, text);

  const packedAbout = (about: About): number[] => [
    ...[about.displayName, about.description, about.provider, about.maturity, about.minKubeVersion].map(text),
    words(about.keywords),
    each(about.links, ({ name, url }) => list([text(name), text(url)])),
    each(about.maintainers, ({ name, email }) => list([text(name), text(email)])),
    words(about.installModes),
    once(about.annotations, (annotations) => list([...annotations].map((pair) => list(pair.map(text))))),
  ];

  return {
    content: { texts, lists } satisfies PackedLists,
    text,
    /** Of a channel: name, its entries, and the head that it states or `none`. */
    channels: (channels: readonly CatalogChannel[]) =>
      each(channels, ({ name, entries, statedHead }) =>
        list([
          text(name),
          inOne(entries, (entry) => [
            text(entry.name),
            text(entry.replaces),
            words(entry.skips),
            text(entry.skipRange),
          ]),
          statedHead === undefined ? none : text(statedHead),
        ]),
      ),
    bundles: (bundles: readonly CatalogBundle[]) =>
      inOne(bundles, (bundle) => [
        text(bundle.name),
        text(bundle.version),
        text(bundle.image),
        words(bundle.channels),
        inOne(bundle.relatedImages, ({ name, image }) => [text(name), text(image)]),
        each(bundle.provides, (provided) =>
          once(provided, ({ group, version, kind }) => list([text(group), text(version), text(kind)])),
        ),
        each(bundle.requires, (requirement) => list(requirementTexts(requirement).map(text))),
        each(bundle.properties, ({ type, value }) => list([text(type), text(value)])),
        bundle.about === undefined ? none : list(packedAbout(bundle.about)),
      ]),
    deprecations: (deprecations: readonly Deprecation[]) =>
      each(deprecations, ({ schema, name, message }) => list([text(schema), text(name), text(message)])),
  };
}

/** Reads what `packing` packed. */
export function unpacking({ texts, lists }: PackedLists) {
  const text = (place = none): string => texts[place] ?? '';
  const numbers = (place = none): readonly number[] => lists[place] ?? [];
  /** What stands once becomes one object. */
  const once = <T>(make: (fields: readonly number[]) => T): ((place: number) => T) => {
    const known = new Map<number, T>();
    return (place) => {
      let value = known.get(place);
      if (value === undefined) {
        value = make(numbers(place));
        known.set(place, value);
      }
      return value;
    };
  };
  const listOf = <T>(item: (place: number) => T) => once((places): readonly T[] => places.map(item));

  const words = listOf((place) => text(place));
  const pair = once(([first, second]): readonly [string, string] => [text(first), text(second)]);
  /** Items of so many numbers each that stand in one list. */
  const fromOne = <T>(width: number, make: (fields: readonly number[]) => T) =>
    once((all): readonly T[] =>
      Array.from({ length: all.length / width }, (_, at) => make(all.slice(at * width, (at + 1) * width))),
    );
  const imageOf = new Map<number, RelatedImage>();
  const images = fromOne(2, ([name = none, image = none]) => {
    const key = name * texts.length + image;
    const known = imageOf.get(key) ?? { name: text(name), image: text(image) };
    imageOf.set(key, known);
    return known;
  });
  const kinds = listOf(
    once(
      ([group, version, kind]): GroupVersionKind => ({
        group: text(group),
        version: text(version),
        kind: text(kind),
      }),
    ),
  );
  const requirements = listOf(once((fields) => requirementOf(fields.map(text))));
  const properties = listOf(once(([type, value]): Property => ({ type: text(type), value: text(value) })));
  const links = listOf(once(([name, url]) => ({ name: text(name), url: text(url) })));
  const maintainers = listOf(once(([name, email]) => ({ name: text(name), email: text(email) })));
  const about = once(
    ([displayName, description, provider, maturity, minKubeVersion, ...more]): About => ({
      displayName: text(displayName),
      description: text(description),
      provider: text(provider),
      maturity: text(maturity),
      minKubeVersion: text(minKubeVersion),
      keywords: words(more[0] ?? none),
      links: links(more[1] ?? none),
      maintainers: maintainers(more[2] ?? none),
      installModes: words(more[3] ?? none),
      annotations: new Map(numbers(more[4]).map(pair)),
    }),
  );
  const entries = fromOne(
    4,
    ([name, replaces, skips = none, skipRange]): CatalogEntry => ({
      name: text(name),
      replaces: text(replaces),
      skips: words(skips),
      skipRange: text(skipRange),
    }),
  );
  const bundles = (owner: string) =>
    fromOne(9, ([name, version, image, ...more]): CatalogBundle => {
      const [inChannels = none, related = none, provides = none, requires = none, others = none] = more;
      const said = more[5] ?? none;
      return {
        name: text(name),
        package: owner,
        version: text(version),
        image: text(image),
        channels: words(inChannels),
        relatedImages: images(related),
        provides: kinds(provides),
        requires: requirements(requires),
        properties: properties(others),
        about: said === none ? undefined : about(said),
      };
    });

  return {
    text,
    channels: (packed: number): CatalogChannel[] =>
      numbers(packed).map((place) => {
        const [name, of = none, head = none] = numbers(place);
        return { name: text(name), entries: entries(of), statedHead: head === none ? undefined : text(head) };
      }),
    bundles: (packed: number, owner: string): readonly CatalogBundle[] => bundles(owner)(packed),
    deprecations: (packed: number): Deprecation[] =>
      numbers(packed).map((place) => {
        const [schema, name, message] = numbers(place);
        return { schema: text(schema), name: text(name), message: text(message) };
      }),
  };
}

function requirementTexts(requirement: Requirement): string[] {
  switch (requirement.type) {
    case 'olm.package.required':
      return [requirement.type, requirement.packageName, requirement.versionRange];
    case 'olm.gvk.required':
      return [requirement.type, requirement.group, requirement.version, requirement.kind];
    case 'olm.constraint':
      return [requirement.type, requirement.value];
  }
}

function requirementOf([type, first = '', second = '', third = '']: readonly string[]): Requirement {
  if (type === 'olm.package.required') return { type, packageName: first, versionRange: second };
  if (type === 'olm.gvk.required') return { type, group: first, version: second, kind: third };
  return { type: 'olm.constraint', value: first };
}
