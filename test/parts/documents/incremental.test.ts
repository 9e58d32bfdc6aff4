import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyLineChange, type LineChange, splitLines } from '../../../server/src/documents/lines.ts';
import { parseMapping, updateMapping } from '../../../server/src/documents/mapping.ts';
import {
  entryLine as entryLineOf,
  isMirrorSet,
  type MirrorSet,
} from '../../../server/src/documents/mirrorSet.ts';
import { parseYaml, updateYaml, type YamlFile } from '../../../server/src/documents/yamlFile.ts';
import { edits, fuzz, mappingText, rangeOf, toLineChange, yamlText } from '../../support/texts.ts';

describe('a YAML file after edits', () => {
  it('is what parsing the edited text whole gives', () => {
    fc.assert(
      fc.property(yamlText(), edits(8), (text, changes) => {
        let file = parseYaml(splitLines(text));
        for (const edit of changes) {
          const change = toLineChange(file.lines, rangeOf(edit, file.lines), edit.text);
          const lines = applyLineChange(file.lines, change);
          file = updateYaml(file, change);
          expect(file).toEqual(parseYaml(lines));
        }
      }),
      fuzz(120),
    );
  });
});

describe('a mapping after edits', () => {
  it('is what parsing the edited text whole gives', () => {
    fc.assert(
      fc.property(mappingText(), edits(8), (text, changes) => {
        let mapping = parseMapping(splitLines(text));
        for (const edit of changes) {
          const lines = mapping.lines.map((line) => line.text);
          const change = toLineChange(lines, rangeOf(edit, lines), edit.text);
          mapping = updateMapping(mapping, change);
          expect(mapping).toEqual(parseMapping(applyLineChange(lines, change)));
        }
      }),
      fuzz(200),
    );
  });
});

describe('an edit inside one entry of 5,000', () => {
  const count = 5000;
  const middle = 2500;
  const file = parseYaml(splitLines(longPolicy(count)));
  const first = entryLine(file, middle);

  it.each([
    ['typing in a source', [edit(first + 2, 12, 0, 'a'), edit(first + 2, 13, 0, '/')]],
    ['typing in a mirror', [edit(first + 1, 10, 0, 'x'), edit(first + 1, 10, 1, '')]],
    [
      'half-typing a key',
      [
        edit(first + 2, 40, 0, '\n    '),
        ...[...'mirrorSourcePolicy'].map((letter, at) => edit(first + 3, 4 + at, 0, letter)),
        edit(first + 3, 22, 0, ':'),
        edit(first + 3, 23, 0, ' '),
        ...[...'NeverContactSource'].map((letter, at) => edit(first + 3, 24 + at, 0, letter)),
      ],
    ],
    [
      'adding a mirror and taking it away',
      [
        edit(first + 1, 40, 0, '\n    - '),
        edit(first + 2, 6, 0, 'registry.example.com/other'),
        edit(first + 2, 0, 99, ''),
      ],
    ],
    ['putting a source in quotes', [edit(first + 2, 12, 99, '"quay.io/ns/app"')]],
    ['writing a comment', [edit(first + 2, 99, 0, ' # why')]],
  ])('costs that entry: %s', (_what, typed) => {
    let before = file;
    for (const change of typed) {
      const after = updateYaml(before, toLineChange(before.lines, change.range, change.text));
      expect(entriesReadAnew(before, after)).toEqual([middle]);
      before = after;
    }
    expect(entryLine(before, middle + 1)).toBe(
      before.lines.indexOf(`    - reg.example.com:8443/efk/ns-app${middle + 1}`) - 1,
    );
  });

  it('costs that entry while a key is half-typed in another one', () => {
    const broken = updateYaml(file, insertLine(entryLine(file, 10) + 1, '    half'));
    expect(broken.problems).toHaveLength(1);
    const line = entryLine(broken, middle) + 2;
    const after = updateYaml(broken, toLineChange(broken.lines, edit(line, 12, 0, 'x').range, 'x'));
    expect(entriesReadAnew(broken, after)).toEqual([middle]);
    expect(after.problems).toEqual(broken.problems);
  });

  it('reads everything when the text that was opened reaches further', () => {
    const short = parseYaml(splitLines(longPolicy(20)));
    const { range } = edit(entryLine(short, 10) + 2, 12, 0, '');
    const open = updateYaml(short, toLineChange(short.lines, range, '"'));
    expect(open.problems.length).toBeGreaterThan(0);
    expect(open).toEqual(parseYaml(open.lines));
    const { range: quote } = edit(entryLine(short, 10) + 2, 12, 1, '');
    expect(updateYaml(open, toLineChange(open.lines, quote, ''))).toEqual(short);
  });
});

function longPolicy(count: number): string {
  const entries = Array.from(
    { length: count },
    (_, at) =>
      `  - mirrors:\n    - reg.example.com:8443/efk/ns-app${at}\n    source: efk/my/idx/ns/app${at}\n`,
  );
  return `apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: a\nspec:\n  repositoryDigestMirrors:\n${entries.join('')}`;
}

function edit(line: number, character: number, length: number, text: string) {
  return { range: { start: { line, character }, end: { line, character: character + length } }, text };
}

function insertLine(start: number, text: string): LineChange {
  return { start, removed: 0, inserted: [text] };
}

function mirrorSet(file: YamlFile): MirrorSet {
  const [set] = file.resources;
  if (set === undefined || !isMirrorSet(set)) throw new Error('no mirror set');
  return set;
}

function entryLine(file: YamlFile, index: number): number {
  return entryLineOf(mirrorSet(file), index) ?? 0;
}

/** An entry that was not read anew is the same object as before. */
function entriesReadAnew(before: YamlFile, after: YamlFile): number[] {
  const old = mirrorSet(before).entries;
  return mirrorSet(after).entries.flatMap((entry, index) => (entry === old.at(index) ? [] : [index]));
}
