import { expect, it } from 'vitest';
import { mirrorPlaces } from '../../../server/src/features/mirrorPlaces.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { setOf } from '../../support/mirrorSets.ts';

it('has the registries that files mirror to, those that are named most first', () => {
  const mapping = [
    'quay.io/a/b:1=once.example.com/a/b:1',
    'quay.io/a/c:1=often.example.com:8443/a/c:1',
    'quay.io/a/d:1=often.example.com:8443/a/d:1',
    'quay.io/a/e:1=file://a/e:1',
  ].join('\n');
  const set = setOf('IDMS', 'quay.io/a <- set.example.com/a quay.io/a', 'quay.io/b <- set.example.com/olm/b');
  const snapshot = new Snapshot()
    .with('mapping.txt', parseText(mapping, 'mapping'))
    .with('idms.yaml', parseText(set, 'yaml'));
  expect(mirrorPlaces(snapshot)).toEqual([
    'docker://often.example.com:8443',
    'docker://set.example.com',
    'docker://once.example.com',
  ]);
});

it('has none where nothing mirrors', () => expect(mirrorPlaces(new Snapshot())).toEqual([]));
