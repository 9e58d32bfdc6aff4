import type { Catalog } from '../../catalog/model.ts';
import type { SelectionProblem, SelectionProblemCode } from '../../catalog/selectionProblem.ts';
import type { ImageSet, ImageSetOperator } from '../../documents/imageSet.ts';
import { selectionOn } from '../../workspace/catalogSelections.ts';
import type { Severity } from '../../workspace/settings.ts';
import type { Finding, RuleContext } from '../rule.ts';
import { type ProblemPlace, problemPlace } from './problemPlace.ts';

/** A problem of what an entry selects, with its place in the file. */
export interface SelectionFinding {
  readonly problem: SelectionProblem;
  readonly place: ProblemPlace;
}

/** An entry of `operators` with the catalog that it is for. */
export interface OpenOperator {
  readonly operator: ImageSetOperator;
  readonly catalog: Catalog;
}

/** The entries whose catalogs are known. */
export function openOperators(
  { operators }: ImageSet,
  { facts, path }: Pick<RuleContext, 'facts' | 'path'>,
): OpenOperator[] {
  return operators.flatMap((operator) => {
    const name = operator.catalog?.value ?? '';
    const fact = name === '' ? undefined : facts.catalog(name, path);
    return fact?.state === 'known' ? [{ operator, catalog: fact.value }] : [];
  });
}

/** What holds of any tool: names are in the catalog, or they are not. */
const ofNames: ReadonlySet<SelectionProblemCode> = new Set(['unknown-package', 'unknown-channel']);
/** What nobody minds who deletes. */
const ofMirroring: ReadonlySet<SelectionProblemCode> = new Set(['off-chain', 'missing-dependency']);

/**
 * What is wrong with the selections of a configuration, as findings of the rule for one kind of problem. Nothing is found while
 * the catalog is not known; where names are templates or half typed, only of the other names.
 */
export function selectionFindings(
  set: ImageSet,
  context: RuleContext,
  code: SelectionProblemCode,
  usual: Severity,
): Finding<SelectionFinding>[] {
  if (!ofNames.has(code) && (set.generation === 1 || set.isIncomplete)) return [];
  if (ofMirroring.has(code) && set.kind === 'DeleteImageSetConfiguration') return [];
  return openOperators(set, context).flatMap(({ operator, catalog }) => {
    if (!ofNames.has(code) && !isNamed(operator)) return [];
    return selectionOn(catalog, operator).problems.flatMap((problem): Finding<SelectionFinding>[] => {
      if (problem.code !== code || problem.package === '') return [];
      const place = problemPlace(operator, problem);
      const { message, severity } = problem;
      const own = severity === usual ? {} : { severity };
      return [{ message, range: place.range, data: { problem, place }, ...own }];
    });
  });
}

/** True where every package and channel has a name that is known: else nobody knows what is selected. */
function isNamed({ packages }: ImageSetOperator): boolean {
  return packages.every((one) => [one, ...one.channels].every(({ name }) => (name?.value ?? '') !== ''));
}
