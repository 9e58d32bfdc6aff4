import { type KeptMessage, later } from '../base/sentences.ts';
import { bundleProperties } from './bundleProperties.ts';
import { makeCatalogBuilder } from './catalogBuilder.ts';
import { catalogFiles } from './indexIgnore.ts';
import type { Catalog, CatalogEntry, Deprecation, Icon, Place, ReadProblem, RelatedImage } from './model.ts';
import { pullSpecProblem } from './pullSpecProblem.ts';
import { makeSharing, type Sharing } from './sharing.ts';
import { documentsOf, lineCounter } from './textDocuments.ts';
import { type Fields, fieldOf, fieldsOf, itemsOf, textOf } from './values.ts';
import { parseVersion } from './version.ts';

/** A file of a file-based catalog. */
export interface CatalogFile {
  /** Below the folder of the catalog, with `/`: problems name it, and `.indexignore` files speak of it. */
  readonly path: string;
  readonly text: string;
}

/** Reads a file-based catalog file by file. https://olm.operatorframework.io/docs/reference/file-based-catalogs/ */
export interface FileBasedReader {
  /**
   * Reads one file, whatever its name is; leave out those that `.indexignore` names (`catalogFiles`). It yields after each
   * document, so that a worker can report or stop in between. Never throws.
   */
  read(file: CatalogFile): Generator<void, void>;
  /** The catalog as far as it was read. Ask again later for more: what is missing so far is `declared: false` or a bundle less. */
  catalog(): Catalog;
}

/** A whole file-based catalog, all files at once. The files may come in any order; `.indexignore` files are heeded. */
export function fileBasedCatalog(files: readonly CatalogFile[]): Catalog {
  const reader = fileBasedReader();
  for (const file of catalogFiles(files)) {
    for (const _ of reader.read(file)) {
      // All of it is wanted.
    }
  }
  return reader.catalog();
}

/**
 * The packages that a file begins with: tools write a package before its channels and bundles, so this tells in no time what the
 * rest of the file is about. For a list that is there while everything is still being read; what is not found so, is found then.
 */
export function packagesAtTop(text: string): { readonly name: string; readonly defaultChannel: string }[] {
  const found: { readonly name: string; readonly defaultChannel: string }[] = [];
  for (const { value } of documentsOf(text)) {
    const fields = fieldsOf(value);
    if (fields?.schema !== 'olm.package') break;
    found.push({ name: textOf(fields.name), defaultChannel: textOf(fields.defaultChannel) });
  }
  return found;
}

export function fileBasedReader(): FileBasedReader {
  const builder = makeCatalogBuilder();
  const reading: Reading = {
    sharing: makeSharing(),
    builder,
    deprecated: new Set(),
  };
  return {
    *read({ path, text }) {
      const lineAt = lineCounter(text);
      for (const { value, isCut, problem, start, at } of documentsOf(text)) {
        reading.sharing.cutsFromText = isCut;
        if (problem !== undefined) {
          builder.addProblem({
            severity: 'error',
            message: problem,
            place: { file: path, line: lineAt(at) },
          });
        } else {
          readDocument(value, () => ({ file: path, line: lineAt(start) }), reading);
        }
        yield;
      }
    },
    catalog: () => builder.catalog(),
  };
}

interface Reading {
  readonly sharing: Sharing;
  readonly builder: ReturnType<typeof makeCatalogBuilder>;
  /** Packages that have their `olm.deprecations`. */
  readonly deprecated: Set<string>;
}

function readDocument(value: unknown, placeOf: () => Place, reading: Reading): void {
  const { builder } = reading;
  const fields = fieldsOf(value);
  const refuse = (message: KeptMessage, about: Partial<ReadProblem> = {}) =>
    builder.addProblem({ severity: 'error', message, place: placeOf(), ...about });
  if (fields === undefined) {
    refuse(later('This document is no object with a schema'));
    return;
  }
  const schema = textOf(fields.schema);
  if (schema === '') {
    refuse(later('This document has no schema, so nobody knows what it is'));
    return;
  }
  for (const field of ['schema', 'name', 'package']) refuseOtherThanText(fields, field, schema, refuse);
  const document: Document = { fields, schema, refuse, placeOf, reading };
  if (schema === 'olm.package') readPackage(document);
  else if (schema === 'olm.channel') readChannel(document);
  else if (schema === 'olm.bundle') readBundle(document);
  else if (schema === 'olm.deprecations') readDeprecations(document);
  else readOther(document);
}

interface Document {
  readonly fields: Fields;
  readonly schema: string;
  readonly refuse: (message: KeptMessage, about?: Partial<ReadProblem>) => void;
  readonly placeOf: () => Place;
  readonly reading: Reading;
}

function refuseOtherThanText(
  fields: Fields,
  field: string,
  schema: string,
  refuse: (message: KeptMessage) => void,
): void {
  const value = fieldOf(fields, field);
  if (value === undefined || value === null || typeof value === 'string') return;
  refuse(
    typeof value === 'number' || typeof value === 'boolean'
      ? later('{0} of this {1} is {2}, and must be text: put it in quotes', field, schema, String(value))
      : later('{0} of this {1} must be text', field, schema),
  );
}

function readPackage({ fields, schema, refuse, reading: { builder, sharing } }: Document): void {
  for (const field of ['defaultChannel', 'description']) refuseOtherThanText(fields, field, schema, refuse);
  const name = sharing.text(textOf(fields.name));
  if (name === '') {
    refuse(later('This package has no name'));
    return;
  }
  const added = builder.addPackage({
    name,
    defaultChannel: sharing.text(textOf(fields.defaultChannel)),
    description: sharing.text(textOf(fields.description)),
    icon: iconOf(fields.icon, sharing),
  });
  if (!added) refuse(later('Package {0} is there twice', name), { package: name });
}

