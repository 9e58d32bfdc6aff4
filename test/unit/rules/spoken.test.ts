import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../../server/src/base/sentences.ts';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { schemaHover } from '../../../server/src/features/schemaAt.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

afterEach(() => speak(new Map()));

const catalog = `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: my-catalog
  namespace: openshift-marketplace
spec:
  image: registry.example.com:8443/olm/index:v4.8
`;

describe('findings in another language', () => {
  it('offers what it offers in English', () => {
    speak(
      new Map([
        ['{0} is missing', '缺少 {0}'],
        ['Add sourceType {0}', '添加 sourceType {0}'],
      ]),
    );
    const snapshot = new Snapshot().with('a.yaml', parseText(catalog, 'yaml'));
    const context = { snapshot, settings: defaultSettings, facts: noFacts };
    const file = snapshot.files.get('a.yaml');
    const findings = file === undefined ? [] : analyze(file, context);
    const [finding] = findings.filter(({ code }) => code === 'catalog-source/schema');
    expect(finding?.message).toBe('缺少 spec.sourceType');
    const fixes = file && finding ? fixesOf(finding, file, context) : [];
    expect(fixes.map(({ title }) => title)).toEqual(['添加 sourceType grpc']);
  });

  it('says what a field is, with what stands in its places', () => {
    speak(new Map([['Always `{0}` for this kind.', '此类型始终为 `{0}`。']]));
    const hover = schemaHover(splitLines(catalog), { line: 0, character: 2 });
    expect(hover?.text).toContain('此类型始终为 `operators.coreos.com/v1alpha1`。');
  });
});
