import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseOcMirrorReference } from '../../../server/src/documents/ocMirrorReference.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze } from '../../../server/src/rules/analysis.ts';
import { type Facts, noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { selectionCases, selectionCatalog } from '../../support/selections.ts';

const facts: Facts = {
  ...noFacts,
  catalog(image) {
    const parsed = parseOcMirrorReference(image);
    const name = (parsed.ok ? parsed.reference.name : image).replace(/^.*\//, '');
    return { state: 'known', at: 0, value: selectionCatalog(name) };
  },
};

/** Codes of the errors in a configuration, each once. */
function errorsIn(operators: unknown): string[] {
  const text = dump({
    kind: 'ImageSetConfiguration',
    apiVersion: 'mirror.openshift.io/v2alpha1',
    mirror: { operators },
  });
  const file = { path: 'a.yaml', content: parseText(text, 'yaml') };
  const snapshot = new Snapshot().with(file.path, file.content);
  const found = analyze(file, { snapshot, settings: defaultSettings, facts });
  return [...new Set(found.filter(({ severity }) => severity === 'error').map(({ code }) => code))].sort();
}

/** What oc-mirror drops without a word. */
const silent = ['image-set/unknown-channel', 'image-set/unknown-package'];
/** Told without a catalog. */
const early = ['image-set/schema', 'image-set/version'];

/** What oc-mirror mirrored, and `opm validate` refused then. */
const refusedByOpm = new Set([
  'deprecated-min-1.1.0',
  'odd-cycle2-full',
  'odd-dangling-full',
  'odd-dup-full',
  'odd-ghost-full',
  'odd-heads-full',
]);

const rowsOf = (code: number) =>
  selectionCases.filter(({ exit }) => exit === code).map((row) => [row.name, row] as const);

describe('what oc-mirror v2 made of a configuration', () => {
  it.each(rowsOf(1))('%s is refused before a catalog is read, which the file shows', (_name, { config }) => {
    expect(errorsIn(config).some((code) => early.includes(code))).toBe(true);
  });

  it.each(rowsOf(4))('%s is refused because of its catalog, which the file shows', (_name, { config }) => {
    expect(errorsIn(config)).not.toEqual([]);
  });

  it.each(rowsOf(0))(
    '%s is mirrored; errors are what is dropped, and what opm refuses',
    (name, { config }) => {
      const others = errorsIn(config).filter((code) => !silent.includes(code));
      expect(others.length > 0).toBe(refusedByOpm.has(name));
    },
  );

  it('is refused by opm in as many cases as are listed', () => {
    expect(rowsOf(0).filter(([name]) => refusedByOpm.has(name))).toHaveLength(refusedByOpm.size);
  });
});
