import { expect, it } from 'vitest';
import { parseText } from '../../../server/src/files/load.ts';
import { namedCatalogs } from '../../../server/src/workspace/namedCatalogs.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

it('finds the catalogs that files name, with their lines', () => {
  const files = new Snapshot()
    .with(
      '/w/imageset.yaml',
      parseText(
        `kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: registry.redhat.io/redhat/redhat-operator-index:v4.18
  - catalog: oci:///srv/index
  - catalog: "{{ .catalog }}"
`,
        'yaml',
      ),
    )
    .with(
      '/w/source.yaml',
      parseText(
        `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata: { name: a }
spec:
  sourceType: grpc
  image: mirror.local/a/my-index:v1
`,
        'yaml',
      ),
    )
    .with(
      '/w/mapping.txt',
      parseText(
        `quay.io/a/b@sha256:${'a'.repeat(64)}=mirror.local/a/b:1
quay.io/a/search-index-tool:v1=mirror.local/a/search-index-tool:v1
quay.io/operatorhubio/catalog:latest=mirror.local/operatorhubio/catalog:latest
file://x/y/my-operator-index:v4.8=mirror.local/y/my-operator-index:v4.8
registry.redhat.io/redhat/certified-operator-index:v4.8=file://y/certified-operator-index:v4.8
`,
        'mapping',
      ),
    );
  expect([...namedCatalogs(files)].map(({ name, path, line }) => `${path}:${line} ${name}`)).toEqual([
    '/w/imageset.yaml:3 registry.redhat.io/redhat/redhat-operator-index:v4.18',
    '/w/imageset.yaml:4 oci:///srv/index',
    '/w/source.yaml:5 mirror.local/a/my-index:v1',
    '/w/mapping.txt:2 quay.io/operatorhubio/catalog:latest',
    '/w/mapping.txt:3 mirror.local/y/my-operator-index:v4.8',
    '/w/mapping.txt:4 registry.redhat.io/redhat/certified-operator-index:v4.8',
  ]);
});
