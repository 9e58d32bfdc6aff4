import { lineRange, type Position, type Range, shiftRange, touches } from '../base/range.ts';
import { type ImageReference, parseReference } from '../documents/imageReference.ts';
import { imageInLine } from '../documents/imageStrings.ts';
import { arrivalOf, type MappingArgument, type MappingPair } from '../documents/mapping.ts';
import { isMirrorSet, type MirrorSet } from '../documents/mirrorSet.ts';
import { catalogImageOf, type Resource } from '../documents/resources.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';

/** An image reference in a file. */
export type ReferenceAt =
  | {
      readonly role: 'mapping-source' | 'mapping-destination';
      readonly range: Range;
      readonly reference: ImageReference;
      readonly pair: MappingPair;
    }
  | { readonly role: 'catalog-image' | 'image'; readonly range: Range; readonly reference: ImageReference };

/** A source or mirror of a mirror set: it stands for all images below it. */
export interface ScopeAt {
  readonly role: 'mirror-source' | 'mirror';
  readonly range: Range;
  readonly text: string;
  readonly set: MirrorSet;
  readonly index: number;
}

/** What stands at a position, when it names images. */
export type ImageAt = ReferenceAt | ScopeAt;

/** The image reference, or the scope of a mirror set, under a cursor. */
export function imageAt(file: WorkspaceFile, position: Position): ImageAt | undefined {
  const { content } = file;
  if (content.type === 'mapping') {
    const line = content.mapping.lines.at(position.line);
    for (const pair of line?.pairs ?? []) {
      const found =
        argumentAt(pair.source, 'mapping-source', pair, position) ??
        argumentAt(pair.destination, 'mapping-destination', pair, position);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const resource of content.yaml.resources) {
    const found = inResource(resource, position);
    if (found !== undefined) return found;
  }
  // What is no resource of ours, such as a pod or a ClusterServiceVersion, is text with images in it.
  const found = imageInLine(content.yaml.lines[position.line] ?? '', position.character);
  if (found === undefined) return undefined;
  const { reference, start, end } = found;
  return { role: 'image', range: lineRange(position.line, start, end), reference };
}

/** What must be asked for a hover: the image, and in a mapping what the other side has. */
export function questionsOf(image: ImageAt): ImageReference[] {
  if (!('reference' in image)) return [];
  if (!('pair' in image)) return [image.reference];
  const { source } = image.pair;
  const other =
    image.role === 'mapping-source'
      ? arrivalOf(image.pair)
      : source.parsed.ok && source.tagPattern === undefined
        ? source.parsed.reference
        : undefined;
  return other === undefined ? [image.reference] : [image.reference, other];
}

function argumentAt(
  argument: MappingArgument,
  role: 'mapping-source' | 'mapping-destination',
  pair: MappingPair,
  position: Position,
): ImageAt | undefined {
  const range = lineRange(position.line, argument.span.start, argument.span.end);
  if (!touches(range, position) || !argument.parsed.ok || argument.tagPattern !== undefined) return undefined;
  // A destination without a tag has the source's; that is the image which will be there.
  const reference =
    role === 'mapping-destination'
      ? (arrivalOf(pair) ?? argument.parsed.reference)
      : argument.parsed.reference;
  return { role, range, reference, pair };
}

function inResource(resource: Resource, position: Position): ImageAt | undefined {
  if (!isMirrorSet(resource)) {
    const image = catalogImageOf(resource);
    if (image === undefined || !touches(image.range, position)) return undefined;
    const parsed = parseReference(image.value);
    return parsed.ok ? { role: 'catalog-image', range: image.range, reference: parsed.reference } : undefined;
  }
  const index = resource.entryLines.findLastIndex((line) => line <= position.line);
  const entry = resource.entries[index];
  const line = resource.entryLines[index];
  if (entry === undefined || line === undefined) return undefined;
  const scalars = [
    ...(entry.source === undefined ? [] : [{ role: 'mirror-source' as const, scalar: entry.source }]),
    ...entry.mirrors.map((scalar) => ({ role: 'mirror' as const, scalar })),
  ];
  for (const { role, scalar } of scalars) {
    const range = shiftRange(scalar.range, line);
    if (touches(range, position)) return { role, range, text: scalar.value, set: resource, index };
  }
  return undefined;
}
