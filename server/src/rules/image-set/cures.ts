import { packageOf } from '../../catalog/model.ts';
import { selectFrom } from '../../catalog/selection.ts';
import { selectionOf } from '../../catalog/selectionOfImageSet.ts';
import type { ImageSetChannel, ImageSetPackage } from '../../documents/imageSet.ts';
import type { YamlScalar } from '../../documents/yamlNode.ts';
import type { OpenOperator, SelectionFinding } from './selectionFindings.ts';

/**
 * True where a package that is written in another way has no more problem of this kind, and nothing is refused for another reason
 * than before. Asks the selection itself, of that package alone.
 */
export function cures(
  { problem, place: { operator } }: SelectionFinding,
  { catalog, selection }: OpenOperator,
  changed: ImageSetPackage,
): boolean {
  const only = packageOf(catalog, changed.name?.value ?? '');
  if (only === undefined) return false;
  const before = new Set(selection.problems.flatMap(({ code, refused }) => (refused ? [code] : [])));
  const wanted = selectionOf({ ...operator, packages: [changed] });
  const { problems } = selectFrom({ ...catalog, packages: [only] }, wanted);
  return problems.every(({ code, refused }) => code !== problem.code && (!refused || before.has(code)));
}

/** A package with these channels: those that it names already as they are, and others without a range. */
export function withChannels(owner: ImageSetPackage, names: readonly string[]): ImageSetPackage {
  const channels = names.map(
    (name): ImageSetChannel =>
      owner.channels.find((one) => one.name?.value === name) ?? {
        range: owner.range,
        name: writtenAs(name, owner),
        minVersion: undefined,
        maxVersion: undefined,
        minBundle: undefined,
      },
  );
  return { ...owner, channels };
}

/** A value as if it were written in a part of a configuration. */
export function writtenAs(value: string, { range }: ImageSetChannel): YamlScalar {
  return { value, type: 'string', range, quote: '' };
}