function iconOf(value: unknown, sharing: Sharing): Icon | undefined {
  const fields = fieldsOf(value);
  const base64 = sharing.text(textOf(fields?.base64data));
  return base64 === '' ? undefined : { mediaType: sharing.text(textOf(fields?.mediatype)), base64 };
}

function readChannel({ fields, refuse, reading: { builder, sharing } }: Document): void {
  const owner = sharing.text(textOf(fields.package));
  const name = sharing.text(textOf(fields.name));
  const about = { package: owner, channel: name };
  if (owner === '') refuse(later('Channel {0} names no package', name), about);
  if (name === '') refuse(later('This channel of package {0} has no name', owner), about);
  const entries = itemsOf(fields.entries).flatMap((item): CatalogEntry[] => {
    const entry = fieldsOf(item);
    if (entry === undefined) {
      refuse(later('Channel {0} of package {1} has an entry that is no object', name, owner), about);
      return [];
    }
    for (const field of ['name', 'replaces', 'skipRange'])
      refuseOtherThanText(entry, field, 'olm.channel', refuse);
    const skips = itemsOf(entry.skips);
    if (entry.skips !== undefined && entry.skips !== null && !Array.isArray(entry.skips)) {
      refuse(later('{0} of this {1} must be a list', 'skips', 'olm.channel'), about);
    }
    if (skips.some((skip) => typeof skip !== 'string')) {
      refuse(later('Channel {0} of package {1} skips what is no name', name, owner), about);
    }
    return [
      {
        name: sharing.text(textOf(entry.name)),
        replaces: sharing.text(textOf(entry.replaces)),
        skips: sharing.list(skips.map((skip) => sharing.text(textOf(skip)))),
        skipRange: sharing.text(textOf(entry.skipRange)),
      },
    ];
  });
  builder.addChannel(owner, { name, entries, statedHead: undefined });
}

function readBundle({ fields, schema, refuse, reading: { builder, sharing } }: Document): void {
  refuseOtherThanText(fields, 'image', schema, refuse);
  const name = sharing.text(textOf(fields.name));
  const owner = sharing.text(textOf(fields.package));
  const image = sharing.text(textOf(fields.image));
  const about = { package: owner, bundle: name };
  if (owner === '') refuse(later('Bundle {0} names no package', name), about);
  const properties = bundleProperties(fields.properties, owner, name, sharing);
  for (const problem of properties.problems) refuse(problem, about);
  const { version } = properties;
  if (version !== '' && parseVersion(version) === undefined) {
    refuse(later('Bundle {0} has version {1}, which is none by semver', name, version), about);
  }
  const relatedImages = relatedImagesOf(fields.relatedImages, sharing);
  for (const { image: related } of relatedImages) {
    const problem = related === '' ? undefined : pullSpecProblem(related);
    if (problem !== undefined) {
      refuse(later('Bundle {0} names {1}, which nobody can pull: {2}', name, related), {
        ...about,
        refusedImage: related,
      });
    }
  }
  if (image === '' && !properties.hasManifests) refuse(later('Bundle {0} has no image', name), about);
  const problem = image === '' ? undefined : pullSpecProblem(image);
  if (problem !== undefined) {
    refuse(later('Bundle {0} is in {1}, which nobody can pull: {2}', name, image), {
      ...about,
      refusedImage: image,
    });
  }
  builder.addBundle({
    name,
    package: owner,
    version,
    image,
    relatedImages,
    provides: properties.provides,
    requires: properties.requires,
    properties: properties.others,
    about: properties.about,
  });
}

function relatedImagesOf(value: unknown, sharing: Sharing): readonly RelatedImage[] {
  return sharing.list(
    itemsOf(value).flatMap((item) => {
      const fields = fieldsOf(item);
      return fields === undefined ? [] : [sharing.image(textOf(fields.name), textOf(fields.image))];
    }),
  );
}

function readDeprecations({ fields, refuse, reading: { builder, sharing, deprecated } }: Document): void {
  const owner = sharing.text(textOf(fields.package));
  const about = { package: owner };
  if (owner === '') {
    refuse(later('These deprecations name no package'));
    return;
  }
  if (deprecated.has(owner)) {
    refuse(later('Package {0} has two documents of deprecations', owner), about);
    return;
  }
  deprecated.add(owner);
  const deprecations = itemsOf(fields.entries).flatMap((item): Deprecation[] => {
    const entry = fieldsOf(item);
    const reference = fieldsOf(entry?.reference);
    if (entry === undefined || reference === undefined) {
      refuse(later('A deprecation of package {0} does not say what it is for', owner), about);
      return [];
    }
    const message = textOf(entry.message);
    if (message === '') refuse(later('A deprecation of package {0} has no message', owner), about);
    return [
      {
        schema: sharing.text(textOf(reference.schema)),
        name: sharing.text(textOf(reference.name)),
        message: sharing.text(message),
      },
    ];
  });
  builder.addDeprecations(owner, deprecations);
}

function readOther({ fields, schema, placeOf, reading: { builder, sharing } }: Document): void {
  builder.addOther({
    schema: sharing.text(schema),
    package: sharing.text(textOf(fields.package)),
    name: sharing.text(textOf(fields.name)),
    image: sharing.text(textOf(fields.image)),
    relatedImages: relatedImagesOf(fields.relatedImages, sharing),
    place: placeOf(),
  });
}
