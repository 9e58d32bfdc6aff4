import { describe, expect, it } from 'vitest';
import { folds } from '../../../server/src/features/folding.ts';
import { type OutlineItem, outline } from '../../../server/src/features/symbols.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';

const file = (path: string, text: string) => ({ path, content: parseText(text, typeByChoice(path)) });

/** One line for each item: its lines, its name, its detail. */
function written(items: readonly OutlineItem[], indent = ''): string[] {
  return items.flatMap(({ range, name, detail, children }) => [
    `${indent}${range.start.line}-${range.end.line} ${name}${detail === '' ? '' : ` (${detail})`}`,
    ...written(children, `${indent}  `),
  ]);
}

const yaml = `# made by hand
# and kept
apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: mirrors
spec:
  imageDigestMirrors:
  - mirrors:
    - reg.example.com/a
    - reg.example.com/b
    - reg.example.com/c
    source: quay.io/a
  - source: quay.io/b # no mirrors

---
apiVersion: v1
kind: List
items:
- apiVersion: operators.coreos.com/v1alpha1
  kind: CatalogSource
  spec:
    image: reg.example.com/index:v1
- apiVersion: config.openshift.io/v1
  kind: OperatorHub
  metadata: {name: cluster}
  spec:
    sources:
    - name: redhat-operators
    - name: ""
---
{apiVersion: config.openshift.io/v1, kind: ImageTagMirrorSet, metadata: {name: flow}, spec: {imageTagMirrors: [
  {source: quay.io/c, mirrors: [reg.example.com/c]}]}}
`;

const mapping = `# first
# second
quay.io/a/b:v1=reg.example.com/b:v1
quay.io/a/c@sha256:${'1'.repeat(64)}=reg.example.com/c:v1

registry.redhat.io/d:v1=file://d:v1
quay.io/a/e:v1=reg.example.com/e:v1
busybox:1 reg.example.com/f:1 reg.example.com/g:1
no pair=
`;

describe('the outline', () => {
  it('of YAML shows resources with their entries', () => {
    expect(written(outline(file('a.yaml', yaml)))).toEqual([
      '2-13 mirrors (ImageDigestMirrorSet)',
      '  8-12 quay.io/a (reg.example.com/a and 2 more)',
      '  13-13 quay.io/b (no mirrors)',
      '19-22 CatalogSource (CatalogSource)',
      '  22-22 reg.example.com/index:v1',
      '23-29 cluster (OperatorHub)',
      '  28-28 redhat-operators',
      '31-32 flow (ImageTagMirrorSet)',
      '  32-32 quay.io/c (reg.example.com/c)',
    ]);
  });

  it('of a mapping shows images by registry', () => {
    expect(written(outline(file('mapping.txt', mapping)))).toEqual([
      '2-6 quay.io (3 images)',
      '  2-2 a/b:v1 (reg.example.com/b:v1)',
      '  3-3 a/c@sha256:111111111111 (reg.example.com/c:v1)',
      '  6-6 a/e:v1 (reg.example.com/e:v1)',
      '5-5 registry.redhat.io (1 image)',
      '  5-5 d:v1 (file://d:v1)',
      '7-7 docker.io (2 images)',
      '  7-7 busybox:1 (reg.example.com/f:1)',
      '  7-7 busybox:1 (reg.example.com/g:1)',
    ]);
  });

  it('of a long mapping shows repositories', () => {
    const lines = Array.from(
      { length: 6000 },
      (_, at) => `quay.io/a/b${at % 7}:v${at}=reg.example.com/b:v${at}`,
    );
    const [registry] = outline(file('mapping.txt', lines.join('\n')));
    expect(registry).toMatchObject({ name: 'quay.io', detail: '6000 images' });
    expect(registry?.children.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => `a/b${at}`));
  });

  it('selects within its ranges', () => {
    const check = ({ range, selection, name, children }: OutlineItem) => {
      expect(name).not.toBe('');
      expect(selection.start.line).toBeGreaterThanOrEqual(range.start.line);
      expect(selection.end.line).toBeLessThanOrEqual(range.end.line);
      children.forEach(check);
    };
    for (const path of ['a.yaml', 'mapping.txt'])
      outline(file(path, path === 'a.yaml' ? yaml : mapping)).forEach(check);
  });
});

describe('folds', () => {
  const written = (path: string, text: string, limit?: number) =>
    folds(file(path, text), limit).map(
      ({ start, end, kind }) => `${start}-${end}${kind === 'comment' ? ' comment' : ''}`,
    );

  it('of YAML are documents, maps, lists and entries', () => {
    expect(written('a.yaml', yaml)).toEqual([
      '0-1 comment',
      '4-5',
      '6-13',
      '7-13',
      '8-12',
      '15-29',
      '18-29',
      '19-22',
      '21-22',
      '23-29',
      '26-29',
      '27-29',
      '30-32',
      '31-32',
    ]);
  });

  it('are the outer ones where there are too many', () => {
    expect(written('a.yaml', yaml, 5)).toEqual(['0-1 comment', '4-5', '6-13', '15-29', '30-32']);
  });

  it('of a mapping are comments and runs of one registry', () => {
    expect(written('mapping.txt', mapping)).toEqual(['0-1 comment', '2-3']);
  });
});

it('shows the catalogs of an ImageSetConfiguration with their packages and channels', () => {
  const text = `kind: ImageSetConfiguration
apiVersion: mirror.openshift.io/v2alpha1
mirror:
  operators:
  - catalog: quay.io/a/b:v1
    packages:
    - name: one
      channels:
      - name: stable
      - name: fast
    - name: two
  - catalog: quay.io/a/c:v1
`;
  expect(written(outline(file('a.yaml', text)))).toEqual([
    '0-11 ImageSetConfiguration (ImageSetConfiguration)',
    '  4-10 quay.io/a/b:v1',
    '    6-9 one (stable, fast)',
    '    10-10 two',
    '  11-11 quay.io/a/c:v1',
  ]);
});
