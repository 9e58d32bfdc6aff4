import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { nameOfCatalog, placeOfAdded, withoutTwins } from '../../../server/src/lsp/shownCatalogs.ts';
import type { CatalogRow } from '../../../server/src/protocol/catalogs.ts';

const digest = `sha256:${'a'.repeat(64)}`;

it.each([
  ['quay.io/a/index:v1', 'docker://quay.io/a/index:v1', 'quay.io/a/index:v1'],
  [' docker://quay.io/a/index:v1 ', 'docker://quay.io/a/index:v1', 'quay.io/a/index:v1'],
  [`quay.io/a/index@${digest}`, `docker://quay.io/a/index@${digest}`, `quay.io/a/index@${digest}`],
  // Without a tag it is what podman takes it for.
  ['quay.io/a/index', 'quay.io/a/index', 'quay.io/a/index'],
  ['oci://index', 'oci:///w/index', 'oci:///w/index'],
  ['oci:///srv/index', 'oci:///srv/index', 'oci:///srv/index'],
  ['./configs', '/w/configs', undefined],
  ['../index.db', '/index.db', undefined],
  ['index.db', '/w/index.db', undefined],
  ['~/packages.out', `${homedir()}/packages.out`, undefined],
  ['/srv/packages.out', '/srv/packages.out', undefined],
  ['file://a/index:v1', 'file://a/index:v1', undefined],
])('takes %j for %s, which an ImageSetConfiguration calls %s', (text, catalog, name) => {
  expect(placeOfAdded(text, ['/w'])).toBe(catalog);
  expect(nameOfCatalog(catalog)).toBe(name);
});

const row = (catalog: string, more: Partial<CatalogRow> = {}): CatalogRow => ({
  ...{ catalog, label: 'x', where: '', namedIn: [], state: 'closed' },
  ...more,
});
const file = (path: string) => ({ path, uri: `file:///${path}`, line: 3 });

it('lists a folder and the layout in it once, with all who name it', () => {
  const rows = [
    row('/srv/a', { added: '~/a' }),
    row('/srv/b'),
    row('oci:///srv/a', { namedIn: [file('one.yaml')] }),
    row('oci:///srv/a:v1'),
  ];
  expect(withoutTwins(rows)).toEqual([
    row('/srv/b'),
    row('oci:///srv/a', { added: '~/a', namedIn: [file('one.yaml')] }),
    row('oci:///srv/a:v1'),
  ]);
});

it('lists both where the folder turned out to be no layout', () => {
  const rows = [row('/srv/a', { state: 'open' }), row('oci:///srv/a', { state: 'failed' })];
  expect(withoutTwins(rows)).toEqual(rows);
});
