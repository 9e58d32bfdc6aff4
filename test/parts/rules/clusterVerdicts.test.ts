import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, type PlacedFinding } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

/**
 * What real clusters made of manifests: the API server's validation (create, field validation Strict) and the
 * machine-config-operator's own. `useless`: the API takes it, and another part of the cluster cannot use it.
 */
interface Row {
  readonly id: string;
  readonly verdict: 'refused' | 'accepted' | 'useless';
  readonly manifest: string;
}

const rows: readonly Row[] = JSON.parse(
  readFileSync(new URL('../../fixtures/mco/check.json', import.meta.url), 'utf8'),
);

/** Accepted by the cluster, and a warning is right all the same. */
const rightWarnings = new Map([
  ['idms-source-twice', 'mirror-set/duplicate-source'],
  ['oh-sources-twice', 'operator-hub/schema'],
]);

const { settings } = readSettings({});

/** Each row is checked once for all tests. */
const known = new Map<string, PlacedFinding[]>();

function findingsOf(manifest: string): PlacedFinding[] {
  const findings = known.get(manifest) ?? check(manifest);
  known.set(manifest, findings);
  return findings;
}

function check(manifest: string): PlacedFinding[] {
  const snapshot = new Snapshot().with('manifest.yaml', parseText(manifest, 'yaml'));
  const file = snapshot.files.get('manifest.yaml');
  if (file === undefined) throw new Error('there is no file');
  return analyze(file, { snapshot, settings, facts: noFacts });
}

describe('the verdict of the cluster on a manifest', () => {
  it('knows rows of every verdict', () => {
    expect(rows.length).toBeGreaterThan(600);
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['refused', 'accepted', 'useless']));
  });

  it.each(rows)('$id: $verdict', ({ id, verdict, manifest }) => {
    const findings = findingsOf(manifest);
    const errors = findings.filter(({ severity }) => severity === 'error');
    const warnings = findings.filter(({ severity }) => severity === 'warning');
    if (verdict === 'refused') expect(errors).not.toEqual([]);
    if (verdict !== 'accepted') return;
    expect(errors.map(({ message }) => message)).toEqual([]);
    const right = rightWarnings.get(id);
    expect(warnings.map(({ code }) => code)).toEqual(right === undefined ? [] : [right]);
  });

  it('finds nothing twice', () => {
    for (const { id, manifest } of rows) {
      const seen = findingsOf(manifest).map(({ code, message, range }) =>
        JSON.stringify([code, message, range]),
      );
      expect(new Set(seen).size, id).toBe(seen.length);
    }
  });
});
