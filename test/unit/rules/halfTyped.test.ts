import { expect, it } from 'vitest';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { certainFixes } from '../../../server/src/rules/fixAll.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

/** A quote that is not closed yet swallows the rest of the file, which nobody meant as a name. */
it.each([
  'kind: CatalogSource\napiVersion: operators.coreos.com/v1alpha1\nmetadata:\n  name: "a/b\nspec:\n  image: x.io/y:z\n  sourceType: grpc\n',
  "kind: ImageContentSourcePolicy\napiVersion: operator.openshift.io/v1alpha1\nmetadata:\n  name: 'A\nspec:\n  repositoryDigestMirrors:\n  - source: https://a.io/b\n",
])('is certain of nothing in a file that is broken beyond one place', (text) => {
  const content = parseText(text, 'yaml');
  const snapshot = new Snapshot().with('a.yaml', content);
  const file = { path: 'a.yaml', content };
  const context = { snapshot, settings: defaultSettings, facts: noFacts };
  expect(certainFixes(file, context).edits).toEqual([]);
  const findings = analyze(file, context);
  expect(findings.length).toBeGreaterThan(0);
  expect(
    findings.flatMap((finding) => fixesOf(finding, file, context)).filter((fix) => fix.preferred),
  ).toEqual([]);
});
