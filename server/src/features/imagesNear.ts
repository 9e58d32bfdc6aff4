import {
  exactReference,
  type ImageReference,
  isDockerHub,
  withDockerDefaults,
} from '../documents/imageReference.ts';
import { arrivalOf } from '../documents/mappingLine.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';

/** Lines above and below: what an editor shows at a time. */
const near = 50;

/**
 * The images round a line of a mapping, which somebody who looks at one will probably look at next. Without those
 * of Docker Hub, which counts every look and gives only so many.
 */
export function imagesNear(file: WorkspaceFile, line: number): ImageReference[] {
  if (file.content.type !== 'mapping') return [];
  const images = new Map<string, ImageReference>();
  for (const { pairs } of file.content.mapping.lines.slice(Math.max(line - near, 0), line + near + 1)) {
    for (const pair of pairs) {
      const { parsed, tagPattern } = pair.source;
      const source = parsed.ok && tagPattern === undefined ? parsed.reference : undefined;
      for (const image of [source, arrivalOf(pair)]) {
        if (image === undefined || isDockerHub(withDockerDefaults(image).registry)) continue;
        images.set(exactReference(image), image);
      }
    }
  }
  return [...images.values()];
}
