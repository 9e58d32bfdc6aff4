import { lineRange, type Position, type Range } from '../base/range.ts';
import { type ImageReference, parseReference } from '../documents/imageReference.ts';
import { imageInLine } from '../documents/imageStrings.ts';
import { arrivalOf, type MappingPair } from '../documents/mappingLine.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { anyPlaceAt, type Place, type ScopePlace } from '../workspace/places.ts';

/** An image reference in a file. */
export type ReferenceAt =
  | {
      readonly role: 'mapping-source' | 'mapping-destination';
      readonly range: Range;
      readonly reference: ImageReference;
      readonly pair: MappingPair;
    }
  | { readonly role: 'catalog-image' | 'image'; readonly range: Range; readonly reference: ImageReference };

/** What stands at a position, when it names images: one, or with a scope of a mirror set all below it. */
export type ImageAt = ReferenceAt | ScopePlace;

/** The image reference, or the scope of a mirror set, under a cursor. */
export function imageAt(file: WorkspaceFile, position: Position): ImageAt | undefined {
  const place = anyPlaceAt(file, position);
  const image = place === undefined ? undefined : imageOf(place);
  if (image !== undefined || file.content.type === 'mapping') return image;
  // What is no resource of ours, such as a pod or a ClusterServiceVersion, is text with images in it.
  const found = imageInLine(file.content.yaml.lines[position.line] ?? '', position.character);
  if (found === undefined) return undefined;
  const { reference, start, end } = found;
  return { role: 'image', range: lineRange(position.line, start, end), reference };
}

function imageOf(place: Place): ImageAt | undefined {
  const { range } = place;
  switch (place.role) {
    case 'mapping-source':
    case 'mapping-destination': {
      const { role, pair } = place;
      const { parsed, tagPattern } = role === 'mapping-source' ? pair.source : pair.destination;
      if (!parsed.ok || tagPattern !== undefined) return undefined;
      // A destination without a tag has the source's; that is the image which will be there.
      const arrival = role === 'mapping-destination' ? arrivalOf(pair) : undefined;
      return { role, range, reference: arrival ?? parsed.reference, pair };
    }
    case 'catalog-image': {
      const parsed = parseReference(place.text);
      return parsed.ok ? { role: 'catalog-image', range, reference: parsed.reference } : undefined;
    }
    default:
      return place;
  }
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
