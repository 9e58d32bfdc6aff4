import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { t } from '../../base/sentences.ts';
import { nearestOf, oneLine } from '../../base/words.ts';
import { type Catalog, type CatalogPackage, packageOf } from '../../catalog/model.ts';
import { operatorAnswer } from '../../features/operatorAnswer.ts';
import { pathAnswer } from '../../features/upgradeGraphAnswer.ts';
import { onAsked } from '../peer.ts';
import type { Handler, Session } from '../session.ts';
import { placeOfAdded, storeFolderOf } from '../shownCatalogs.ts';

/** What a catalog says of one operator, and how one version of it becomes another. */
export const operatorHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    onAsked(session.connection, 'operatorMirror/operator', async (question) => {
      const catalog = await namedCatalog(question.catalog, session);
      return operatorAnswer(question, catalog, namedPackage(question.package, catalog));
    });
    onAsked(session.connection, 'operatorMirror/upgradePath', async (question) => {
      const catalog = await namedCatalog(question.catalog, session);
      return pathAnswer(question, namedPackage(question.package, catalog));
    });
  },
};

/**
 * The catalog that somebody has named.
 * @throws ResponseError with the reason why it is not open
 */
export async function namedCatalog(name: string, session: Session): Promise<Catalog> {
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
