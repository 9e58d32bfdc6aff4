import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What real `oc` runs wrote, one folder a run. Read here with nothing but string functions. */
export const groundTruth = join(import.meta.dirname, '../fixtures/ground-truth');

export const scenarios: readonly string[] = readdirSync(groundTruth)
  .filter((name) => statSync(join(groundTruth, name)).isDirectory())
  .sort();

/** The files below a scenario's folder whose name ends so, as paths below it. */
export function filesOf(scenario: string, end: string): string[] {
  const folder = join(groundTruth, scenario);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

export function textOf(scenario: string, path: string): string {
  return readFileSync(join(groundTruth, scenario, path), 'utf8');
}

export interface MappingPair {
  readonly line: number;
  readonly source: string;
  readonly destination: string;
}

/** The lines of a mapping.txt that `oc` wrote: `SOURCE=DESTINATION` and nothing else. */
export function pairsOf(text: string): MappingPair[] {
  return text.split('\n').flatMap((content, line) => {
    const [source, destination] = content.split('=');
    return source === undefined || destination === undefined ? [] : [{ line, source, destination }];
  });
}
