import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type {
  About,
  Catalog,
  CatalogBundle,
  CatalogChannel,
  CatalogEntry,
  CatalogPackage,
  Deprecation,
  GroupVersionKind,
  Icon,
  Property,
  RelatedImage,
  Requirement,
} from '../catalog/model.ts';

/** The form in which catalogs are packed: what was packed in another one is made anew. Count up when anything here changes. */
export const packedForm = 3;

/** A catalog as bytes: an outline, which is read at once, and each package by itself, which is read when somebody asks for it. */
export interface PackedCatalog {
  readonly outline: Uint8Array;
  /** In the order of the outline. */
  readonly packages: readonly Uint8Array[];
}

interface Outline extends Pick<Catalog, 'others' | 'problems'> {
  /** Name, whether it is declared, default channel, description, checksum of what is packed. */
  readonly packages: readonly (readonly [string, boolean, string, string, number])[];
}

/** Catalogs never change, so what one was packed to, or unpacked from, it is packed to again. */
const packedBefore = new WeakMap<Catalog, PackedCatalog>();

export function packCatalog(catalog: Catalog): PackedCatalog {
  let known = packedBefore.get(catalog);
  if (known === undefined) {
    known = packedAnew(catalog);
    packedBefore.set(catalog, known);
  }
  return known;
}

function packedAnew({ packages, others, problems }: Catalog): PackedCatalog {
  const contents = packages.map((one) => packed(packedPackage(one)));
  const outline: Outline = {
    packages: packages.map(({ name, declared, defaultChannel, description }, number) => [
      ...([name, declared, defaultChannel, description] as const),
      crc32(contents[number] ?? ''),
    ]),
    others,
    problems,
  };
  return { outline: packed(outline), packages: contents };
}

/** The same bytes as pieces of one buffer, which can be handed over to another thread. */
export function packedAsOne({ outline, packages }: PackedCatalog): {
  readonly packed: PackedCatalog;
  readonly buffer: ArrayBuffer;
} {
  const length = packages.reduce((sum, bytes) => sum + bytes.length, outline.length);
  const buffer = new ArrayBuffer(length);
  let end = 0;
  const placed = (bytes: Uint8Array): Uint8Array => {
    const piece = new Uint8Array(buffer, end, bytes.length);
    piece.set(bytes);
    end += bytes.length;
    return piece;
  };
  return { packed: { outline: placed(outline), packages: packages.map(placed) }, buffer };
}

/** Quickly, since the catalog is shown when this is done: packing harder saves a fortieth, and deflate takes five times as long. */
const quickly = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

function packed(value: unknown): Uint8Array {
  return zstdCompressSync(JSON.stringify(value), quickly);
}

/** @throws what zlib throws, and JSON.parse, for other bytes */
function unpacked(bytes: Uint8Array): unknown {
  return JSON.parse(zstdDecompressSync(bytes).toString());
}

/**
 * The catalog again. What it holds of a package beyond its name, default channel and description is unpacked when it is asked
 * for, which takes a millisecond, and kept.
 * @returns undefined where the bytes are not what was packed
 */
export function unpackCatalog(packed: PackedCatalog): Catalog | undefined {
  const { outline, packages } = packed;
  const read = outlineOf(outline);
  if (read === undefined || read.packages.length !== packages.length) return undefined;
  if (read.packages.some(([, , , , sum], number) => crc32(packages[number] ?? '') !== sum)) return undefined;
  const catalog: Catalog = {
    packages: read.packages.map(([name, declared, defaultChannel, description], number) => {
      const about = { name, declared, defaultChannel, description };
      return unpackedLater(about, packages[number] ?? new Uint8Array());
    }),
    others: read.others,
    problems: read.problems,
  };
  packedBefore.set(catalog, packed);
  return catalog;
}

function outlineOf(bytes: Uint8Array): Outline | undefined {
  try {
    return unpacked(bytes) as Outline;
  } catch {
    return undefined;
  }
}

type Outlined = Pick<CatalogPackage, 'name' | 'declared' | 'defaultChannel' | 'description'>;

/** Its own properties, as an object that was read from text has them: it is compared, spread and written as such a one. */
function unpackedLater(about: Outlined, bytes: Uint8Array): CatalogPackage {
  let known: Unpacked | undefined;
  const all = () => {
    known ??= unpackedPackage(about.name, unpacked(bytes) as Packed);
    return known;
  };
  return {
    ...about,
    get icon() {
      return all().icon;
    },
    get channels() {
      return all().channels;
    },
    get bundles() {
      return all().bundles;
    },
    get deprecations() {
      return all().deprecations;
    },
  };
}

type Unpacked = Omit<CatalogPackage, keyof Outlined>;

