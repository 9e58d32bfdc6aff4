import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../../server/src/base/sentences.ts';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { schemaHover } from '../../../server/src/features/schemaAt.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, findingsOf, fixesOf } from '../../../server/src/rules/analysis.ts';
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

/** Counts how often somebody says something. */
class Listener extends Map<string, string> {
  said = 0;

  override get(message: string): string | undefined {
    this.said++;
    return super.get(message);
  }
}

describe('findings of a long file', () => {
  it.each([
    ['mapping.txt', 'file://my/index/ns/app{n}:v1=reg.example.com/m/ns-app{n}:v1\n', ''],
    [
      'icsp.yaml',
      '  - mirrors:\n    - reg.example.com/m/ns-app{n}\n    source: my/index/ns/app{n}\n',
      'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: a\nspec:\n  repositoryDigestMirrors:\n',
    ],
  ])('are put into words when somebody reads them, and once: %s', (path, unit, head) => {
    const lines = Array.from({ length: 1_000 }, (_, n) => unit.replaceAll('{n}', `${n}`));
    const snapshot = new Snapshot().with(
      path,
      parseText(head + lines.join(''), path.endsWith('.txt') ? 'mapping' : 'yaml'),
    );
    const file = snapshot.files.get(path);
    if (file === undefined) throw new Error('the file is there');
    const listener = new Listener();
    speak(listener);
    const findings = findingsOf(file, { snapshot, settings: defaultSettings, facts: noFacts });
    const first = findings.worst(10);
    expect(first.findings).toHaveLength(10);
    const { said } = listener;
    expect(said).toBeGreaterThan(9);
    // A hundred lines or so are one block, of which all are made.
    expect(said).toBeLessThan(300);
    expect(findings.worst(10)).toEqual(first);
    expect(listener.said).toBe(said);
  });
});
