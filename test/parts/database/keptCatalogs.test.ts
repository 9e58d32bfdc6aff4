import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { frontOf } from '../../../server/src/catalog/front.ts';
import type { Catalog, CatalogPackage } from '../../../server/src/catalog/model.ts';
import { indexCatalog } from '../../../server/src/catalog/rows.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import { Database } from '../../../server/src/database/database.ts';
import { KeptCatalogs } from '../../../server/src/database/keptCatalogs.ts';
import { packCatalog, packedAsOne, unpackCatalog } from '../../../server/src/database/packedCatalog.ts';
import { packIcon, unpackIcon } from '../../../server/src/database/packedIcon.ts';
import { catalogNames, configsOf, indexOf } from '../../support/catalogs.ts';
import { packageText } from '../../support/indexImages.ts';

const odd = fileBasedCatalog([
  { path: 'a.json', text: packageText('a') },
  {
    path: 'b.yaml',
    text: `
schema: olm.package
name: a
icon: { base64data: aWNvbg==, mediatype: image/svg+xml }
---
schema: olm.package
name: b
description: A package, "quoted" – ünd so weiter
defaultChannel: none
icon: { base64data: aWNvbg==, mediatype: image/svg+xml }
---
schema: olm.bundle
name: b.v1
package: b
image: quay.io/b/bundle
relatedImages: [{ name: x, image: quay.io/b/x:1 }, { name: x, image: quay.io/b/x:1 }, { image: '' }]
properties:
- { type: olm.package, value: { packageName: b, version: 1.0.0 } }
- { type: olm.gvk, value: { group: b.io, version: v1, kind: B } }
- { type: olm.gvk.required, value: { group: c.io, version: v1, kind: C } }
- { type: olm.package.required, value: { packageName: c, versionRange: '>=1' } }
- { type: olm.constraint, value: { failureMessage: no, all: {} } }
- { type: olm.maxOpenShiftVersion, value: '4.20' }
- type: olm.csv.metadata
  value:
    displayName: B
    keywords: [one, two]
    links: [{ name: site, url: https://b.io }]
    maintainers: [{ name: me, email: me@b.io }]
    installModes: [{ type: OwnNamespace, supported: true }]
    annotations: { capabilities: Seamless }
---
schema: olm.deprecations
package: b
entries: [{ reference: { schema: olm.package }, message: gone }]
---
schema: my.own
package: b
relatedImages: [{ name: x, image: quay.io/b/x:1 }]
---
nothing: here
`,
  },
]);

const catalogs: [string, Catalog][] = [
  ['an odd one', odd],
  ['an empty one', fileBasedCatalog([])],
  ...catalogNames.flatMap((name): [string, Catalog][] => {
    const files = configsOf(name);
    const tables = indexOf(name);
    return [
      ...(files === undefined ? [] : [[`${name}, file-based`, fileBasedCatalog(files)] as [string, Catalog]]),
      ...(tables === undefined ? [] : [[`${name}, SQLite`, indexCatalog(tables)] as [string, Catalog]]),
    ];
  }),
];

