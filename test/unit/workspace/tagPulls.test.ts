import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import { parseYaml } from '../../../server/src/documents/yamlFile.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { fuzz } from '../../support/texts.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const source = fc.constantFrom(
  ...['quay.io/a/b:v1', 'quay.io/a/c:v1', `quay.io/a/b@${digest}`, 'quay.io/i/x:v4', 'a/b:v1'],
  ...['file://s/i/x:v4', 'file://s/i/x/a/b:v1', 'file://s/i/x/a/c:v1'],
);
const destination = fc.constantFrom(
  ...['file://s/i/x:v4', 'file://s/i/x/a/b:v1', 'file://s/i/x/a/c:v1'],
  ...['reg.local/m/b:v1', 'reg.local/m/c:v1', 'reg.local/m/x:v4'],
);
const line = fc.tuple(source, destination).map((ends) => ends.join('='));

const catalogSource = parseYaml(
  `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata: { name: x, namespace: openshift-marketplace }
spec: { sourceType: grpc, image: reg.local/m/x:v4 }`.split('\n'),
);

function tagPullsOf(files: readonly (readonly string[])[]) {
  let snapshot = new Snapshot().with('/0/catalogSource.yaml', { type: 'yaml', yaml: catalogSource });
  for (const [at, lines] of files.entries())
    snapshot = snapshot.with(`/${at}/mapping.txt`, { type: 'mapping', mapping: parseMapping(lines) });
  const { byScope, destinations } = snapshot.tagPulls;
  return { byScope, destinations };
}

it('are the same of lines in the form that tools write and of these with a blank before them', () => {
  const files = fc.array(fc.array(line, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 });
  let some = 0;
  fc.assert(
    fc.property(files, (texts) => {
      const apart = tagPullsOf(texts.map((lines) => lines.map((text) => ` ${text}`)));
      expect(tagPullsOf(texts)).toEqual(apart);
      some += apart.byScope.size;
    }),
    fuzz(200),
  );
  expect(some).toBeGreaterThan(0);
});
