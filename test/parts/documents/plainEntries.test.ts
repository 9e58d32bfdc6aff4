import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlainEntries } from '../../../server/src/documents/plainEntries.ts';
import { parseWholeYaml, parseYaml } from '../../../server/src/documents/yamlFile.ts';
import { fuzz } from '../../support/texts.ts';

const heads = {
  ICSP: 'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy',
  IDMS: 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet',
};
const lists = { ICSP: 'repositoryDigestMirrors', IDMS: 'imageDigestMirrors' };

function entry(number: number, sourceFirst: boolean, mirrors: number, indent: string): string[] {
  const source = `source: quay.io/team/app-${number}`;
  const items = Array.from({ length: mirrors }, (_, at) => `${indent}- m${at}.local:5000/team-app-${number}`);
  return sourceFirst
    ? [`${indent.slice(2)}- ${source}`, `${indent}mirrors:`, ...items]
    : [`${indent.slice(2)}- mirrors:`, ...items, `${indent}${source}`];
}

function set(kind: keyof typeof heads, count: number, sourceFirst: boolean, mirrors: number): string[] {
  const entries = Array.from({ length: count }, (_, number) => entry(number, sourceFirst, mirrors, '    '));
  return [
    '---',
    ...heads[kind].split('\n'),
    'metadata:',
    '  name: a',
    'spec:',
    `  ${lists[kind]}:`,
    ...entries.flat(),
  ];
}

const texts: readonly [string, string[]][] = [
  ['as oc writes it', set('ICSP', 30, false, 1)],
  ['source first, with several mirrors', set('IDMS', 30, true, 3)],
  [
    'two sets, and other things between',
    [...set('ICSP', 12, false, 1), '---', 'kind: Pod', ...set('IDMS', 12, true, 2), '---'],
  ],
  ['with fields behind the list', [...set('IDMS', 12, false, 1), 'status: {}']],
  [
    'in a List',
    [
      'kind: List',
      'items:',
      ...set('ICSP', 12, false, 1)
        .slice(1)
        .map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`)),
    ],
  ],
  [
    'in a text of a ConfigMap',
    ['kind: ConfigMap', 'data:', '  a: |', ...set('ICSP', 12, false, 1).map((line) => `    ${line}`)],
  ],
  ['in quotes that somebody has not closed', ['a: "', ...set('ICSP', 12, false, 1)]],
];

describe('a file of plain entries', () => {
  it.each(texts)('%s: reads as YAML reads it', (_name, lines) => {
    expect(findPlainEntries(lines).length).toBeGreaterThan(0);
    expect(parseYaml(lines)).toEqual(parseWholeYaml(lines));
  });

  it('reads as YAML reads it after whatever somebody does to its lines', () => {
    const line = fc.constantFrom(
      '',
      '# a comment',
      '    # another',
      '  - mirrors:',
      '    source: quay.io/x',
      '    mirrorSourcePolicy: NeverContactSource',
      '    source: 12',
      '    - m.local/twice',
      '  - {source: quay.io/x/y, mirrors: [m.local/z]}',
      '  - &a',
      '---',
      '\tx',
      '  - "',
    );
    const place = fc.nat(60);
    const change = fc.oneof(
      fc.record({ type: fc.constant('insert' as const), place, line }),
      fc.record({ type: fc.constant('remove' as const), place, line }),
      fc.record({ type: fc.constant('indent' as const), place, line }),
      fc.record({ type: fc.constant('outdent' as const), place, line }),
      fc.record({ type: fc.constant('twice' as const), place, line }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(change, { maxLength: 4 }), ([, original], changes) => {
        const lines = [...original];
        for (const { type, place: at, line: text } of changes) {
          const old = lines[at] ?? '';
          if (type === 'insert') lines.splice(at, 0, text);
          else if (type === 'remove') lines.splice(at, 1);
          else if (type === 'indent') lines[at] = ` ${old}`;
          else if (type === 'outdent') lines[at] = old.replace(/^ {2}/, '');
          else lines.splice(at, 0, old);
        }
        expect(parseYaml(lines)).toEqual(parseWholeYaml(lines));
      }),
      fuzz(400),
    );
  });
});
