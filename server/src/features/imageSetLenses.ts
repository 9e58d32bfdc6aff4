import { t } from '../base/sentences.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { isTemplateFile } from '../documents/yamlFile.ts';
import type { Facts } from '../workspace/facts.ts';
import type { Lens } from './codeLenses.ts';
import { imageSetParts } from './imageSetParts.ts';

/** "Show bundles" above each entry and each package, or why nobody can show any. Starts the opening of the catalogs. */
export function imageSetLenses(file: WorkspaceFile | undefined, facts: Facts): Lens[] {
  // What a template will select is not known.
  if (file?.content.type !== 'yaml' || isTemplateFile(file.content.yaml)) return [];
  const unread = new Set<string>();
  return imageSetParts(file).flatMap(({ catalog, name }): Lens[] => {
    const at = name.range.start;
    const fact = facts.catalog(catalog.value, file.path);
    if (fact.state === 'known' || fact.state === 'pending') {
      return [{ line: at.line, title: t('Show bundles'), action: 'show-bundles', at }];
    }
    if (unread.has(catalog.value)) return [];
    unread.add(catalog.value);
    return [{ line: at.line, title: t('The catalog is not known: {0}', fact.reason), action: undefined }];
  });
}
