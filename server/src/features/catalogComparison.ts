import { t } from '../base/sentences.ts';
import { inRow, oneLine } from '../base/words.ts';
import type { CatalogDifference } from '../catalog/difference.ts';
import { differenceLines } from '../catalog/differenceLines.ts';
import { speakingBundle } from '../catalog/front.ts';
import { type Catalog, packageOf } from '../catalog/model.ts';
import type {
  CatalogComparison,
  ChangedPackage,
  ComparedPackage,
  ComparisonQuestion,
} from '../protocol/comparison.ts';

/** Names in a line of a page. */
const mostNames = 20;

/** What a page says of two catalogs, the older one first, and of what differs between them. */
export function catalogComparison(
  { before, after }: ComparisonQuestion,
  old: Catalog,
  now: Catalog,
  { packages: { added, removed, changed } }: CatalogDifference,
): CatalogComparison {
  return {
    before,
    after,
    headline: headlineOf(added.length, removed.length, changed.length),
    added: added.map((name) => comparedPackage(name, now)),
    removed: removed.map((name) => comparedPackage(name, old)),
    changed: changed.map((change): ChangedPackage => {
      const { version: versionBefore } = comparedPackage(change.name, old);
      const compared = comparedPackage(change.name, now);
      return {
        ...compared,
        ...(versionBefore === compared.version ? {} : { versionBefore }),
        ...(change.defaultChannel === undefined ? {} : { defaultChannel: change.defaultChannel }),
        deprecated: change.deprecated.map(oneLine),
        lines: differenceLines(change, mostNames).map(oneLine),
      };
    }),
    same: now.packages.length - added.length - changed.length,
  };
}

function comparedPackage(name: string, catalog: Catalog): ComparedPackage {
  const owner = packageOf(catalog, name);
  const bundle = owner && speakingBundle(owner);
  return {
    name,
    displayName: oneLine(bundle?.about?.displayName ?? ''),
    version: oneLine(bundle?.version ?? ''),
  };
}

function headlineOf(added: number, removed: number, changed: number): string {
  const parts = [
    ...(added === 0 ? [] : [added === 1 ? t('1 package came') : t('{0} packages came', added)]),
    ...(removed === 0 ? [] : [removed === 1 ? t('1 package went') : t('{0} packages went', removed)]),
    ...(changed === 0 ? [] : [changed === 1 ? t('1 package changed') : t('{0} packages changed', changed)]),
  ];
  return parts.length === 0 ? t('Nothing differs') : inRow(parts);
}
