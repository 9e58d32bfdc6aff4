import { expect, it } from 'vitest';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { planPull } from '../../../server/src/documents/pullEndpoints.ts';
import { parsePullSpec } from '../../../server/src/documents/pullSpec.ts';
import { parseText } from '../../../server/src/files/load.ts';
import type { MirrorSets } from '../../../server/src/pulls/mirrorSets.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { mcoTruth } from '../../support/mcoTruth.ts';
import { tablesOf } from '../../support/registryTables.ts';

interface Row {
  readonly id: string;
  readonly manifests: string;
  readonly registriesConf?: string;
  readonly error?: string;
  readonly pulls?: readonly {
    readonly image: string;
    readonly error?: string;
    readonly endpoints?: readonly { image: string; blocked?: boolean; insecure?: boolean }[];
  }[];
}

const rows = mcoTruth<Row>('render');

it(`nodes get the registries.conf that the machine-config-operator makes of ${rows.length} folders`, () => {
  const differ = rows.filter((row) => {
    const sets = setsOf(row);
    // What the API server refuses never comes to the operator; it refuses the same values that the operator would.
    if (row.error !== undefined) return sets.problems.length === 0;
    return (
      sets.problems.some(({ stops }) => stops) ||
      JSON.stringify(tablesOf(sets.toRegistriesConf())) !== JSON.stringify(tablesOf(row.registriesConf ?? ''))
    );
  });
  expect(differ.map(({ id }) => id)).toEqual([]);
  expect(rows.length).toBeGreaterThan(200);
});

const pulls = rows.flatMap((row) => (row.pulls ?? []).map((pull) => ({ ...pull, row })));

it(`nodes ask the places in the order of containers/image for ${pulls.length} pulls`, () => {
  const differ = pulls.flatMap(({ row, image, endpoints }) => {
    const own = placesOf(setsOf(row), image);
    const theirs =
      endpoints === undefined
        ? 'refused'
        : endpoints.map((one) => [one.image, one.insecure ?? false, one.blocked ?? false]);
    return JSON.stringify(own) === JSON.stringify(theirs) ? [] : [{ id: row.id, image, own, theirs }];
  });
  expect(differ).toEqual([]);
  expect(pulls.length).toBeGreaterThan(500);
});

const sets = new WeakMap<Row, MirrorSets>();

function setsOf(row: Row): MirrorSets {
  const known = sets.get(row) ?? new Snapshot().with('all.yaml', parseText(row.manifests, 'yaml')).mirrorSets;
  sets.set(row, known);
  return known;
}

function placesOf({ rules }: MirrorSets, image: string): unknown {
  const parsed = parsePullSpec(image);
  const plan = parsed.ok ? planPull(rules, parsed.reference) : undefined;
  if (!plan?.ok) return 'refused';
  return plan.endpoints.map(({ reference, insecure, blockedBy }) => [
    formatReference(reference),
    insecure,
    blockedBy !== undefined,
  ]);
}
