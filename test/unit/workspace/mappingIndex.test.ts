import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import {
  editMapping,
  type Groups,
  type MappingIndex,
  mappingIndex,
} from '../../../server/src/workspace/mappingIndex.ts';
import { edits, fuzz, mappingText, rangeOf, toLineChange } from '../../support/texts.ts';

describe('the index of a mapping', () => {
  it('is after edits what a new one of the edited text is', () => {
    fc.assert(
      fc.property(mappingText(), edits(8), (text, changes) => {
        let mapping = parseMapping(splitLines(text));
        mappingIndex(mapping);
        for (const edit of changes) {
          const lines = mapping.lines.map((line) => line.text);
          mapping = editMapping(mapping, toLineChange(lines, rangeOf(edit, lines), edit.text));
          const fresh = mappingIndex(parseMapping(mapping.lines.map((line) => line.text)));
          expect(contentOf(mappingIndex(mapping))).toEqual(contentOf(fresh));
        }
      }),
      fuzz(200),
    );
  });

  it('of lines in the form that tools write is what it is of the same lines with a blank before them', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const source = fc.constantFrom('quay.io/a/b:v1', `quay.io/a/b@${digest}`, 'file://s/a/b:v1', 'a/b:v1');
    const destination = fc.constantFrom('file://s/a/b:v1', 'file://s/a:v1', 'reg:5000/a/b:v1', 'a/b:v2');
    const line = fc.tuple(source, destination).map((ends) => ends.join('='));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const apart = contentOf(mappingIndex(parseMapping(lines.map((text) => ` ${text}`))));
        expect(contentOf(mappingIndex(parseMapping(lines)))).toEqual(apart);
      }),
      fuzz(200),
    );
  });

  it('tells by its changes whether a line of a first hop came or went', () => {
    const mapping = parseMapping([
      'quay.io/a/b:v1=file://s/a/b:v1',
      'quay.io/a/c:v1=reg.example.com/a/c:v1',
      '',
    ]);
    const changes = (document: typeof mapping) => mappingIndex(document).byFileDestination.changes.length;
    expect(mappingIndex(mapping).byFileDestination.get('s/a/b')).toHaveLength(1);
    const before = changes(mapping);
    const elsewhere = editMapping(mapping, {
      start: 1,
      removed: 1,
      inserted: ['quay.io/a/d:v1=reg.example.com/a/d:v1'],
    });
    expect(changes(elsewhere)).toBe(before);
    const there = editMapping(elsewhere, {
      start: 0,
      removed: 1,
      inserted: ['docker.io/a/b:v1=file://s/a/b:v1'],
    });
    expect(changes(there)).toBeGreaterThan(before);
  });
});

describe('the registries that meet in a path', () => {
  const lines = [
    'quay.io/a/b:v1=file://s/a/b:v1',
    'quay.io/a/b:v2=file://s/a/b:v2',
    'docker.io/a/b:v1=file:///s/a/b:v3 docker.io/a/b:v2=file://s/a/b:v4',
  ];
  const after = (start: number, removed: number, inserted: string[]) => {
    const mapping = parseMapping(lines);
    mappingIndex(mapping).collisions.all();
    const edited = editMapping(mapping, { start, removed, inserted });
    return [...mappingIndex(edited).collisions.all()];
  };

  it.each([
    ['no line has gone', 0, 0, [], ['docker.io/a/b', 'quay.io/a/b']],
    ['one of two lines of a repository has gone', 0, 1, [], ['docker.io/a/b', 'quay.io/a/b']],
    ['all lines of a repository have gone', 0, 2, [], undefined],
    [
      'another registry has come',
      0,
      0,
      ['ghcr.io/a/b:v1=file://s/a/b:v5'],
      ['docker.io/a/b', 'ghcr.io/a/b', 'quay.io/a/b'],
    ],
    ['all are of one registry', 2, 1, ['quay.io/a/c:v1=file://s/a/b:v1'], undefined],
  ])('are known when %s', (_what, start, removed, inserted, met) => {
    expect(after(start, removed, inserted)).toEqual(met === undefined ? [] : [['s/a/b', met]]);
  });
});

describe('the repository of the catalog itself', () => {
  it.each([
    ['in a first hop', ['quay.io/i/x:v1=file://s/i/x:v1', 'quay.io/a/b:v1=file://s/i/x/a/b:v1'], 's/i/x'],
    [
      'in a second hop',
      ['file://s/i/x:v1=reg.example.com/n/x:v1', 'file:///s/i/x/a/b:v1=reg.example.com/n/b:v1'],
      's/i/x',
    ],
    [
      'not when a path stands beside it',
      ['quay.io/i/x:v1=file://s/i/x:v1', 'quay.io/a/b:v1=file://s/i/xa/b:v1'],
      undefined,
    ],
    ['not when there is one path only', ['quay.io/i/x:v1=file://s/i/x:v1'], undefined],
    ['not without a file store', ['quay.io/i/x:v1=reg.example.com/i/x:v1'], undefined],
  ])('is found %s', (_what, lines, repository) => {
    expect(mappingIndex(parseMapping(lines)).indexRepository).toBe(repository);
  });

  it('is looked for anew after an edit', () => {
    const mapping = parseMapping(['quay.io/i/x:v1=file://s/i/x:v1', 'quay.io/a/b:v1=file://s/i/x/a/b:v1']);
    expect(mappingIndex(mapping).indexRepository).toBe('s/i/x');
    const edited = editMapping(mapping, { start: 0, removed: 1, inserted: [] });
    expect(mappingIndex(edited).indexRepository).toBeUndefined();
  });
});

/** The order within a group is that of the edits, not of the text; nothing depends on it. */
function contentOf(index: MappingIndex) {
  return {
    byDestination: groupsOf(index.byDestination),
    bySource: groupsOf(index.bySource),
    byDestinationRepository: groupsOf(index.byDestinationRepository),
    byFileDestination: groupsOf(index.byFileDestination),
    byTagPull: groupsOf(index.byTagPull),
    repeated: [...index.byDestination.repeated()].sort(),
    indexRepository: index.indexRepository,
    collisions: [...index.collisions.all()].sort(),
    isDryRunDialect: index.isDryRunDialect,
  };
}

function groupsOf(groups: Groups): [string, string[]][] {
  return [...groups.keys()].sort().map((key) => [
    key,
    groups
      .get(key)
      .map((line) => line.text.trim())
      .sort(),
  ]);
}
