import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parseReference } from '../../server/src/documents/imageReference.ts';
import { catalogFacts, configsOf } from './catalogs.ts';
import type { DockerRegistry } from './dockerRegistry.ts';
import { multiArchImage, pushImage, type TestImage, testImage } from './images.ts';
import { configsImage, databaseLabel, databaseOf } from './indexImages.ts';

/** A catalog of the fixtures in a registry, with images that have the digests which it names. */
export interface StockedCatalog {
  /** What pods and the catalog call each image, and the digest that the registry has for it. */
  readonly images: ReadonlyMap<string, string>;
  /** The same of the bundles of some packages alone. */
  imagesOf(...packages: readonly string[]): ReadonlyMap<string, string>;
  /** A registries.conf that brings each of the true registries to this one. */
  readonly registriesConf: string;
}

/**
 * Fills a registry with a catalog and all of its images, below paths that begin with their true registries. Content is made up, so that the
 * digests in the catalog become those of it; all else of the catalog is as it was.
 *
 * @param index the reference of the index image, in its true registry
 * @param packages those whose images are there, all if not said
 */
export async function stockCatalog(
  registry: DockerRegistry,
  name: string,
  form: 'configs' | 'database',
  index: string,
  packages?: readonly string[],
): Promise<StockedCatalog> {
  const facts = catalogFacts(name);
  const imagesNamed = (owners?: readonly string[]) =>
    facts.bundles
      .filter((bundle) => owners?.includes(bundle.package) ?? true)
      .flatMap((bundle) => [
        bundle.image,
        ...bundle.relatedImages.map((related) => related.image),
        ...(facts.databaseRelatedImages[bundle.name] ?? []),
      ])
      .filter((image) => image !== '');
  const fixtures = [...new Set(imagesNamed(packages))];
  const made = new Map(fixtures.map((text, at) => [text, madeImage(text, at)]));
  const renamed = new Map(
    fixtures.flatMap((text) => {
      const digest = /sha256:[0-9a-f]{64}/.exec(text)?.[0];
      return digest === undefined ? [] : [[digest, made.get(text)?.manifest.digest ?? ''] as const];
    }),
  );
  const hosts = new Set<string>();
  const push = async (text: string, image: TestImage) => {
    const parsed = parseReference(text);
    if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
    const { registry: host, repository, tag, digest } = parsed.reference;
    hosts.add(host);
    await pushImage(registry.url, `${host}/${repository}`, digest === undefined ? tag : undefined, image);
  };
  // One after the other: the registry loses a layer that two uploads bring at the same moment.
  for (const [text, image] of made) await push(text, image);
  await push(index, form === 'configs' ? indexOfFiles(name, renamed) : indexOfDatabase(name, renamed));

  const named = (texts: readonly string[]) =>
    new Map(
      texts.map((text) => [withDigests(text, renamed), made.get(text)?.manifest.digest ?? ''] as const),
    );
  return {
    images: named(fixtures),
    imagesOf: (...packages) => named(imagesNamed(packages)),
    registriesConf: [...hosts]
      .map((host) => `[[registry]]\nprefix = "${host}"\nlocation = "${registry.host}/${host}"\n`)
      .join('\n'),
  };
}

/** Images of one platform and of several, each with a layer of its own and one that all have. */
function madeImage(text: string, at: number): TestImage {
  return at % 3 === 0 ? multiArchImage({ seed: text }) : testImage({ seed: text });
}

function withDigests(text: string, renamed: ReadonlyMap<string, string>): string {
  return text.replaceAll(/sha256:[0-9a-f]{64}/g, (digest) => renamed.get(digest) ?? digest);
}

function indexOfFiles(name: string, renamed: ReadonlyMap<string, string>): TestImage {
  const files = (configsOf(name) ?? []).map(({ path, text }) => [
    `configs/${path}`,
    withDigests(text, renamed),
  ]);
  return configsImage({ seed: 'index', layers: [{ 'bin/opm': 'opm' }, Object.fromEntries(files)] });
}

function indexOfDatabase(name: string, renamed: ReadonlyMap<string, string>): TestImage {
  return testImage({
    seed: 'index',
    labels: { [databaseLabel]: '/database/index.db' },
    layers: [{ 'bin/opm': 'opm' }, { 'database/index.db': databaseWith(databaseOf(name), renamed) }],
  });
}

/** A database in which every text has other digests. */
function databaseWith(bytes: Buffer, renamed: ReadonlyMap<string, string>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'index-'));
  const path = join(folder, 'index.db');
  writeFileSync(path, bytes);
  const sqlite = new Database(path);
  sqlite.pragma('foreign_keys = OFF');
  const list = (sql: string) => sqlite.prepare(sql).all() as { readonly name: string }[];
  for (const { name: table } of list("SELECT name FROM sqlite_master WHERE type = 'table'")) {
    for (const { name: column } of list(`SELECT name FROM pragma_table_info('${table}')`)) {
      const values = sqlite.prepare(`SELECT rowid AS id, "${column}" AS value FROM "${table}"`).all() as {
        readonly id: number;
        readonly value: unknown;
      }[];
      const update = sqlite.prepare(`UPDATE "${table}" SET "${column}" = ? WHERE rowid = ?`);
      for (const { id, value } of values) {
        const isBytes = Buffer.isBuffer(value);
        if (!isBytes && typeof value !== 'string') continue;
        const text = withDigests(String(value), renamed);
        if (text !== String(value)) update.run(isBytes ? Buffer.from(text) : text, id);
      }
    }
  }
  sqlite.close();
  const changed = readFileSync(path);
  rmSync(folder, { recursive: true });
  return changed;
}
