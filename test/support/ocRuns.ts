import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { catalogFixtures } from './catalogs.ts';
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
