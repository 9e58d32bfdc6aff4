import { t } from '../base/sentences.ts';
import { isImageSet } from '../documents/imageSet.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { isTemplateFile } from '../documents/yamlFile.ts';
import { mapLines } from '../documents/yamlPath.ts';
import type { Lens } from './codeLenses.ts';

/**
 * "Plan" and "Mirror" above the ImageSetConfiguration of a file: the first one, as the command line takes it. None for
 * oc-mirror v1, which selects otherwise, and for a template, of which nobody knows what it selects.
 */
export function mirrorRunLenses(file: WorkspaceFile | undefined): Lens[] {
  if (file?.content.type !== 'yaml' || isTemplateFile(file.content.yaml)) return [];
  const { resources, lines } = file.content.yaml;
  const imageSet = resources.filter(isImageSet).find(({ kind }) => kind === 'ImageSetConfiguration');
  if (imageSet === undefined || imageSet.generation === 1) return [];
  const { start } = imageSet.heading;
  const { first: line } = mapLines(lines, start.line, start.character);
  return [
    { line, title: t('Plan'), action: 'plan' },
    { line, title: t('Mirror'), action: 'mirror' },
  ];
}
