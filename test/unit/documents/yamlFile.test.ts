import { describe, expect, it } from 'vitest';
import { isMirrorSet, type MirrorSet } from '../../../server/src/documents/mirrorSet.ts';
import { mentionsResource, parseYaml, type YamlFile } from '../../../server/src/documents/yamlFile.ts';
import { scalarText } from '../../../server/src/documents/yamlNode.ts';

const head = 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\n';
const list = `${head}metadata:\n  name: a\nspec:\n  imageDigestMirrors:\n`;

function parse(text: string): YamlFile {
  return parseYaml(text.split('\n'));
}

function setOf(text: string): MirrorSet {
  const [set] = parse(text).resources;
  if (set === undefined || !isMirrorSet(set)) throw new Error('no mirror set');
  return set;
}

describe('what is ours', () => {
  it.each([
    ['one document', list, ['ImageDigestMirrorSet']],
    ['one among others', `kind: ConfigMap\n---\n${list}---\nkind: Secret\n`, ['ImageDigestMirrorSet']],
    [
      'a List',
      `kind: List\nitems:\n- ${list.trimEnd().replaceAll('\n', '\n  ')}\n- kind: Pod\n`,
      ['ImageDigestMirrorSet'],
    ],
    [
      'a List of one kind, with a List in it',
      `kind: ImageDigestMirrorSetList\nitems:\n- kind: List\n  items: [{apiVersion: config.openshift.io/v1, kind: ImageDigestMirrorSet}]\n`,
      ['ImageDigestMirrorSet'],
    ],
    ['another group', list.replace('config.openshift.io', 'example.com'), []],
    ['no group', list.replace('config.openshift.io/', ''), []],
    ['another version is ours, and wrong', list.replace('/v1', '/v9'), ['ImageDigestMirrorSet']],
    ['a kind that is only mentioned', 'kind: ConfigMap # ImageDigestMirrorSet\n', []],
    ['no YAML at all', '%PDF ImageDigestMirrorSet \u0000', []],
  ])('%s', (_what, text, kinds) => {
    expect(parse(text).resources.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('is asked of the text before anything is parsed', () => {
    expect(mentionsResource('kind: Pod')).toBe(false);
    expect(mentionsResource('kind: CatalogSource')).toBe(true);
    expect(parse('kind: Pod\n: [broken')).toMatchObject({ resources: [], problems: [] });
  });

  it('is not made wrong by broken YAML of others', () => {
    const { resources, problems } = parse(`${list}---\nkind: Pod\nspec: [\n`);
    expect(resources).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});

describe('broken YAML', () => {
  it.each([
    ['a map that is never closed', `${head}metadata: {`],
    ['a quote that is never closed', `${head}metadata: "`],
    ['a list that is never closed', `${head}metadata: [a,`],
  ])('is found no further than the text goes: %s', (_what, text) => {
    const { problems, lines } = parse(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const { range } of problems) {
      expect(range.end.line).toBeLessThan(lines.length);
      expect(range.end.character).toBeLessThanOrEqual(lines[range.end.line]?.length ?? 0);
    }
  });

  it('is also a key that stands there twice, each time but the first', () => {
    const { problems } = parse(`${head}kind: x\nmetadata: {name: a, name: b, "name": c, 1: a, "1": b}\n`);
    expect(
      problems.map(({ message, range }) => [
        message,
        range.start.line,
        range.start.character,
        range.end.character,
      ]),
    ).toEqual([
      ['"kind" is written twice in this map', 2, 0, 4],
      ['"name" is written twice in this map', 3, 20, 24],
      ['"name" is written twice in this map', 3, 29, 35],
    ]);
  });

  it('is not a key that is used elsewhere', () => {
    expect(
      parse(`${list}  - source: a/b\n    mirrors: [c]\n  - source: d/e\n    mirrors: [f]\n`).problems,
    ).toEqual([]);
  });
});

describe('an entry ends with its last value', () => {
  it.each([
    ['a list', '  - source: a\n    mirrors:\n    - b\n\n', [2, 7]],
    ['a comment behind it', '  - source: a # why\n', [0, 13]],
    ['comments below it', '  - source: a\n    # more\n  # and more\n', [0, 13]],
    ['a block scalar', '  - source: |\n      a\n\n\n', [1, 7]],
    ['a key without a value', '  - source: a\n    mirrors:\n', [1, 12]],
    ['a key without a value, with blanks', '  - source: a\n    mirrors:   # none\n', [1, 12]],
    ['a dash without a value', '  - source: a\n    mirrors:\n    - \n', [2, 5]],
    ['flow style', '  - {source: a, mirrors: [\n      b\n    ]}   # c\n', [2, 6]],
    ['an alias', '  - mirrors: &m [b]\n    source: *s   # c\n', [1, 14]],
    ['the end of the file', '  - source: a', [0, 13]],
  ])('%s', (_what, entry, [line, character]) => {
    const [first] = setOf(`${list}${entry}`).entries;
    expect(first?.range.end).toEqual({ line, character });
  });

  it.each([
    ['oc', '  - source: a\n    mirrors:\n    - b\n', 2, 4],
    ['further in', '      -   source: a\n          mirrors:\n            - b\n', 6, 12],
    ['alone', '  -\n    source: a\n    mirrors:\n    -\n      b\n', 2, 4],
    ['flow', '    [{source: a, mirrors: [b]}]\n', undefined, undefined],
  ])('and its dashes are known: %s', (_what, entry, entryIndent, mirrorsIndent) => {
    const set = setOf(`${list}${entry}`);
    expect(set.entryIndent).toBe(entryIndent);
    expect(set.entries.at(0)?.mirrorsIndent).toBe(mirrorsIndent);
    expect(set.entries.at(0)?.mirrors.map(({ value }) => value)).toEqual(['b']);
  });
});

describe('a string as YAML', () => {
  it.each([
    ['quay.io/ns/app', 'quay.io/ns/app'],
    ['reg.example.com:8443/a', 'reg.example.com:8443/a'],
    ['true', '"true"'],
    ['Yes', '"Yes"'],
    ['4.8', '"4.8"'],
    ['1e3', '"1e3"'],
    ['0x1F', '"0x1F"'],
    ['null', '"null"'],
    ['~', '"~"'],
    ['', '""'],
    ['*.example.com', '"*.example.com"'],
    ['a: b', '"a: b"'],
    ['a #b', '"a #b"'],
    ['-a', '"-a"'],
    ['a:', '"a:"'],
    ["it's", '"it\'s"'],
  ])('%s is %s', (value, text) => {
    expect(scalarText(value)).toBe(text);
  });

  it('keeps the quotes that were there', () => {
    expect(scalarText('a', "'")).toBe("'a'");
    expect(scalarText("it's", "'")).toBe("'it''s'");
    expect(scalarText('a"b', '"')).toBe('"a\\"b"');
  });
});
