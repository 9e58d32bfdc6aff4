import { describe, expect, it } from 'vitest';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { resourceKinds, resourceTypes } from '../../../server/src/documents/resources.ts';
import type { FieldSchema } from '../../../server/src/documents/schema.ts';
import { schemaHover } from '../../../server/src/features/schemaAt.ts';

/** Hovers over the place marked with `^`; the word that the hover is about, and the first line of it. */
function hoverAt(marked: string): { word: string; title: string; text: string } | undefined {
  const before = marked.slice(0, marked.indexOf('^')).split('\n');
  const lines = splitLines(marked.replace('^', ''));
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const hover = schemaHover(lines, position);
  if (hover === undefined) return undefined;
  const { start, end } = hover.range;
  const word = (lines[start.line] ?? '').slice(start.character, end.character);
  return { word, title: hover.text.split('\n')[0] ?? '', text: hover.text };
}

const idms = 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\n';
const catalog = 'apiVersion: olm.operatorframework.io/v1\nkind: ClusterCatalog\n';

describe('a hover on a field', () => {
  it.each([
    ['the kind', 'ki^nd: OperatorHub', 'kind', '**`kind`** string, required'],
    ['its value', 'kind: OperatorH^ub # here', 'OperatorHub', '**`kind`** string, required'],
    ['metadata', `${idms}metadata^:\n  name: a`, 'metadata', '**`metadata`** map, required'],
    ['a label', `${idms}metadata:\n  labels:\n    a.b/c: d^`, 'd', '**`metadata.labels.a.b/c`** string'],
    [
      'a field of an entry',
      `${idms}spec:\n  imageDigestMirrors:\n  - mirrors:\n    - a.b/c\n    sou^rce: a.b/d\n  - source: x`,
      'source',
      '**`spec.imageDigestMirrors.source`** string, required',
    ],
    [
      'the first field of an entry',
      `${idms}spec:\n  imageDigestMirrors:\n    -   mirrorSourcePolicy^: x`,
      'mirrorSourcePolicy',
      '**`spec.imageDigestMirrors.mirrorSourcePolicy`** string',
    ],
    [
      'an item of a list',
      `${idms}spec:\n  imageDigestMirrors:\n  - source: a.b/c\n    mirrors:\n    - a.b/c\n    - a.b^/d`,
      'a.b/d',
      '**`spec.imageDigestMirrors.mirrors[]`** string',
    ],
    [
      'a list that is not indented',
      `kind: OperatorHub\nspec:\n  sources:\n  - name: a\n  - disab^led: true`,
      'disabled',
      '**`spec.sources.disabled`** true or false',
    ],
    [
      'flow style',
      `${catalog}spec: {source: {type: Image, image: {re^f: a.b/c:d}}}`,
      'ref',
      '**`spec.source.image.ref`** string, required',
    ],
    [
      'a value in flow style',
      `${catalog}spec: {source: {type: I^mage}}`,
      'Image',
      '**`spec.source.type`** string, required',
    ],
    [
      'JSON',
      '{\n  "kind": "OperatorHub",\n  "spec": {\n    "disableAll^DefaultSources": true\n  }\n}',
      '"disableAllDefaultSources"',
      '**`spec.disableAllDefaultSources`** true or false',
    ],
    [
      'a later document',
      `${idms}---\n${catalog}spec:\n  priori^ty: 1`,
      'priority',
      '**`spec.priority`** whole number',
    ],
    [
      'an item of a List',
      `apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  spec: 1\n- apiVersion: config.openshift.io/v1\n  kind: OperatorHub\n  spec:\n    sour^ces: []`,
      'sources',
      '**`spec.sources`** list',
    ],
    [
      'a field above its kind',
      'spec:\n  prio^rity: 1\nkind: CatalogSource',
      'priority',
      '**`spec.priority`** whole number',
    ],
    [
      'half-typed text',
      `${catalog}metadata:\n  name\nspec:\n  sour^ce:\n    type`,
      'source',
      '**`spec.source`** map, required',
    ],
  ])('explains %s', (_name, text, word, title) => {
    expect(hoverAt(text)).toMatchObject({ word, title });
  });

  it('says what is allowed and what is the default', () => {
    const text = hoverAt(`${catalog}spec:\n  availabilityMode: Avail^able`)?.text;
    expect(text).toContain('Allowed: `Available`, `Unavailable`. Default: `Available`.');
    expect(hoverAt(`${catalog}spec:\n  priority^: 1`)?.text).toContain('From -2147483648 to 2147483647.');
  });

  it.each([
    ['an unknown field', `${idms}spec:\n  nonsen^se: 1`],
    ['what every object inherits', `${idms}spec:\n  construct^or: 1`],
    ['another kind', 'kind: Secret\nspec^: 1'],
    ['the same kind of another group', 'apiVersion: example.com/v1\nkind: OperatorHub\nspec^: 1'],
    ['a comment', `${idms}# spec^: 1`],
    ['a comment behind a value', `${idms}spec: 1 # spe^c`],
    ['a blank line', `${idms}spec:\n  ^\n`],
    ['nothing', '^'],
    ['a marker', `${idms}--^-\n`],
  ])('says nothing of %s', (_name, text) => expect(hoverAt(text)).toBeUndefined());
});

describe('the schemas', () => {
  it.each(resourceKinds)('explain every field of a %s where it stands', (kind) => {
    const { apiVersion, schema } = resourceTypes[kind];
    const text = [`apiVersion: ${apiVersion}`, `kind: ${kind}`];
    const expected: { line: number; character: number; doc: string }[] = [];
    const write = (field: FieldSchema, indent: string, first: string) => {
      let prefix = first;
      for (const [name, inner] of Object.entries(field.fields ?? {})) {
        if (indent === '' && (name === 'kind' || name === 'apiVersion')) continue;
        expected.push({ line: text.length, character: prefix.length, doc: inner.doc });
        text.push(`${prefix}${name}:`);
        prefix = indent;
        if (inner.items !== undefined) write(inner.items, `${indent}    `, `${indent}  - `);
        else write(inner, `${indent}  `, `${indent}  `);
      }
    };
    write(schema, '', '');
    expect(expected.length).toBeGreaterThan(15);
    for (const { doc, ...position } of expected) {
      expect(doc).toMatch(/^[A-Z`].+\.$/s);
      expect(schemaHover(text, position)?.text, text[position.line]).toContain(doc);
    }
  });
});
