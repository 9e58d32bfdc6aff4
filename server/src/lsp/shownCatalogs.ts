import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { deskPlace } from '../access/catalogName.ts';
import { parseReference } from '../documents/imageReference.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { CatalogRow } from '../protocol/catalogs.ts';
import { namedCatalogs } from '../workspace/namedCatalogs.ts';
import type { Session } from './session.ts';
import { ShownFiles } from './shownFiles.ts';

/** The catalogs that somebody has added, as they were added, and then those that files name, by name. Each is there once. */
export function catalogRows(session: Session, added: readonly string[]): CatalogRow[] {
  const { workspace, settings } = session;
  const rows = new Map<string, CatalogRow>();
  const row = (catalog: string): CatalogRow => ({
    catalog,
    ...labelOf(catalog),
    namedIn: [],
    state: stateOf(catalog, session),
  });
  for (const text of added) {
    const catalog = placeOfAdded(text, settings.folders);
    rows.set(catalog, { ...row(catalog), added: text });
  }
  const named = new Map<string, CatalogRow>();
  for (const { name, path, line } of namedCatalogs(workspace.snapshot)) {
    const catalog = deskPlace(name, path);
    if (catalog === undefined) continue;
    const known = rows.get(catalog) ?? named.get(catalog) ?? row(catalog);
    const files = new ShownFiles();
    files.show(path);
    const namedIn = [...known.namedIn, ...files.named().map((file) => ({ ...file, line }))];
    (rows.has(catalog) ? rows : named).set(catalog, { ...known, namedIn });
  }
  const sorted = [...named.values()].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
  return withoutTwins([...rows.values(), ...sorted]);
}

/**
 * A folder and the OCI layout in it are one catalog, which is listed by the name that an ImageSetConfiguration has for it, unless
 * there is no layout in the folder.
 */
export function withoutTwins(rows: readonly CatalogRow[]): CatalogRow[] {
  const byCatalog = new Map(rows.map((row) => [row.catalog, row]));
  const layoutIn = ({ catalog }: CatalogRow) => byCatalog.get(`oci://${catalog}`);
  return rows.flatMap((row) => {
    const layout = layoutIn(row);
    if (layout !== undefined) return layout.state === 'failed' ? [row] : [];
    const folder = byCatalog.get(row.catalog.replace(/^oci:\/\//, ''));
    if (folder === undefined || layoutIn(folder) !== row || row.state === 'failed') return [row];
    const added = row.added ?? folder.added;
    return [
      {
        ...row,
        ...(added === undefined ? {} : { added }),
        namedIn: [...row.namedIn, ...folder.namedIn],
      },
    ];
  });
}

function stateOf(catalog: string, { settings }: Session): CatalogRow['state'] {
  const state = settings.facts.catalogs.peek(catalog)?.fact.state;
  if (state === undefined) return 'closed';
  return state === 'known' ? 'open' : state === 'pending' ? 'opening' : 'failed';
}

/** What is opened for a text that somebody has added: an image by its name, and a path from the first folder of the workspace. */
export function placeOfAdded(text: string, folders: readonly string[]): string {
  const added = text.trim();
  const [, prefix = '', path = ''] = /^(oci:\/\/)?(.*)$/s.exec(added) ?? [];
  if (prefix === '' && !looksLikePath(path)) return deskPlace(added) ?? added;
  if (path.startsWith('~/')) return `${prefix}${resolve(homedir(), path.slice(2))}`;
  const [folder] = folders;
  return folder === undefined ? added : `${prefix}${resolve(folder, path)}`;
}

/** A name in a registry neither begins nor ends so. */
function looksLikePath(text: string): boolean {
  return isAbsolute(text) || /^(?:\.{1,2}(?:[/\\]|$)|~\/)|\.(?:db|out|json|ya?ml)$/.test(text);
}

/** The folder in which the `v2/` of `file://` catalogs is looked for. */
export function storeFolderOf({ settings }: Pick<Session, 'settings'>): string {
  return settings.current.files.folder || (settings.folders[0] ?? '');
}

/** What an ImageSetConfiguration calls a catalog of the view; undefined where it has no name for it. */
export function nameOfCatalog(catalog: string): string | undefined {
  if (catalog.startsWith('docker://')) return catalog.slice('docker://'.length);
  if (catalog.startsWith('oci://')) return catalog;
  const parsed = isAbsolute(catalog) ? undefined : parseReference(catalog);
  return parsed?.ok === true && isInRegistry(parsed.reference) ? catalog : undefined;
}

function labelOf(catalog: string): Pick<CatalogRow, 'label' | 'where'> {
  const shown = catalog.replace(/^docker:\/\//, '');
  const digest = shown.indexOf('@');
  const end = digest === -1 ? shown.length : digest;
  const slash = Math.max(shown.lastIndexOf('/', end - 1), shown.lastIndexOf('\\', end - 1));
  // Of a digest the first characters tell enough.
  const label = shown.slice(slash + 1).replace(/@(sha256:[0-9a-f]{12})[0-9a-f]+$/, '@$1…');
  return { label, where: slash <= 0 ? '' : shown.slice(0, slash) };
}
