import { crc32, zstdDecompressSync } from 'node:zlib';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { type Front, frontOf, keepFront } from '../catalog/front.ts';
import type { Catalog, CatalogPackage, Icon } from '../catalog/model.ts';
import { packIcon, unpackIcon } from './packedIcon.ts';
import { none, type PackedLists, packing, unpacking } from './packedLists.ts';
import { makePacker } from './packer.ts';

/** The form in which catalogs are packed: what was packed in another one is made anew. Count up when anything here changes. */
export const packedForm = 9;

/**
 * A catalog as bytes: an outline, which is read at once; what stands for packages where all of them are looked at; packages, some
 * together; and each icon by itself. Packages and icons are read when somebody asks for them.
 */
export interface PackedCatalog {
  /** As text, since it is short, and to begin with unpacking takes longer than to read it. */
  readonly outline: Uint8Array;
  /** One piece. */
  readonly fronts: PackedPieces;
  /** Packages in the order of the outline, which says how many of them each piece has. */
  readonly groups: PackedPieces;
  readonly icons: PackedIcons;
}

/** A list, or what reads one by one when somebody asks for it. */
export interface PackedPieces {
  readonly length: number;
  /** Undefined where it is not to be had any more. */
  at(number: number): Uint8Array | undefined;
}

/** The icons of packages, by their numbers in the outline: a list, or where they are read one by one, as most of the bytes are icons. */
export interface PackedIcons {
  /** Undefined where a package has none, or where it is not to be had any more: an icon is no more than an ornament. */
  at(number: number): Uint8Array | undefined;
}

interface Outline extends Pick<Catalog, 'others' | 'problems'> {
  /** Name, whether it is declared, default channel, bytes that it takes in its group. */
  readonly packages: readonly (readonly [string, boolean, string, number])[];
  /** How many packages are in it, checksum of what is packed. */
  readonly groups: readonly (readonly [number, number])[];
  /** Checksum of what is packed. */
  readonly fronts: number;
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
  const packer = makePacker();
  const lengths: number[] = [];
  const groups: { readonly count: number; readonly bytes: Uint8Array }[] = [];
  let grouped = 0;
  for (const [number, one] of packages.entries()) {
    lengths.push(packer.add(JSON.stringify(packedPackage(one))));
    if (packer.length() < enough && number + 1 < packages.length) continue;
    groups.push({ count: lengths.length - grouped, bytes: packer.packed() });
    grouped = lengths.length;
  }
  for (let at = 0; at < packages.length; at += frontsTogether) {
    packer.add(`${JSON.stringify(packedFronts(packages.slice(at, at + frontsTogether)))}\n`);
  }
  const fronts = packer.packed();
  const outline: Outline = {
    packages: packages.map(({ name, declared, defaultChannel }, number) => [
      ...([name, declared, defaultChannel] as const),
      lengths[number] ?? 0,
    ]),
    groups: groups.map(({ count, bytes }) => [count, crc32(bytes)]),
    fronts: crc32(fronts),
    others,
    problems,
  };
  return {
    outline: packedOutline(outline),
    fronts: [fronts],
    groups: groups.map(({ bytes }) => bytes),
    icons: packages.map(({ icon }) => icon && packIcon(icon)),
  };
}

/** Bytes after which packages begin a new group: each group takes zstd and the database a while, whatever is in it. */
const enough = 128 * 1024;
/** So many packages' fronts are one line: what is longer than some hundred thousand letters takes V8 new memory each time. */
const frontsTogether = 16;

/**
 * The same bytes as pieces of one buffer, which can be handed over to another thread.
 * @throws UserError `lostCatalog` where some of them are not to be had any more
 */
