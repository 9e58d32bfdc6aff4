import type { Range } from '../../base/range.ts';
import type { SelectionProblem } from '../../catalog/selectionProblem.ts';
import type { ImageSetChannel, ImageSetOperator, ImageSetPackage } from '../../documents/imageSet.ts';
import type { YamlScalar } from '../../documents/yamlNode.ts';

/** The part of an ImageSetConfiguration that a problem of a selection is about. */
export interface ProblemPlace {
  readonly operator: ImageSetOperator;
  /** Undefined where the package is not written there. */
  readonly package: ImageSetPackage | undefined;
  readonly channel: ImageSetChannel | undefined;
  /** Where it is shown: the name, or the bound of the range. */
  readonly range: Range;
}

/** Where a problem of what an entry of `operators` selects is to be shown. Of the same name twice it is the second one. */
export function problemPlace(operator: ImageSetOperator, problem: SelectionProblem): ProblemPlace {
  const named = operator.packages.filter(({ name }) => textOf(name) === problem.package);
  // Only what is there twice is told of the second.
  const owner = problem.code === 'configuration' && !problem.channel ? named.at(-1) : named[0];
  const channels = owner?.channels.filter(({ name }) => textOf(name) === problem.channel) ?? [];
  const channel =
    problem.channel === undefined
      ? undefined
      : problem.code === 'configuration'
        ? channels.at(-1)
        : channels[0];
  const part = channel ?? owner;
  const bound = problem.bound === undefined ? undefined : part?.[problem.bound];
  return { operator, package: owner, channel, range: bound?.range ?? shownAt(operator, part) };
}

function shownAt(operator: ImageSetOperator, part: ImageSetChannel | undefined): Range {
  if (part !== undefined) return part.name?.range ?? beginning(part.range);
  return operator.catalog?.range ?? beginning(operator.range);
}

/** What lacks a name is shown where it begins. */
function beginning({ start }: Range): Range {
  return { start, end: start };
}

function textOf(scalar: YamlScalar | undefined): string {
  return scalar?.value ?? '';
}
