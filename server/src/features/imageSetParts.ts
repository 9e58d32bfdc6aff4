import { type Position, type Range, touches } from '../base/range.ts';
import { bundlesOf, type Catalog, type CatalogBundle, packageOf } from '../catalog/model.ts';
import type { Selection } from '../catalog/selection.ts';
import { type ImageSetOperator, type ImageSetPackage, isImageSet } from '../documents/imageSet.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import { selectionOn } from '../workspace/catalogSelections.ts';
import type { Fact, Facts } from '../workspace/facts.ts';
import { type ImageSizes, sizesOf } from './imageSizes.ts';

/** Something in a file that selects from a catalog: an entry of `operators`, or one of its packages. */
export interface ImageSetPart {
  readonly operator: ImageSetOperator;
  /** Undefined for the entry itself. */
  readonly package: ImageSetPackage | undefined;
  /** The name of the catalog. */
  readonly catalog: YamlScalar;
  /** The name of the package, or of the catalog. */
  readonly name: YamlScalar;
}

/** All of them, each entry before its packages. Those of oc-mirror v1, which selects otherwise, are none. */
export function imageSetParts({ content }: WorkspaceFile): ImageSetPart[] {
  if (content.type !== 'yaml') return [];
  return content.yaml.resources.filter(isImageSet).flatMap(({ operators, generation }) =>
    (generation === 1 ? [] : operators).flatMap((operator): ImageSetPart[] => {
      const { catalog, packages } = operator;
      if (catalog === undefined || catalog.value === '') return [];
      const named = packages.flatMap((one): ImageSetPart[] => {
        const { name } = one;
        return name === undefined || name.value === '' ? [] : [{ operator, package: one, catalog, name }];
      });
      return [{ operator, package: undefined, catalog, name: catalog }, ...named];
    }),
  );
}

/** The innermost one that a position is in. */
export function imageSetPartAt(file: WorkspaceFile, position: Position): ImageSetPart | undefined {
  return imageSetParts(file).findLast((part) =>
    touches(wholeLines((part.package ?? part.operator).range), position),
  );
}

/** From the beginning of the first line to the end of the last: a dash belongs to what it begins. */
function wholeLines({ start, end }: Range): Range {
  return { start: { line: start.line, character: 0 }, end: { line: end.line, character: 0x7fffffff } };
}

/** What a part selects of its catalog. */
export interface SelectedPart {
  readonly catalog: Catalog;
  /** Of the whole entry. */
  readonly selection: Selection;
  readonly bundles: readonly CatalogBundle[];
  readonly sizes: ImageSizes;
}

type Unknown = Exclude<Fact<Catalog>, { readonly state: 'known' }>;

/** What a part selects, as far as its catalog is known. Starts an opening where it is not. */
export function selectedBy(
  { operator, package: wanted, catalog }: ImageSetPart,
  facts: Facts,
  path: string,
): Unknown | (SelectedPart & { readonly state: 'known' }) {
  const fact = facts.catalog(catalog.value, path);
  if (fact.state !== 'known') return fact;
  const selection = selectionOn(fact.value, operator);
  const left = selection.catalog;
  const owner = wanted && packageOf(left, wanted.name?.value ?? '');
  const bundles = wanted === undefined ? bundlesOf(left) : (owner?.bundles ?? []);
  const sizes = sizesOf(wanted === undefined ? left : (owner ?? bundles), () => bundles, facts, path);
  return { state: 'known', catalog: fact.value, selection, bundles, sizes };
}
