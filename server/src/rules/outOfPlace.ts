import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { isTemplateFile } from '../documents/yamlFile.ts';
import type { Severity } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { type BlockFinding, type BlockFindings, countFindings } from './checker.ts';

/**
 * What is not said of a file that is no manifest yet; undefined for all others. Nothing is recommended for a template, whatever
 * severity the settings give a recommendation. Where whole lines are templates, entries cannot be compared either: of two
 * branches only one will be there. A patch is a fragment of a manifest that stands elsewhere, so that nothing is missing in it.
 */
export function outOfPlace(
  { path, content }: WorkspaceFile,
  snapshot: Pick<Snapshot, 'patches'>,
): ((found: BlockFinding) => boolean) | undefined {
  if (content.type === 'mapping') return undefined;
  const isPatch = snapshot.patches.has(path);
  if (!isPatch && !isTemplateFile(content.yaml)) return undefined;
  const errorsOnly = isPatch || content.yaml.template?.blocks === true;
  return ({ rule, finding }) => {
    const severity: Severity = finding.severity ?? rule.severity;
    if (severity === 'hint' || severity === 'information') return true;
    return (severity === 'warning' && errorsOnly) || (isPatch && finding.isAbsence === true);
  };
}

/** Findings without those that are out of place. */
export function without(
  { list, counts }: BlockFindings,
  isOut: (found: BlockFinding) => boolean,
): BlockFindings {
  const left = list.filter((found) => !isOut(found));
  return left.length === list.length ? { list, counts } : { list: left, counts: countFindings(left) };
}
