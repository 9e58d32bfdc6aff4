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

describe('what oc-mirror v2 made of a configuration', () => {
  it.each(selectionCases.filter(({ exit }) => exit === 1).map((row) => [row.name, row] as const))(
    '%s is refused before a catalog is read, which the file shows',
    (_name, { config }) => {
      expect(errorsIn(config).some((code) => early.includes(code))).toBe(true);
    },
  );

  it.each(selectionCases.filter(({ exit }) => exit === 0).map((row) => [row.name, row] as const))(
    '%s is mirrored, and no error is shown but for what is dropped',
    (_name, { config }) => {
      expect(errorsIn(config).filter((code) => !silent.includes(code))).toEqual([]);
    },
  );
});
