import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import { editMapping, mappingIndex } from '../../../server/src/workspace/mappingIndex.ts';
import { linesTo } from '../../../server/src/workspace/placeDirectory.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { fuzz } from '../../support/texts.ts';

const paths = ['store/a', 'store/b', 'other/a'];
const places = [...paths.map((path) => `file://${path}`), 'mirror.example.com/a', 'mirror.example.com/b'];
const lines = [
  '',
  ...['quay.io/x/a:1=file://store/a:1', 'docker.io/x/a:1=file://store/a:1', 'quay.io/x/b:1=file://store/b:1'],
  ...['file://store/a:1=file://other/a:1', 'file://store/a:1=mirror.example.com/a:1'],
  ...['file://other/a:1=mirror.example.com/b:1', 'file:///store/b:1=mirror.example.com/a:1'],
];

const line = fc.constantFrom(...lines);
/** Which file, which of its lines, and what that says from then on. */
const edit = fc.tuple(fc.nat(11), fc.nat(2), line);

describe('a directory of the places that many mapping.txt files bring images to', () => {
  it('says after any edits what asking each file says', () => {
    const files = fc.array(fc.array(line, { minLength: 3, maxLength: 3 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(files, fc.array(edit, { maxLength: 8 }), (texts, edits) => {
        let snapshot = new Snapshot();
        for (const [at, text] of texts.entries())
          snapshot = snapshot.with(`/w/${at}/mapping.txt`, { type: 'mapping', mapping: parseMapping(text) });
        check(snapshot);
        for (const [at, start, text] of edits) {
          const path = `/w/${at}/mapping.txt`;
          const content = snapshot.files.get(path)?.content;
          if (content?.type !== 'mapping') throw new Error(`${path} is not there`);
          const before = snapshot;
          const mapping = editMapping(content.mapping, { start, removed: 1, inserted: [text] });
          snapshot = snapshot.with(path, { type: 'mapping', mapping });
          check(snapshot);
          check(before);
        }
      }),
      fuzz(200),
    );
  });
});

function check(snapshot: Snapshot): void {
  const { provenance } = snapshot;
  for (const path of paths) provenance.origin(path);
  const indexes = [...snapshot.files.values()].map(({ content }) => {
    if (content.type !== 'mapping') throw new Error('no mapping');
    return mappingIndex(content.mapping);
  });
  for (const place of places) {
    const told = provenance.indexesTo(place).map((index) => indexes.indexOf(index));
    const asked = [...indexes.keys()].filter(
      (at) => linesTo(indexes[at] as (typeof indexes)[0], place).length > 0,
    );
    expect(told, place).toEqual(asked);
  }
}
