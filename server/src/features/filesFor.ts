import { isMirrorSet } from '../documents/mirrorSet.ts';
import type { FileContent } from '../documents/workspaceFile.ts';
import { isTemplateFile } from '../documents/yamlFile.ts';
import type { FileUse } from '../protocol/files.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { mirroredImageSet } from './mirroredImageSet.ts';

/** The files of a workspace that a command of an editor can be about, by their keys, sorted. */
export function filesFor({ files }: Pick<Snapshot, 'files'>, use: FileUse): string[] {
  return [...files].flatMap(([key, { content }]) => (isFor(content, use) ? [key] : [])).sort();
}

function isFor(content: FileContent, use: FileUse): boolean {
  switch (use) {
    case 'mapping':
      return content.type === 'mapping' && content.mapping.lines.some(({ pairs }) => pairs.length > 0);
    case 'imageSet':
      return mirroredImageSet(content) !== undefined;
    case 'mirrorSet':
      return (
        content.type === 'yaml' && !isTemplateFile(content.yaml) && content.yaml.resources.some(isMirrorSet)
      );
  }
}
