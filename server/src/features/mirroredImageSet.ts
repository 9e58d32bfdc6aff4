import { type ImageSet, isImageSet } from '../documents/imageSet.ts';
import type { FileContent } from '../documents/workspaceFile.ts';
import { isTemplateFile } from '../documents/yamlFile.ts';

/**
 * The ImageSetConfiguration of a file that the command line plans and mirrors: the first one. None for oc-mirror v1, which selects
 * otherwise, and for a template, of which nobody knows what it selects.
 */
export function mirroredImageSet(content: FileContent): ImageSet | undefined {
  if (content.type !== 'yaml' || isTemplateFile(content.yaml)) return undefined;
  const imageSet = content.yaml.resources
    .filter(isImageSet)
    .find(({ kind }) => kind === 'ImageSetConfiguration');
  return imageSet?.generation === 1 ? undefined : imageSet;
}
