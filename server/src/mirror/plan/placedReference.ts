import type { ImageReference } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';

/** What an image of a plan names, wherever it is. @throws Error for what no plan holds */
export function placedReference(text: string): ImageReference {
  const parsed = parsePlaced(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.reference;
}
