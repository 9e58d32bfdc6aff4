import { t } from '../base/sentences.ts';
import { parseReference } from '../documents/imageReference.ts';

/** Why `opm validate` refuses an image of a catalog; undefined where it does not. The registry may be left out. */
export function pullSpecProblem(image: string): string | undefined {
  const scheme = image.indexOf('://');
  if (scheme !== -1) return t('{0} is no part of the name of an image', image.slice(0, scheme + 3));
  // Where there is no path, Docker Hub's is meant, and nothing is taken for a registry.
  const parsed = parseReference(image.includes('/') ? image : `docker.io/library/${image}`);
  return parsed.ok ? undefined : parsed.problem;
}
