import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { t } from '../../base/sentences.ts';
import { nearestOf, oneLine } from '../../base/words.ts';
import {
  type CatalogDifference,
  comparedPackages,
  type PackageDifference,
  packageDifference,
} from '../../catalog/difference.ts';
import { type Catalog, type CatalogPackage, packageOf } from '../../catalog/model.ts';
import { catalogComparison } from '../../features/catalogComparison.ts';
import { operatorAnswer } from '../../features/operatorAnswer.ts';
import { pathAnswer } from '../../features/upgradeGraphAnswer.ts';
import { breath } from '../../indexImages/breath.ts';
import { onAsked } from '../peer.ts';
import type { Handler, Session } from '../session.ts';
import { placeOfAdded, storeFolderOf } from '../shownCatalogs.ts';

/** What a catalog says of one operator, how one version of it becomes another, and what differs between two catalogs. */
export const operatorHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    onAsked(session.connection, 'operatorMirror/operator', async (question, signal) => {
      const catalog = await namedCatalog(question.catalog, session);
      const owner = namedPackage(question.package, catalog);
      // Who provides what is needed may be any package: all are looked at before, some at a time.
      if (owner.bundles.some(({ requires }) => requires.length > 0)) await lookedAt(catalog, signal);
      return operatorAnswer(question, catalog, owner);
    });
    onAsked(session.connection, 'operatorMirror/upgradePath', async (question) => {
      const catalog = await namedCatalog(question.catalog, session);
      return pathAnswer(question, namedPackage(question.package, catalog));
    });
    onAsked(session.connection, 'operatorMirror/compareCatalogs', async (question, signal) => {
      const [before, after] = await Promise.all([
        namedCatalog(question.before, session),
        namedCatalog(question.after, session),
      ]);
      return catalogComparison(question, before, after, await differenceOf(before, after, signal));
    });
  },
};

/** Milliseconds for which packages are looked at before a keystroke has its turn. */
const slice = 8;

async function lookedAt({ packages }: Catalog, signal: AbortSignal): Promise<void> {
  const rest = breath(signal, slice);
  for (const { bundles } of packages) if (bundles.length > 0) await rest();
}

async function differenceOf(
  before: Catalog,
  after: Catalog,
  signal: AbortSignal,
): Promise<CatalogDifference> {
  const { added, removed, both } = comparedPackages(before, after);
  const { samePackages } = await import('../../access/samePackages.ts');
  const isSame = samePackages(before, after);
  const rest = breath(signal, slice);
  const changed: PackageDifference[] = [];
  for (const [old, now] of both) {
    const difference = isSame(old, now) ? undefined : packageDifference(old, now);
    if (difference !== undefined) changed.push(difference);
    await rest();
  }
  return { packages: { added, removed, changed } };
}

/**
 * The catalog that somebody has named.
 * @throws ResponseError with the reason why it is not open
 */
async function namedCatalog(name: string, session: Session): Promise<Catalog> {
  const { settings } = session;
  await settings.ready;
  const place = placeOfAdded(name, settings.folders);
  const { fact } = await settings.facts.catalogs.whenOpen(place, storeFolderOf(session));
  if (fact.state === 'known') return fact.value;
  const reason = fact.state === 'pending' ? t('The catalog {0} is not open yet', oneLine(name)) : fact.reason;
  throw new ResponseError(LSPErrorCodes.RequestFailed, reason);
}

function namedPackage(name: string, catalog: Catalog): CatalogPackage {
  const owner = packageOf(catalog, name);
  if (owner !== undefined) return owner;
  const meant = nearestOf(
    name,
    catalog.packages.map((one) => one.name),
  );
  throw new ResponseError(
    LSPErrorCodes.RequestFailed,
    meant === undefined
      ? t('The catalog has no package {0}.', oneLine(name))
      : t('The catalog has no package {0}. Did you mean {1}?', oneLine(name), meant),
  );
}
