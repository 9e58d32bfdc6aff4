import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextEdit } from '../../../server/src/base/range.ts';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { linesOf } from '../../../server/src/rules/analysis.ts';
import { certainFixes } from '../../../server/src/rules/fixAll.ts';
import { countFixed, fixFolder } from '../../../server/src/rules/fixFolder.ts';
import { editsSince, tracked, withEdits } from '../../../server/src/rules/trackedText.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { fuzz, mappingText, yamlText } from '../../support/texts.ts';

const firstHop = ['quay.io', 'docker.io']
  .map((registry, at) => `${registry}/ns/app:v${at}=file://efk/my/idx/ns/app:v${at}`)
  .join('\n');

describe('the edit of a folder', () => {
  it('gives what fixing again and again gives, whatever the line ends', () => {
    const end = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(yamlText(), mappingText(), end, (yaml, mapping, lineEnd) => {
        const texts = {
          'first/mapping.txt': firstHop,
          'here/a.yaml': yaml.replaceAll('\n', lineEnd),
          'here/mapping.txt': mapping.replaceAll('\n', lineEnd),
        };
        const paths = ['here/a.yaml', 'here/mapping.txt'];
        const { files, snapshot } = fixFolder(open(texts), paths, contextOf);
        const expected = oneAfterTheOther(texts, paths);
        for (const path of paths) {
          const { edits = [] } = files.find((file) => file.path === path) ?? {};
          const text = texts[path as keyof typeof texts];
          expect(applyEdits(text, edits)).toBe(expected.get(path) ?? text);
          expect(linesFrom(snapshot, path)).toEqual(splitLines(expected.get(path) ?? text));
          expect(edits).toEqual(apart(edits));
        }
      }),
      fuzz(60),
    );
  });

  it('counts what was repaired, by rule, and leaves other files alone', () => {
    const catalog = (name: string) =>
      `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: ${name}\nspec:\n  sourceType: grpc\n  image: reg.example.com/a:v1\n  priority: "1"\n`;
    const snapshot = open({
      'a/a.yaml': catalog('x/y'),
      'a/b.yaml': catalog('x'),
      'b/c.yaml': catalog('x/y'),
    });
    const { files } = fixFolder(snapshot, ['a/a.yaml', 'a/b.yaml'], contextOf);
    expect(files.map(({ path, fixed }) => [path, ...fixed])).toEqual([
      ['a/a.yaml', ['catalog-source/name', 1], ['catalog-source/schema', 1]],
      ['a/b.yaml', ['catalog-source/schema', 1]],
    ]);
    expect(countFixed(files)).toBe(3);
  });

  it('is nothing where nothing is certain, and the snapshot is the very same', () => {
    const snapshot = open({ 'mapping.txt': firstHop });
    expect(fixFolder(snapshot, ['mapping.txt', 'gone.yaml'], contextOf)).toEqual({ files: [], snapshot });
    expect(fixFolder(snapshot, ['mapping.txt'], contextOf).snapshot).toBe(snapshot);
  });
});

describe('edits of a text after several rounds', () => {
  it('make the text of now from the first one, touch no line that stayed, and are as short as they can be', () => {
    const line = fc.constantFrom('', 'a', 'b: c', 'aa', '\u{1f600}\u{1f601}', '\u{1f601}');
    const text = fc.array(line, { minLength: 1, maxLength: 8 });
    const place = fc.tuple(fc.nat(9), fc.nat(4), fc.nat(9), fc.nat(4), fc.array(line, { maxLength: 3 }));
    fc.assert(
      fc.property(text, fc.array(fc.array(place, { maxLength: 4 }), { maxLength: 3 }), (lines, rounds) => {
        let current = tracked(lines);
        for (const places of rounds) {
          const edits = apart(places.map((one) => editAt(current.lines, one)));
          const after = applyEdits(current.lines.join('\n'), edits);
          current = withEdits(current, edits);
          expect(current.lines.join('\n')).toBe(after);
        }
        const edits = editsSince(current);
        expect(applyEdits(lines.join('\n'), edits)).toBe(current.lines.join('\n'));
        expect(edits).toEqual(apart(edits));
        const kept = new Set(current.origins);
        for (const { range } of edits) {
          for (let at = range.start.line + 1; at < range.end.line; at++) expect(kept.has(at)).toBe(false);
          expect(endsHalfway((lines[range.start.line] ?? '').slice(0, range.start.character))).toBe(false);
          expect(endsHalfway((lines[range.end.line] ?? '').slice(0, range.end.character))).toBe(false);
        }
      }),
      fuzz(400),
    );
  });

  it.each([
    ['one word of one line', ['a', 'name: x/y', 'b'], [[1, 7, 1, 8, '-']], [[1, 7, 1, 8, '-']]],
    ['a line that goes', ['a', 'b', 'c'], [[0, 1, 1, 1, '']], [[0, 1, 1, 1, '']]],
    ['a line that comes', ['a', 'c'], [[0, 1, 0, 1, '\nb']], [[0, 1, 0, 1, '\nb']]],
    ['a first line that comes', ['a'], [[0, 0, 0, 0, 'b\n']], [[0, 0, 0, 0, 'b\n']]],
    ['nothing in the end', ['a', 'b'], [[0, 0, 0, 1, 'a']], []],
  ] as const)('are short: %s', (_name, lines, made, expected) => {
    const text = withEdits(tracked(lines), made.map(edit));
    expect(editsSince(text)).toEqual(expected.map(edit));
  });
});

