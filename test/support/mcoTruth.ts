import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'fixtures', 'mco');

/** The rows of a table of `test/fixtures/mco`: what the cluster's own code made of inputs. */
export function mcoTruth<Row>(name: string): Row[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}
