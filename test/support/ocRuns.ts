import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { memo } from '../../server/src/base/memo.ts';
import { fileBasedCatalog } from '../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../server/src/catalog/model.ts';
import { indexCatalog } from '../../server/src/catalog/rows.ts';
import { parseReference } from '../../server/src/documents/imageReference.ts';
import { parsePlace } from '../../server/src/documents/mirrorPlace.ts';
import { planOfCatalog } from '../../server/src/mirror/plan/catalogPlan.ts';
import type { MirrorPlan } from '../../server/src/mirror/plan/mirrorPlan.ts';
import { catalogFixtures, configsOf, openBytes, tablesOf } from './catalogs.ts';
import { groundTruth } from './groundTruth.ts';

const folder = join(import.meta.dirname, '../fixtures/plan');

/** A run of `oc adm catalog mirror`, with what stood on its command line. */
export interface OcRun {
  /** Its mapping.txt, below `groundTruth`. */
  readonly mapping: string;
  /** A folder of `catalogFixtures`. */
  readonly catalog: string;
  readonly form: 'configs' | 'index.db';
  readonly index: string;
  readonly destination: string;
  readonly maxComponents: number;
}

export const ocRuns: readonly OcRun[] = JSON.parse(readFileSync(join(folder, 'oc-runs.json'), 'utf8'));

/** The lines that `oc` wrote, sorted. */
export function ocLines({ mapping }: OcRun): string[] {
  return readFileSync(join(groundTruth, mapping), 'utf8').trimEnd().split('\n').sort();
}

/** The bytes of a catalog's SQLite index. */
export function indexBytes(catalog: string): Buffer {
  const path =
    catalog === 'community-operator-index'
      ? join(folder, `${catalog}.db.gz`)
      : join(catalogFixtures, catalog, 'index.db.gz');
  return gunzipSync(readFileSync(path));
}

/** The catalog that a run mirrored. It is read once, as are all catalogs and plans here, for whoever asks. */
export function ocCatalog({ catalog, form }: Pick<OcRun, 'catalog' | 'form'>): Catalog {
  const name = `${catalog} as ${form}`;
  const known = catalogs.get(name) ?? readCatalog(catalog, form);
  catalogs.set(name, known);
  return known;
}

const catalogs = new Map<string, Catalog>();

function readCatalog(catalog: string, form: OcRun['form']): Catalog {
  return form === 'configs'
    ? fileBasedCatalog(configsOf(catalog) ?? [])
    : indexCatalog(tablesOf(new openBytes(indexBytes(catalog))));
}

/** The plan of what a run mirrored. */
export const ocPlan = memo((run: OcRun): MirrorPlan => {
  const image = parseReference(run.index);
  const place = parsePlace(run.destination);
  if (!image.ok || !place.ok) throw new Error(`${run.mapping} is not a run`);
  return planOfCatalog(ocCatalog(run), {
    source: run.index,
    image: { text: run.index, reference: image.reference },
    digest: `sha256:${'0'.repeat(64)}`,
    place: place.place,
    maxComponents: run.maxComponents,
  });
});
