import type { ImageReference } from '../../documents/imageReference.ts';
import type { MappingDocument } from '../../documents/mapping.ts';
import type { MappingArgument } from '../../documents/mappingLine.ts';
import type { PlannedCopy } from './copyJobs.ts';

/** The images of a mapping that nothing is refused of (`mappingRefusals`), in the order of its lines. */
export function planOfMapping({ lines }: MappingDocument): PlannedCopy[] {
  return lines.flatMap(({ pairs }, index) =>
    pairs.map(({ source, destination }) => ({
      source: referenceOf(source),
      tagPattern: source.tagPattern,
      destination: referenceOf(destination),
      place: { line: index + 1, column: source.span.start + 1 },
    })),
  );
}

function referenceOf({ parsed, text }: MappingArgument): ImageReference {
  // A mapping with such an argument is refused before it gets here.
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.reference;
}
