import { expect, it } from 'vitest';
import { documentLinks } from '../../../server/src/features/documentLinks.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const files = {
  'mapping.txt': `quay.io/strimzi/operator:1=r.example.com/m/operator:1
quay.io/olm/index:v4.8=r.example.com/m/index:v4.8
`,
  'policy.yaml': `apiVersion: operator.openshift.io/v1alpha1
kind: ImageContentSourcePolicy
metadata:
  name: m
spec:
  repositoryDigestMirrors:
${[
  'quay.io',
  'quay.io/strimzi',
  'quay.io/strimzi/operator',
  'quay.io/strimzi/kafka',
  'registry.redhat.io/openshift4/ose-cli',
  'docker.io/library/busybox',
  'docker.io/grafana/grafana',
  'ghcr.io/a/b',
  'efk/olm/index/a',
]
  .map((source) => `  - mirrors: [r.example.com/m]\n    source: ${source}\n`)
  .join('')}`,
  'catalogs.yaml': ['r.example.com/m/index:v4.8', 'quay.io/operatorhubio/catalog:latest', 'r.example.com/x:1']
    .map(
      (image, at) =>
        `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: c${at}\nspec:\n  sourceType: grpc\n  image: ${image}\n---\n`,
    )
    .join(''),
};

const snapshot = Object.entries(files).reduce(
  (before, [path, text]) => before.with(path, parseText(text, typeByChoice(path))),
  new Snapshot(),
);

const linksOf = (path: string) =>
  documentLinks(snapshot, path).map(({ range, tooltip, target }) => [
    range.start.line + 1,
    tooltip,
    typeof target === 'string' ? target : `${target.path}:${target.range.start.line + 1}`,
  ]);

it('links sources that no mapping.txt has to their pages on the web', () => {
  expect(linksOf('policy.yaml')).toEqual([
    [14, 'Open in quay.io', 'https://quay.io/repository/strimzi/kafka'],
    [
      16,
      'Open in catalog.redhat.com',
      'https://catalog.redhat.com/search?searchType=containers&q=openshift4%2Fose-cli',
    ],
    [18, 'Open in hub.docker.com', 'https://hub.docker.com/_/busybox'],
    [20, 'Open in hub.docker.com', 'https://hub.docker.com/r/grafana/grafana'],
  ]);
});

it('links a catalog to the line that brings its image', () => {
  expect(linksOf('catalogs.yaml')).toEqual([
    [7, 'Go to its line in mapping.txt', 'mapping.txt:2'],
    [15, 'Open in quay.io', 'https://quay.io/repository/operatorhubio/catalog'],
  ]);
});

it('links nothing in a mapping.txt', () => {
  expect(linksOf('mapping.txt')).toEqual([]);
  expect(linksOf('none.yaml')).toEqual([]);
});
