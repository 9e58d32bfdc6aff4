import { type ImageReference, parseReference } from '../../../server/src/documents/imageReference.ts';

/** A reference from text that is known to be one. */
export function referenceTo(text: string): ImageReference {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.reference;
}
