import { t } from '../base/sentences.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { mapLines } from '../documents/yamlPath.ts';
import type { Lens } from './codeLenses.ts';
import { mirroredImageSet } from './mirroredImageSet.ts';

/** "Plan" and "Mirror" above the ImageSetConfiguration of a file that the command line can mirror. */
export function mirrorRunLenses(file: WorkspaceFile | undefined): Lens[] {
  const imageSet = file && mirroredImageSet(file.content);
  if (imageSet === undefined || file?.content.type !== 'yaml') return [];
  const { start } = imageSet.heading;
  const { first: line } = mapLines(file.content.yaml.lines, start.line, start.character);
  return [
    { line, title: t('Plan'), action: 'plan' },
    { line, title: t('Mirror'), action: 'mirror' },
  ];
}