export function packedAsOne({ outline, fronts, icons, groups }: PackedCatalog): {
  readonly packed: PackedCatalog & Readonly<Record<'fronts' | 'groups', readonly Uint8Array[]>>;
  readonly buffer: ArrayBuffer;
} {
  const read = outlineOf(outline);
  const allIcons = read?.packages.map((_, number) => icons.at(number)) ?? [];
  const allFronts = read === undefined ? [] : [pieceAt(fronts, 0, read.fronts)];
  const allGroups = read?.groups.map(([, sum], number) => pieceAt(groups, number, sum)) ?? [];
  const length = [outline, ...allFronts, ...allGroups, ...allIcons].reduce(
    (sum, bytes) => sum + (bytes?.length ?? 0),
    0,
  );
  const buffer = new ArrayBuffer(length);
  let end = 0;
  const placed = (bytes: Uint8Array): Uint8Array => {
    const piece = new Uint8Array(buffer, end, bytes.length);
    piece.set(bytes);
    end += bytes.length;
    return piece;
  };
  const packed = {
    outline: placed(outline),
    fronts: allFronts.map(placed),
    groups: allGroups.map(placed),
    icons: allIcons.map((icon) => icon && placed(icon)),
  };
  return { packed, buffer };
}

/**
 * The catalog again. What it holds of a package beyond its name and default channel is read and unpacked when it is asked for, which
 * takes a millisecond, and kept; an icon is read each time. Where the bytes are lost until then, asking for it throws a UserError
 * `lostCatalog`.
 * @param lost is told of that before
 * @returns undefined where the bytes are not what was packed
 */
export function unpackCatalog(packed: PackedCatalog, lost: () => void = () => {}): Catalog | undefined {
  const { outline, fronts, icons, groups } = packed;
  const read = outlineOf(outline);
  if (read === undefined || read.groups.length !== groups.length || fronts.length !== 1) return undefined;
  const bytesAt = bytesOf(read, groups, lost);
  const frontAt = unpackedFronts(() => pieceAt(fronts, 0, read.fronts, lost), read.packages);
  const catalog: Catalog = {
    packages: read.packages.map(([name, declared, defaultChannel], number) => {
      return unpackedLater(
        { name, declared, defaultChannel },
        {
          icon: () => {
            const icon = icons.at(number);
            return icon && unpackIcon(icon);
          },
          front: () => frontAt(number),
          rest: once(() => unpackedPackage(name, JSON.parse(bytesAt(number).toString()) as Packed)),
        },
      );
    }),
    others: read.others,
    problems: read.problems,
  };
  packedBefore.set(catalog, packed);
  return catalog;
}

/**
 * The packages of a catalog as bytes: packages that are packed to the same bytes are the same. What it returns throws a UserError
 * `lostCatalog` where they are not to be had any more.
 */
export function packageBytes({ outline, groups }: PackedCatalog): (number: number) => Uint8Array {
  return bytesOf(outlineOf(outline) ?? { packages: [], groups: [] }, groups);
}

/** Reads all of it but icons; false where some of that is lost. */
export function isWhole({ outline, fronts, groups }: PackedCatalog): boolean {
  const read = outlineOf(outline);
  if (read === undefined) return false;
  const all = [
    wholeAt(fronts, 0, read.fronts),
    ...read.groups.map(([, sum], number) => wholeAt(groups, number, sum)),
  ];
  return !all.includes(undefined);
}

/** A piece, if it is what was packed. */
function wholeAt(pieces: PackedPieces, number: number, sum: number): Uint8Array | undefined {
  const bytes = pieces.at(number);
  return bytes !== undefined && crc32(bytes) === sum ? bytes : undefined;
}

/** @throws UserError `lostCatalog` */
function pieceAt(pieces: PackedPieces, number: number, sum: number, lost: () => void = () => {}): Uint8Array {
  const bytes = wholeAt(pieces, number, sum);
  if (bytes !== undefined) return bytes;
  lost();
  throw new UserError('lostCatalog', t('what was kept of a catalog cannot be read any more'), {
    nextStep: t('do the same again: the catalog is then read anew'),
  });
}

/** The group that somebody looked into last stays unpacked, since the next package that is asked for is most often its neighbour. */
function bytesOf(
  { packages, groups }: Pick<Outline, 'packages' | 'groups'>,
  packed: PackedPieces,
  lost?: () => void,
): (number: number) => Buffer {
  const places: { readonly group: number; readonly start: number; readonly end: number }[] = [];
  for (const [group, [count]] of groups.entries()) {
    let start = 0;
    for (let left = count; left > 0; left--) {
      const end = start + (packages[places.length]?.[3] ?? 0);
      places.push({ group, start, end });
      start = end;
    }
  }
  let last: { readonly group: number; readonly bytes: Buffer } | undefined;
  return (number) => {
    const { group = none, start = 0, end = 0 } = places[number] ?? {};
    if (last?.group !== group) {
      const [, sum = none] = groups[group] ?? [];
      last = { group, bytes: zstdDecompressSync(pieceAt(packed, group, sum, lost)) };
    }
    return last.bytes.subarray(start, end);
  };
}

