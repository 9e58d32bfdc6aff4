import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageSets } from '../../../server/src/documents/imageSetFile.ts';
import { anyText, fuzz } from '../../support/texts.ts';

const head = 'kind: ImageSetConfiguration\napiVersion: mirror.openshift.io/v2alpha1\nmirror:\n';

function messages(text: string): string[] {
  const { imageSets, problems } = parseImageSets(text);
  return [...problems, ...imageSets.flatMap((one) => one.problems)].map(({ message }) => message);
}

const operators = (lines: string) => messages(`${head}  operators:\n${lines}`);

describe('an ImageSetConfiguration', () => {
  it('has its operators with their places', () => {
    const [imageSet] = parseImageSets(`${head}  operators:
  - catalog: registry.redhat.io/redhat/redhat-operator-index:v4.18
    full: true
    targetTag: own
    packages:
    - name: a
      defaultChannel: "4.9"
      minVersion: 1.0.0
      channels:
      - name: stable
        maxVersion: '2.0'
`).imageSets;
    const [operator] = imageSet?.operators ?? [];
    const [wanted] = operator?.packages ?? [];
    expect(imageSet?.problems).toEqual([]);
    expect([operator?.full, operator?.targetTag?.value, operator?.targetCatalog]).toEqual([
      true,
      'own',
      undefined,
    ]);
    expect([wanted?.name?.value, wanted?.defaultChannel?.value, wanted?.minVersion?.value]).toEqual([
      'a',
      '4.9',
      '1.0.0',
    ]);
    expect(wanted?.channels.map(({ name, maxVersion }) => [name?.value, maxVersion?.value])).toEqual([
      ['stable', '2.0'],
    ]);
    expect(wanted?.channels[0]?.maxVersion?.range).toEqual({
      start: { line: 13, character: 20 },
      end: { line: 13, character: 25 },
    });
  });

  it('is refused for fields and types that oc-mirror v2 does not read', () => {
    const catalog = '  - catalog: q.io/c:v1\n';
    expect(operators(`${catalog}    packages: [{name: a, bundles: [{name: a.v1}]}]\n`)).toEqual([
      'there is no field "bundles" in mirror.operators[0].packages[0]',
    ]);
    expect(operators(`${catalog}    targetName: x\n`)).toEqual([
      expect.stringContaining('targetName is a field of oc-mirror v1'),
    ]);
    expect(operators(`${catalog}    packages: [{name: a, channels: [{name: 4.9}]}]\n`)).toEqual([
      expect.stringContaining('mirror.operators[0].packages[0].channels[0].name must be a string'),
    ]);
    expect(operators(`${catalog}    full: true\n    full: true\n`)).toEqual([
      '"full" is written twice in this map',
    ]);
    expect(messages('kind: ImageSetConfiguration\n')).toEqual(['mirror is missing']);
  });

  it('is refused for catalogs that oc-mirror cannot tell apart or pull', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(operators('  - catalog: q.io/c\n')).toEqual([
      'oc-mirror refuses this catalog: q.io/c has neither tag nor digest',
    ]);
    expect(operators(`  - catalog: q.io/c:v1@${digest}\n`)).toEqual([
      `q.io/c:v1@${digest} has a tag and a digest, and oc-mirror can pull it by one of them only`,
    ]);
    expect(operators('  - catalog: q.io/c:v1\n  - catalog: q.io/c:v1\n')).toEqual([
      'q.io/c:v1 is there twice, which oc-mirror refuses',
    ]);
    expect(operators('  - catalog: q.io/c:v1\n  - {catalog: "q.io/c:v1", targetTag: v2}\n')).toEqual([]);
    expect(operators('  - {catalog: "q.io/c:v1", targetCatalog: Own}\n')).toEqual([
      'targetCatalog must be a path of lower-case names, without registry, tag and digest',
    ]);
    expect(operators('  - catalog: oci:///folder/of/it\n')).toEqual([]);
  });

  it('of oc-mirror v1 has other fields', () => {
    const text =
      'kind: ImageSetConfiguration\napiVersion: mirror.openshift.io/v1alpha2\nstorageConfig: {local: {path: ./x}}\n';
    const mirror =
      'mirror: {operators: [{catalog: "q.io/c:v1", targetName: x, packages: [{name: a, minBundle: a.v1}]}]}\n';
    expect(messages(text + mirror)).toEqual([]);
    expect(messages((text + mirror).replace('v1alpha2', 'v2alpha1'))).toHaveLength(3);
  });

  it('to delete has its own top', () => {
    const [found] = parseImageSets(
      'kind: DeleteImageSetConfiguration\ndelete: {operators: [{catalog: "q.io/c:v1"}]}\n',
    ).imageSets;
    expect([found?.problems, found?.operators[0]?.catalog?.value]).toEqual([[], 'q.io/c:v1']);
  });

  it('says nothing of what is a template', () => {
    const text = `${head}  operators:\n  - catalog: {{ .catalog }}\n    packages: [{name: a, minVersion: "{{ .min }}"}]\n`;
    const [found] = parseImageSets(text).imageSets;
    expect(messages(text)).toEqual([]);
    expect(found?.operators[0]?.packages[0]?.minVersion).toBeUndefined();
  });

  it('is read from any text without an exception', () => {
    const piece = fc.constantFrom(
      ...[
        'kind: ImageSetConfiguration\n',
        'mirror:\n',
        '  operators:\n',
        '  - Catalog: q.io/c:v1\n',
        '    packages:\n',
      ],
      ...[
        '    - name: a\n',
        '      minversion: 1\n',
        '- &a [*a]\n',
        '{',
        '}',
        '---\n',
        '{{ x }}',
        ': ',
        '<<: *a\n',
        '\t',
      ],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
      anyText(80),
    );
    fc.assert(
      fc.property(text, (one) => void parseImageSets(one)),
      fuzz(3_000),
    );
    fc.assert(
      fc.property(text, (one) => void parseImageSets(head + one)),
      fuzz(1_000),
    );
  });

  it('has names in another case as they should be, each in its place', () => {
    const { imageSets } = parseImageSets(
      'kind: ImageSetConfiguration\nmirror:\n  Operators:\n  - Catalog: q.io/c:v1\n    packages: [{Name: a, minversion: 1.0.0}]\n',
    );
    const oddNames = imageSets[0]?.oddNames.map(({ name, key: { range } }) => [
      name,
      range.start.line,
      range.start.character,
    ]);
    expect(oddNames).toEqual([
      ['operators', 2, 2],
      ['catalog', 3, 4],
      ['name', 4, 16],
      ['minVersion', 4, 25],
    ]);
    expect(imageSets[0]?.problems).toEqual([]);
    expect(imageSets[0]?.operators[0]?.packages[0]?.minVersion?.value).toBe('1.0.0');
  });
});
