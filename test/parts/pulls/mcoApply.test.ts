import { expect, it } from 'vitest';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { forecast } from '../../../server/src/pulls/forecast.ts';
import type { ClusterState } from '../../../server/src/pulls/forecastTypes.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { mcoTruth } from '../../support/mcoTruth.ts';
import { tablesOf } from '../../support/registryTables.ts';

interface Row {
  readonly id: string;
  readonly category: 'sets' | 'node';
  readonly folder: string;
  readonly current: string;
  /** The image configuration of the cluster. */
  readonly image?: string;
  readonly effect: 'none' | 'reload' | 'drain' | 'stopped';
  readonly before?: string;
  readonly after?: string;
}

const rows = mcoTruth<Row>('apply');

it(`applying ${rows.length} folders to clusters whose sets are known does what the cluster's own code says`, () => {
  const differ = rows.flatMap((row) => difference(row, { sets: snapshotOf(row.current, row.image) }));
  expect(differ).toEqual([]);
  expect(rows.length).toBeGreaterThan(100);
});

const ofNodes = rows.filter(({ category, before }) => category === 'node' && before !== undefined);

it(`applying ${ofNodes.length} folders to nodes whose registries.conf is known does the same`, () => {
  const differ = ofNodes.flatMap((row) =>
    difference(row, { conf: parseRegistriesConf(row.before ?? '').registries }),
  );
  expect(differ).toEqual([]);
  expect(ofNodes.length).toBeGreaterThan(20);
});

function difference(row: Row, cluster: ClusterState): unknown[] {
  const { effect, registriesConf } = forecast(snapshotOf(row.folder), cluster, undefined);
  if (effect !== row.effect) return [{ id: row.id, own: effect, theirs: row.effect }];
  if (row.after === undefined) return [];
  const own = tablesOf(registriesConf);
  const theirs = tablesOf(row.after);
  return JSON.stringify(own) === JSON.stringify(theirs) ? [] : [{ id: row.id, own, theirs }];
}

function snapshotOf(...texts: readonly (string | undefined)[]): Snapshot {
  let snapshot = new Snapshot();
  for (const [index, text = ''] of texts.entries())
    if (text !== '') snapshot = snapshot.with(`${index}.yaml`, parseText(text, 'yaml'));
  return snapshot;
}