/** A line with its checksum stands before it. */
function packedOutline(outline: Outline): Uint8Array {
  const text = JSON.stringify(outline);
  return Buffer.from(`${crc32(text)}\n${text}`);
}

function outlineOf(bytes: Uint8Array): Outline | undefined {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = packed.indexOf(10) + 1;
  const content = packed.subarray(start);
  if (packed.toString('latin1', 0, start) !== `${crc32(content)}\n`) return undefined;
  return JSON.parse(content.toString()) as Outline;
}

type Outlined = Pick<CatalogPackage, 'name' | 'declared' | 'defaultChannel'>;

/** Its own properties, as an object that was read from text has them: it is compared, spread and written as such a one. */
function unpackedLater(about: Outlined, { icon, front, rest }: Later): CatalogPackage {
  const owner = {
    ...about,
    get description() {
      return front().description;
    },
    get icon() {
      return icon();
    },
    get channels() {
      return rest().channels;
    },
    get bundles() {
      return rest().bundles;
    },
    get deprecations() {
      return front().deprecations;
    },
  };
  keepFront(owner, () => front().front);
  return owner;
}

/** What is unpacked when somebody asks for it. */
interface Later {
  icon(): Icon | undefined;
  front(): UnpackedFront;
  rest(): Unpacked;
}

type Unpacked = Pick<CatalogPackage, 'channels' | 'bundles'>;

/** All that a package says besides what is in front. */
interface Packed extends PackedLists {
  readonly channels: number;
  readonly bundles: number;
}

function packedPackage({ channels, bundles }: CatalogPackage): Packed {
  const pack = packing();
  return { ...pack.content, channels: pack.channels(channels), bundles: pack.bundles(bundles) };
}

function unpackedPackage(owner: string, packed: Packed): Unpacked {
  const unpack = unpacking(packed);
  return { channels: unpack.channels(packed.channels), bundles: unpack.bundles(packed.bundles, owner) };
}

interface UnpackedFront extends Pick<CatalogPackage, 'description' | 'deprecations'> {
  readonly front: Front;
}

interface PackedFronts extends PackedLists {
  /** Description, deprecations, a list of the bundle that speaks for it, newest version. */
  readonly packages: readonly (readonly [number, number, number, number])[];
}

function packedFronts(packages: readonly CatalogPackage[]): PackedFronts {
  const pack = packing();
  return {
    ...pack.content,
    packages: packages.map((owner) => {
      const { description, deprecations } = owner;
      const { speaking, newest } = frontOf(owner);
      return [
        pack.text(description),
        pack.deprecations(deprecations),
        pack.bundles(speaking === undefined ? [] : [speaking]),
        pack.text(newest),
      ];
    }),
  };
}

/** All are unpacked when the first one is wanted; then it takes no time. Each line has the fronts of some packages. */
function unpackedFronts(
  bytes: () => Uint8Array,
  packages: Outline['packages'],
): (number: number) => UnpackedFront {
  const read = once(() =>
    linesOf(zstdDecompressSync(bytes())).map((line) => {
      const { packages: fronts, ...lists } = JSON.parse(line) as PackedFronts;
      return { fronts, unpack: unpacking(lists) };
    }),
  );
  const known: UnpackedFront[] = [];
  return (number) => {
    const { fronts, unpack } = read()[Math.floor(number / frontsTogether)] ?? nothing;
    const [description = none, deprecations = none, speaking = none, newest = none] =
      fronts[number % frontsTogether] ?? [];
    known[number] ??= {
      description: unpack.text(description),
      deprecations: unpack.deprecations(deprecations),
      front: {
        speaking: unpack.bundles(speaking, packages[number]?.[0] ?? '')[0],
        newest: unpack.text(newest),
      },
    };
    return known[number];
  };
}

const nothing = { fronts: [], unpack: unpacking({ texts: [], lists: [] }) };

function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

function once<T>(make: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: make() };
    return known.value;
  };
}
