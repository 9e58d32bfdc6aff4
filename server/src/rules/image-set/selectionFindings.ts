import { t } from '../../base/sentences.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Selection } from '../../catalog/selection.ts';
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
  /** What it selects, if oc-mirror v2 does it. */
  readonly selection: Selection;
}

type Known = Pick<RuleContext, 'facts' | 'path'>;

/** The entries whose catalogs are known. */
export function openOperators({ operators }: ImageSet, { facts, path }: Known): OpenOperator[] {
  return operators.flatMap((operator) => {
    const name = operator.catalog?.value ?? '';
    const fact = name === '' ? undefined : facts.catalog(name, path);
    if (fact?.state !== 'known') return [];
    return [{ operator, catalog: fact.value, selection: selectionOn(fact.value, operator) }];
  });
}

/** One of these; undefined where its catalog is not known. */
export function openOperator(
  set: ImageSet,
  known: Known,
  operator: ImageSetOperator,
): OpenOperator | undefined {
  return openOperators({ ...set, operators: [operator] }, known)[0];
}

/** What holds of any tool: names are in the catalog, or they are not. */
const ofNames: ReadonlySet<SelectionProblemCode> = new Set(['unknown-package', 'unknown-channel']);
/** What nobody minds who deletes. */
const ofMirroring: ReadonlySet<SelectionProblemCode> = new Set([
  'off-chain',
  'missing-dependency',
  'deprecation',
]);

/**
 * What is wrong with the selections of a configuration, as findings of the rule for some kinds of problems. Nothing is found while
 * the catalog is not known; where names are templates or half typed, only of the other names.
 */
export function selectionFindings(
  set: ImageSet,
  context: RuleContext,
  codes: readonly SelectionProblemCode[],
  usual: Severity,
): Finding<SelectionFinding>[] {
  return openOperators(set, context).flatMap(({ operator, selection }) => {
    const isWhole = set.generation === 2 && !set.isIncomplete && isNamed(operator);
    const found = selection.problems.flatMap((problem): SelectionFinding[] => {
      const { code } = problem;
      if (!codes.includes(code) || problem.package === '' || !(isWhole || ofNames.has(code))) return [];
      if (set.kind === 'DeleteImageSetConfiguration' && ofMirroring.has(code)) return [];
      return [{ problem, place: problemPlace(operator, problem) }];
    });
    return oneForAll(found).map(({ message, data }) => {
      const { severity } = data.problem;
      return { message, range: data.place.range, data, ...(severity === usual ? {} : { severity }) };
    });
  });
}

/** Of packages that the file does not name, which may be all of a large catalog, the first problem stands for all. */
function oneForAll(
  found: readonly SelectionFinding[],
): { readonly message: string; readonly data: SelectionFinding }[] {
  const ofAll = (one: SelectionFinding) =>
    one.place.package === undefined && one.problem.package !== undefined;
  const unnamed = found.filter(ofAll);
  const more = unnamed.length - 1;
  return found.flatMap((data) => {
    const { message } = data.problem;
    if (!ofAll(data) || more === 0) return [{ message, data }];
    if (unnamed[0] !== data) return [];
    return [
      {
        message:
          more === 1
            ? t('{0}. So it is with one more package or bundle of this catalog', message)
            : t('{0}. So it is with {1} more packages or bundles of this catalog', message, more),
        data,
      },
    ];
  });
}

/** True where every package and channel has a name that is known: else nobody knows what is selected. */
function isNamed({ packages }: ImageSetOperator): boolean {
  return packages.every((one) => [one, ...one.channels].every(({ name }) => (name?.value ?? '') !== ''));
}
