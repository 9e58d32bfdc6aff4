import { expect, it } from 'vitest';
import { namedRegistries } from '../../../server/src/features/namedRegistries.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { setOf } from '../../support/mirrorSets.ts';

it('counts the places that name a registry, those that images are brought to first, with their files', () => {
  const mapping = [
    'quay.io/a/b:1=mirror.example.com:8443/a/b:1',
    'quay.io/a/c:1=mirror.example.com:8443/a/c:1',
    'registry.redhat.io/a/d:1=file://a/d:1',
    'file://a/d:1=mirror.example.com:8443/a/d:1',
  ].join('\n');
  const set = setOf(
    'IDMS',
    'quay.io/a <- mirror.example.com:8443/a quay.io/a',
    '*.example.org <- set.example.com/b',
  );
  const snapshot = new Snapshot()
    .with('mapping.txt', parseText(mapping, 'mapping'))
    .with('idms.yaml', parseText(set, 'yaml'));
  expect(namedRegistries(snapshot)).toEqual([
    {
      host: 'mirror.example.com:8443',
      sources: 0,
      mirrors: 4,
      files: [
        { key: 'mapping.txt', places: 3 },
        { key: 'idms.yaml', places: 1 },
      ],
    },
    { host: 'set.example.com', sources: 0, mirrors: 1, files: [{ key: 'idms.yaml', places: 1 }] },
    {
      host: 'quay.io',
      sources: 3,
      mirrors: 0,
      files: [
        { key: 'mapping.txt', places: 2 },
        { key: 'idms.yaml', places: 1 },
      ],
    },
    { host: 'registry.redhat.io', sources: 1, mirrors: 0, files: [{ key: 'mapping.txt', places: 1 }] },
  ]);
});

it('passes over what is in no registry that anybody could ask', () => {
  const mapping = ['localhost:55000/a/b:1=file://a/b:1', 'not an image', 'a='].join('\n');
  const set = setOf('ICSP', 'my-mirror/a/b <- {{ registry }}/a');
  const snapshot = new Snapshot()
    .with('mapping.txt', parseText(mapping, 'mapping'))
    .with('icsp.yaml', parseText(set, 'yaml'));
  expect(namedRegistries(snapshot)).toEqual([]);
});