describe('a catalog that was packed', () => {
  it.each(catalogs)('is what it was: %s', (_, catalog) => {
    const packed = packCatalog(catalog);
    expect(unpackCatalog(packed)).toEqual(catalog);
    expect(structuredClone(unpackCatalog(packed))).toEqual(catalog);
    expect(unpackCatalog(packed)?.packages.map(frontOf)).toEqual(catalog.packages.map(frontOf));
  });

  it('has many packages in few groups, of which each can be had by itself', () => {
    const long = 'x'.repeat(50_000);
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({
      path: `${name}.json`,
      text: `${packageText(name)}${JSON.stringify({ schema: 'olm.bundle', name: `${name}.ü`, package: name, image: `quay.io/${name}/${long}` })}`,
    }));
    const catalog = fileBasedCatalog(files);
    const packed = packCatalog(catalog);
    expect(packed.groups).toHaveLength(3);
    for (const number of [6, 0, 3, 2, 5]) {
      expect(unpackCatalog(packed)?.packages[number]?.bundles).toEqual(catalog.packages[number]?.bundles);
    }
    expect(unpackCatalog(packed)).toEqual(catalog);
  });

  it('has another front where somebody changes it', () => {
    const owner = unpackCatalog(packCatalog(odd))?.packages[1] ?? expect.unreachable();
    expect(frontOf(owner)).toMatchObject({ speaking: { name: 'b.v1' }, newest: '1.0.0' });
    expect(frontOf({ ...owner, bundles: [] })).toEqual({ speaking: undefined, newest: '' });
  });

  it('holds one object for what is the same', () => {
    const bundles = unpackCatalog(packCatalog(odd))?.packages[1]?.bundles;
    const [first, second] = bundles?.[0]?.relatedImages ?? [];
    expect(first).toBe(second);
    expect(unpackCatalog(packCatalog(odd))?.packages[1]?.bundles).not.toBe(bundles);
  });

  it('is not packed again', () => {
    const packed = packCatalog(odd);
    const catalog = unpackCatalog(packed) ?? expect.unreachable();
    expect(packCatalog(catalog)).toBe(packed);
    expect(packCatalog(odd)).toBe(packed);
  });

  it('is handed over to another thread in one piece', () => {
    const { packed, buffer } = packedAsOne(packCatalog(odd));
    const arrived = structuredClone(packed, { transfer: [buffer] });
    expect(buffer.byteLength).toBe(0);
    expect(unpackCatalog(arrived)).toEqual(odd);
  });

  it('is none where any of its bytes is another one', () => {
    const packed = packCatalog(odd);
    expect(unpackCatalog({ ...packed, groups: [] })).toBeUndefined();
    for (const at of packed.outline.keys()) {
      const outline = Uint8Array.from(packed.outline);
      outline[at] = (outline[at] ?? 0) ^ 1;
      expect(unpackCatalog({ ...packed, outline })).toBeUndefined();
    }
    expect(unpackCatalog({ ...packed, outline: new Uint8Array() })).toBeUndefined();
    expect(unpackCatalog({ ...packed, fronts: [] })).toBeUndefined();
  });

  it.each([
    ['changed', (bytes: Uint8Array) => bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte))],
    ['gone', () => undefined],
  ])('says that it is lost where bytes of what somebody asks for are %s', (_, changed) => {
    const packed = packCatalog(odd);
    const parts: Readonly<Record<'fronts' | 'groups', (owner: CatalogPackage) => unknown>> = {
      fronts: ({ description }) => description,
      groups: ({ bundles }) => bundles,
    };
    for (const part of ['fronts', 'groups'] as const) {
      const of = parts[part];
      const pieces = { length: 1, at: () => changed(packed[part].at(0) ?? expect.unreachable()) };
      const lost = vi.fn();
      const { packages } = unpackCatalog({ ...packed, [part]: pieces }, lost) ?? expect.unreachable();
      expect(packages.map(({ name }) => name)).toEqual(['a', 'b']);
      for (const other of Object.values(parts)) if (other !== of) packages.map(other);
      expect(lost).not.toHaveBeenCalled();
      const said = expect.objectContaining({ code: 'lostCatalog' });
      expect(() => packages.map(of)).toThrow(said);
      expect(lost).toHaveBeenCalledOnce();
      expect(() => packedAsOne({ ...packed, [part]: pieces })).toThrow(said);
    }
  });

  it.each([
    ['a picture', { mediaType: 'image/png', base64: 'iVBORw0KGgo=' }],
    ['base64 in lines', { mediaType: 'image/svg+xml', base64: 'aWNv\nbg==' }],
    ['base64 for addresses', { mediaType: 'image/png', base64: 'iVBOR-_KGgo=' }],
    ['base64 for addresses at its end', { mediaType: 'image/png', base64: 'iVBORw0KGg-_' }],
    ['bits behind its end', { mediaType: 'image/png', base64: 'iVBORw0KGgp=' }],
    ['an end in the middle', { mediaType: 'image/png', base64: 'iVBORw==Ggo=' }],
    ['an end that is missing', { mediaType: 'image/png', base64: 'iVBORw0KGgo' }],
    ['an end that comes twice', { mediaType: 'image/png', base64: 'iVBORw0KGgo=====' }],
    ['other letters, as many as base64 has', { mediaType: 'image/png', base64: 'iVBO\nw0KGgo=' }],
    ['letters that are no ASCII', { mediaType: 'image/png', base64: 'iVBOR\u{1F600}KGgo=' }],
    ['no base64 at all', { mediaType: 'a "type"\nin two lines', base64: 'häh?' }],
    ['nothing', { mediaType: '', base64: '' }],
  ])('has icons as they stood there: %s', (_, icon) => {
    expect(unpackIcon(packIcon(icon))).toEqual(icon);
  });

  it('has no icon where its bytes are none', () => {
    for (const text of ['', '\u0001', '\u0001{\n', '\u00017\naaaa']) {
      expect(unpackIcon(Buffer.from(text))).toBeUndefined();
    }
    const icons = [Buffer.from('no icon'), undefined];
    expect(unpackCatalog({ ...packCatalog(odd), icons })?.packages.map(({ icon }) => icon)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

const hour = 3_600_000;

describe('catalogs that are kept', () => {
  let folder: string;
  let database: Database;
  let now: number;
  let kept: KeptCatalogs;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'operator-mirror-database-'));
    database = await open();
    now = 1000;
    kept = new KeptCatalogs(database, () => now);
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = () => join(folder, 'facts.db');
  function keep(digest: string, catalog: Catalog): void {
    kept.keep(digest, catalog);
    kept.flush();
  }
  async function open(): Promise<Database> {
    const opened = await Database.open({ file: path(), report: expect.unreachable });
    return opened ?? expect.unreachable();
  }

  it('are there for the next process, by their digest', async () => {
    keep('sha256:a', odd);
    kept.seen('quay.io/x/catalog:v1', 'sha256:a');
    database.close();
    database = await open();
    const next = new KeptCatalogs(database);
    expect(next.get('sha256:a')).toEqual(odd);
    expect(next.get('sha256:b')).toBeUndefined();
    expect(next.digestOf('quay.io/x/catalog:v1')).toBe('sha256:a');
    expect(next.digestOf('quay.io/x/catalog:v2')).toBeUndefined();
  });

  it('are there at once, and in the file when nobody waits for them', async () => {
    kept.keep('sha256:a', odd);
    expect(kept.get('sha256:a')).toBe(odd);
    const another = new KeptCatalogs(database);
    expect(another.get('sha256:a')).toBeUndefined();
    await vi.waitFor(() => expect(another.get('sha256:a')).toEqual(odd));
    expect(kept.get('sha256:a')).not.toBe(odd);
  });

  it('take the place of what was kept under the same digest', () => {
    keep('sha256:a', odd);
    keep('sha256:a', fileBasedCatalog([{ path: 'a', text: packageText('a') }]));
    expect(kept.get('sha256:a')?.packages.map(({ name }) => name)).toEqual(['a']);
  });

  it('are forgotten when they were not used for the longest time', () => {
    for (let number = 0; number < 40; number++, now++) keep(`sha256:${number}`, odd);
    now += hour;
    expect(kept.get('sha256:0')).toBeDefined();
    keep('sha256:40', odd);
    expect(kept.get('sha256:0')).toBeDefined();
    expect(kept.get('sha256:1')).toBeUndefined();
    const rows = new Sqlite(path()).prepare('SELECT count(DISTINCT digest) AS n FROM catalog_groups').get();
    expect(rows).toEqual({ n: 40 });
  });

  it('are read without writing where they were used within the hour', () => {
    keep('sha256:a', odd);
    const sqlite = new Sqlite(path());
    const version = () => sqlite.pragma('data_version', { simple: true });
    const before = version();
    now += hour - 1;
    expect(kept.get('sha256:a')).toBeDefined();
    expect(version()).toBe(before);
    now += 1;
    expect(kept.get('sha256:a')).toBeDefined();
    expect(version()).not.toBe(before);
    sqlite.close();
  });

  it('are made anew where another version packed them, or bytes of them are lost', () => {
    keep('sha256:a', odd);
    keep('sha256:b', odd);
    const sqlite = new Sqlite(path());
    sqlite.prepare("UPDATE catalogs SET form = 0 WHERE digest = 'sha256:a'").run();
    sqlite.prepare("DELETE FROM catalog_groups WHERE digest = 'sha256:b'").run();
    sqlite.close();
    expect(kept.get('sha256:a')).toBeUndefined();
    expect(kept.get('sha256:b')).toBeUndefined();
  });

  it('read an icon when somebody looks at it, and do without one that is gone', () => {
    keep('sha256:a', odd);
    const catalog = kept.get('sha256:a') ?? expect.unreachable();
    const icon = { mediaType: 'image/svg+xml', base64: 'aWNvbg==' };
    expect(catalog.packages[1]?.icon).toEqual(icon);
    const sqlite = new Sqlite(path());
    sqlite.prepare('DELETE FROM catalog_icons').run();
    sqlite.close();
    expect(catalog.packages[1]?.icon).toBeUndefined();
    kept.readAll();
    database.close();
    expect(catalog.packages.map(({ name, bundles }) => [name, bundles.length])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(catalog.packages[1]?.icon).toBeUndefined();
  });

  it('read packages when somebody asks for them, and all of the others before the database is closed', () => {
    keep('sha256:a', odd);
    keep('sha256:b', odd);
    const [one, other] = ['sha256:a', 'sha256:b'].map((digest) => kept.get(digest) ?? expect.unreachable());
    expect(one?.packages[1]?.bundles).toHaveLength(1);
    const sqlite = new Sqlite(path());
    sqlite.prepare("DELETE FROM catalog_groups WHERE digest = 'sha256:a'").run();
    sqlite.close();
    kept.readAll();
    database.close();
    const bundles = odd.packages.map((owner) => owner.bundles);
    for (const catalog of [one, other])
      expect(catalog?.packages.map((owner) => owner.bundles)).toEqual(bundles);
  });

  it('are forgotten where it turns out that they are lost', () => {
    keep('sha256:a', odd);
    const catalog = kept.get('sha256:a') ?? expect.unreachable();
    const sqlite = new Sqlite(path());
    sqlite.prepare("UPDATE catalog_groups SET content = x'00'").run();
    sqlite.close();
    expect(() => catalog.packages[0]?.bundles).toThrow('what was kept of a catalog cannot be read any more');
    expect(kept.get('sha256:a')).toBeUndefined();
  });

  it('are forgotten when the database is closed, where what nobody has asked for is lost', async () => {
    keep('sha256:a', odd);
    const catalog = kept.get('sha256:a') ?? expect.unreachable();
    const sqlite = new Sqlite(path());
    sqlite.prepare("UPDATE catalog_groups SET content = x'00'").run();
    sqlite.close();
    kept.readAll();
    database.close();
    expect(() => catalog.packages[0]?.bundles).toThrow('what was kept of a catalog cannot be read any more');
    database = await open();
    expect(new KeptCatalogs(database).get('sha256:a')).toBeUndefined();
  });

  it('know packages and default channels before they unpack anything else', () => {
    keep('sha256:a', odd);
    const [first] = kept.get('sha256:a')?.packages ?? [];
    expect(Object.getOwnPropertyDescriptor(first, 'defaultChannel')?.value).toBe('stable');
    expect(Object.getOwnPropertyDescriptor(first, 'bundles')?.get).toBeDefined();
    expect(shownCatalog(kept.get('sha256:a') ?? odd)).toEqual(shownCatalog(odd));
  });
});