function edit([line, character, endLine, endCharacter, newText]: readonly [
  number,
  number,
  number,
  number,
  string,
]) {
  return {
    range: { start: { line, character }, end: { line: endLine, character: endCharacter } },
    newText,
  };
}

/** An edit somewhere in a text, its ends in order and between whole characters. */
function editAt(
  lines: readonly string[],
  [line, character, endLine, endCharacter, inserted]: [number, number, number, number, string[]],
): TextEdit {
  const at = (row: number, column: number) => {
    const place = Math.min(row, lines.length - 1);
    const content = lines[place] ?? '';
    const end = Math.min(column, content.length);
    return { line: place, character: endsHalfway(content.slice(0, end)) ? end - 1 : end };
  };
  const [start, end] = [at(line, character), at(endLine, endCharacter)].sort(
    (a, b) => a.line - b.line || a.character - b.character,
  );
  if (start === undefined || end === undefined) throw new Error('two places have two ends');
  return { range: { start, end }, newText: inserted.join('\n') };
}

/** In the order of the text, those that begin where another has not ended left out. */
function apart(edits: readonly TextEdit[]): TextEdit[] {
  const sorted = edits.toSorted(
    (a, b) =>
      a.range.start.line - b.range.start.line ||
      a.range.start.character - b.range.start.character ||
      a.range.end.line - b.range.end.line ||
      a.range.end.character - b.range.end.character,
  );
  const kept: TextEdit[] = [];
  for (const one of sorted) {
    const last = kept.at(-1)?.range.end ?? { line: -1, character: 0 };
    const { start } = one.range;
    if (start.line > last.line || (start.line === last.line && start.character >= last.character))
      kept.push(one);
  }
  return kept;
}

function open(texts: Readonly<Record<string, string>>): Snapshot {
  return Object.entries(texts).reduce(
    (snapshot, [path, text]) => snapshot.with(path, parseText(text, typeByChoice(path))),
    new Snapshot(),
  );
}

function contextOf(_path: string, snapshot: Snapshot) {
  return { snapshot, settings: defaultSettings, facts: noFacts };
}

function linesFrom(snapshot: Snapshot, path: string) {
  const file = snapshot.files.get(path);
  return file === undefined ? [] : linesOf(file);
}

/** Each round's edits made on the text, which is read anew: slow, and plainly right. */
function oneAfterTheOther(texts: Readonly<Record<string, string>>, paths: readonly string[]) {
  const current = new Map(Object.entries(texts));
  let snapshot = open(texts);
  for (let round = 0; round < 10; round++) {
    let edited = false;
    for (const path of paths) {
      const file = snapshot.files.get(path);
      if (file === undefined) continue;
      const { edits } = certainFixes(file, contextOf(path, snapshot));
      if (edits.length === 0) continue;
      const text = applyEdits(current.get(path) ?? '', edits);
      current.set(path, text);
      snapshot = snapshot.with(path, parseText(text, typeByChoice(path)));
      edited = true;
    }
    if (!edited) break;
  }
  return current;
}

/** True for a text whose last character is only the first half of one. */
function endsHalfway(text: string): boolean {
  return /[\ud800-\udbff]$/.test(text);
}
