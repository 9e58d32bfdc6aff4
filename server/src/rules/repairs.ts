import type { Resource } from '../documents/resources.ts';
import type { SchemaProblem } from '../documents/schema.ts';
import type { YamlFile } from '../documents/yamlFile.ts';
import type { Finding, Fix } from './rule.ts';

/** What the schema rules of all kinds share: a problem that a document's reader saw, as a finding. */
export function schemaFindings(problems: readonly SchemaProblem[]): Finding<SchemaProblem>[] {
  return problems.map((problem) => ({
    message: capitalised(problem.message),
    range: problem.range,
    data: problem,
    isAbsence: problem.isAbsence === true,
  }));
}

/** Where YAML itself is broken, for the one schema rule that says it: the rule of the file's first resource. */
export function yamlFindings(
  { resources, problems }: YamlFile,
  isOwn: (resource: Resource) => boolean,
): Finding<SchemaProblem>[] {
  const [first] = resources;
  return first !== undefined && isOwn(first) ? schemaFindings(problems) : [];
}

export function schemaFixes({ data }: Finding<SchemaProblem>): Fix[] {
  const repair = data?.repair;
  if (repair === undefined) return [];
  const { title, certain, range, newText } = repair;
  return [{ id: 'repair', title, preferred: certain, edits: () => [{ range, newText }] }];
}

function capitalised(text: string): string {
  return /^[a-z]+ (?!is|must)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