/** All that a package says, where each text and each list stands once. Numbers are places in `texts` or in `lists`. */
interface Packed {
  readonly texts: readonly string[];
  readonly lists: readonly (readonly number[])[];
  /** Texts: media type and content. */
  readonly icon: readonly number[] | undefined;
  /** Of a channel: name, its entries, and the head that it states or `none`. */
  readonly channels: number;
  readonly bundles: number;
  readonly deprecations: number;
}

/** In the place of a number: there is nothing. */
const none = -1;

function packedPackage({ icon, channels, bundles, deprecations }: CatalogPackage): Packed {
  const { texts, lists, text, list, each, once } = packing();
  const words = (items: readonly string[]) => each(items, text);
  return {
    texts,
    lists,
    icon: icon === undefined ? undefined : [text(icon.mediaType), text(icon.base64)],
    channels: each(channels, ({ name, entries, statedHead }) =>
      list([
        text(name),
        each(entries, (entry) =>
          list([text(entry.name), text(entry.replaces), words(entry.skips), text(entry.skipRange)]),
        ),
        statedHead === undefined ? none : text(statedHead),
      ]),
    ),
    bundles: each(bundles, (bundle) =>
      list([
        text(bundle.name),
        text(bundle.version),
        text(bundle.image),
        words(bundle.channels),
        each(bundle.relatedImages, (related) =>
          once(related, ({ name, image }) => list([text(name), text(image)])),
        ),
        each(bundle.provides, (provided) =>
          once(provided, ({ group, version, kind }) => list([text(group), text(version), text(kind)])),
        ),
        each(bundle.requires, (requirement) => list(requirementTexts(requirement).map(text))),
        each(bundle.properties, ({ type, value }) => list([text(type), text(value)])),
        bundle.about === undefined ? none : list(packedAbout(bundle.about)),
      ]),
    ),
    deprecations: each(deprecations, ({ schema, name, message }) =>
      list([text(schema), text(name), text(message)]),
    ),
  };

  function packedAbout(about: About): number[] {
    return [
      ...[about.displayName, about.description, about.provider, about.maturity, about.minKubeVersion].map(
        text,
      ),
      words(about.keywords),
      each(about.links, ({ name, url }) => list([text(name), text(url)])),
      each(about.maintainers, ({ name, email }) => list([text(name), text(email)])),
      words(about.installModes),
      once(about.annotations, (annotations) => list([...annotations].map((pair) => list(pair.map(text))))),
    ];
  }
}

function packing() {
  const texts: string[] = [];
  const lists: (readonly number[])[] = [];
  const places = new Map<string, number>();
  const listPlaces = new Map<string, number>();
  const text = (value: string): number => placeOf(places, value, texts, value);
  const list = (numbers: readonly number[]): number => placeOf(listPlaces, numbers.join(), lists, numbers);
  const objects = new Map<object, number>();
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
  return { texts, lists, text, list, each, once };
}

function placeOf<T>(places: Map<string, number>, key: string, all: T[], value: T): number {
  const known = places.get(key);
  if (known !== undefined) return known;
  const place = all.length;
  places.set(key, place);
  all.push(value);
  return place;
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

function unpackedPackage(owner: string, packed: Packed): Unpacked {
  const { texts, lists } = packed;
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
  const images = listOf(once(([name, image]): RelatedImage => ({ name: text(name), image: text(image) })));
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
  const entries = listOf(
    once(
      ([name, replaces, skips = none, skipRange]): CatalogEntry => ({
        name: text(name),
        replaces: text(replaces),
        skips: words(skips),
        skipRange: text(skipRange),
      }),
    ),
  );
  const channels = numbers(packed.channels).map((place): CatalogChannel => {
    const [name, of = none, head = none] = numbers(place);
    return { name: text(name), entries: entries(of), statedHead: head === none ? undefined : text(head) };
  });
  const bundles = numbers(packed.bundles).map((place): CatalogBundle => {
    const [name, version, image, ...more] = numbers(place);
    const [inChannels = none, related = none, provides = none, requires = none, others = none, said = none] =
      more;
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
  const deprecations = numbers(packed.deprecations).map((place): Deprecation => {
    const [schema, name, message] = numbers(place);
    return { schema: text(schema), name: text(name), message: text(message) };
  });
  return { icon: iconOf(packed.icon, text), channels, bundles, deprecations };
}

function iconOf(icon: Packed['icon'], text: (place?: number) => string): Icon | undefined {
  return icon === undefined ? undefined : { mediaType: text(icon[0]), base64: text(icon[1]) };
}

function requirementOf([type, first = '', second = '', third = '']: readonly string[]): Requirement {
  if (type === 'olm.package.required') return { type, packageName: first, versionRange: second };
  if (type === 'olm.gvk.required') return { type, group: first, version: second, kind: third };
  return { type: 'olm.constraint', value: first };
}
