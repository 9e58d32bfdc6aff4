import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../server/src/documents/imageReference.ts';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import { digestTag } from '../../../server/src/documents/naming.ts';
import { editMapping } from '../../../server/src/workspace/mappingIndex.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const reg = 'reg.example.com:8443';

function snapshotOf(...mappings: readonly (readonly string[])[]): Snapshot {
  let snapshot = new Snapshot();
  for (const [at, lines] of mappings.entries())
    snapshot = snapshot.with(`${at}/mapping.txt`, { type: 'mapping', mapping: parseMapping(lines) });
  return snapshot;
}

describe('the origin of a path in a file store', () => {
  it.each<[string, string[][], string]>([
    ['one hop', [['quay.io/a/x:v1=file://s/x:v1']], 'certain quay.io/a/x'],
    [
      'a store that was copied to another',
      [['quay.io/a/x:v1=file://t/x:v1'], ['file://t/x:v1=file://s/x:v1']],
      'certain quay.io/a/x',
    ],
    [
      'three hops, in any order of the files',
      [['file://t/x:v1=file://s/x:v1'], ['file:///u/x:v1=file://t/x:v1'], ['quay.io/a/x:v1=file://u/x:v1']],
      'certain quay.io/a/x',
    ],
    [
      'a registry that was a mirror itself',
      [[`quay.io/a/x:v1=${reg}/m/x:v1`], [`${reg}/m/x:v1=file://s/x:v1`]],
      'certain quay.io/a/x',
    ],
    [
      'two air gaps',
      [
        ['quay.io/a/x:v1=file://t/x:v1', `file://t/x:v1=${reg}/m/x:v1`],
        [`${reg}/m/x:v1=file://s/x:v1`, 'file://s/x:v1=other.example.com/x:v1'],
      ],
      'certain quay.io/a/x',
    ],
    [
      'registries that met on the way',
      [
        ['quay.io/a/x:v1=file://t/x:v1', 'docker.io/a/x:v1=file://t/x:v2'],
        ['file://t/x:v1=file://s/x:v1', 'file://t/x:v2=file://s/x:v2'],
      ],
      'certain docker.io/a/x quay.io/a/x',
    ],
    [
      'files that disagree one hop further',
      [['quay.io/a/x:v1=file://t/x:v1'], ['ghcr.io/a/x:v1=file://t/x:v1'], ['file://t/x:v1=file://s/x:v1']],
      'disputed ghcr.io/a/x quay.io/a/x',
    ],
    [
      'a copy that came back to where it was taken from',
      [[`${reg}/m/x:v1=file://s/x:v1`], [`file://s/x:v1=${reg}/m/x:v1`]],
      `certain ${reg}/m/x`,
    ],
    ['stores in a circle', [['file://t/x:v1=file://s/x:v1', 'file://s/x:v1=file://t/x:v1']], 'unknown'],
    [
      'a circle with a way in',
      [['file://t/x:v1=file://s/x:v1', 'file://s/x:v1=file://t/x:v1', 'quay.io/a/x:v1=file://t/x:v1']],
      'certain quay.io/a/x',
    ],
    ['a hop before that nobody has', [['file://t/x:v1=file://s/x:v1']], 'unknown'],
    [
      'a path of which a part came from nobody knows where',
      [['file://t/x:v1=file://s/x:v1', 'quay.io/a/x:v2=file://s/x:v2']],
      'unknown',
    ],
    ['a bucket', [['s3://h/r/b/x:v1=file://s/x:v1']], 'unknown'],
    [
      'more hops than anybody makes',
      [
        ['quay.io/a/x:v1=file://h9:v1', 'file://h0:v1=file://s/x:v1'],
        Array.from({ length: 9 }, (_, at) => `file://h${at + 1}:v1=file://h${at}:v1`),
      ],
      'unknown',
    ],
  ])('over %s', (_what, mappings, expected) => {
    const { certainty, repositories } = snapshotOf(...mappings).provenance.origin('s/x');
    expect([certainty, ...repositories].join(' ')).toBe(expected);
  });

  it('is found in time however the lines lead into each other', () => {
    const hosts = Array.from({ length: 60 }, (_, at) => `file://s/h${at}`);
    const every = hosts.map((source) => `${source}:v1 ${hosts.map((to) => `${to}:v1`).join(' ')}`);
    const { provenance } = snapshotOf(every);
    for (let at = 0; at < hosts.length; at++) expect(provenance.origin(`s/h${at}`).certainty).toBe('unknown');
  });
});

describe('what pods call the images of a repository', () => {
  it.each([
    ['quay.io/a/x:v1', ['quay.io/a/x']],
    [`${reg}/m/x:v1`, ['quay.io/a/x']],
    ['busybox', ['docker.io/library/busybox']],
    ['file://s/x', ['quay.io/a/x']],
    ['file://nobody/knows', []],
    ['s3://h/r/b/x', []],
  ])('of %s', (text, expected) => {
    const { provenance } = snapshotOf([`quay.io/a/x:v1=${reg}/m/x:v1`], [`${reg}/m/x:v1=file://s/x:v1`]);
    const parsed = parseReference(text);
    expect(parsed.ok && provenance.trueSources(parsed.reference)).toEqual(expected);
  });
});

describe('provenance', () => {
  const chain = [
    [`quay.io/a/x:v1=${reg}/m/x:v1`, `quay.io/a/y:v1=${reg}/m/y:v1`],
    [`${reg}/m/x:v1=file://s/x:v1`],
  ];
  const edit = (snapshot: Snapshot, line: number, text: string): Snapshot => {
    const content = snapshot.files.get('0/mapping.txt')?.content;
    if (content?.type !== 'mapping') throw new Error('no mapping');
    const mapping = editMapping(content.mapping, { start: line, removed: 1, inserted: [text] });
    return snapshot.with('0/mapping.txt', { type: 'mapping', mapping });
  };

  it('has the same key while no line changes that an origin depends on', () => {
    const before = snapshotOf(...chain);
    const { key } = before.provenance;
    before.provenance.origin('s/x');
    const after = edit(before, 1, `quay.io/a/z:v1=${reg}/m/z:v1`);
    expect(after.provenance.key).toBe(key);
  });

  it('still answers for its own files after later edits', () => {
    const before = snapshotOf(...chain);
    const { mappingIndexes } = before;
    expect(before.provenance.origin('s/x').repositories).toEqual(['quay.io/a/x']);
    const after = edit(before, 0, `ghcr.io/a/x:v1=${reg}/m/x:v1`);
    expect(after.provenance.origin('s/x').repositories).toEqual(['ghcr.io/a/x']);
    expect(before.provenance.origin('s/x').repositories).toEqual(['quay.io/a/x']);
    expect(mappingIndexes.flatMap((index) => [...index.bySource.keys()])).toContain('quay.io/a/x');
    expect(after.provenance.origin('s/x').repositories).toEqual(['ghcr.io/a/x']);
  });

  it('is new when a hop before changes', () => {
    const before = snapshotOf(...chain);
    expect(before.provenance.origin('s/x').repositories).toEqual(['quay.io/a/x']);
    const after = edit(before, 0, `ghcr.io/a/x:v1=${reg}/m/x:v1`);
    expect(after.provenance.origin('s/x').repositories).toEqual(['ghcr.io/a/x']);
    // A line that comes to where none was.
    const gone = edit(after, 0, '');
    expect(gone.provenance.origin('s/x').repositories).toEqual([`${reg}/m/x`]);
    const back = edit(gone, 1, `quay.io/a/x:v1=${reg}/m/x:v1`);
    expect(back.provenance.origin('s/x').repositories).toEqual(['quay.io/a/x']);
  });
});

describe('the origin that tags prove', () => {
  const one = `sha256:${'1'.repeat(64)}`;
  const two = `sha256:${'2'.repeat(64)}`;
  /** A line of an import, with the tag that `oc` made of the image’s pull spec. */
  const imported = (source: string, digest: string, path = 's/idx/a/x', host = reg) =>
    `file://${path}@${digest}=${host}/m/x:${digestTag(`${source}/a/x@${digest}`)}`;
  const edited = (snapshot: Snapshot, line: number, text: string): Snapshot => {
    const content = snapshot.files.get('0/mapping.txt')?.content;
    if (content?.type !== 'mapping') throw new Error('no mapping');
    const mapping = editMapping(content.mapping, { start: line, removed: 1, inserted: [text] });
    return snapshot.with('0/mapping.txt', { type: 'mapping', mapping });
  };
  const told = (snapshot: Snapshot) => {
    const { certainty, repositories, byTags } = snapshot.provenance.origin('s/idx/a/x');
    return [certainty, ...repositories, ...(byTags === true ? ['by tags'] : [])].join(' ');
  };

  it.each<[string, string[][], string]>([
    ['one image', [[imported('quay.io', one)]], 'certain quay.io/a/x by tags'],
    ['several images', [[imported('quay.io', one), imported('quay.io', two)]], 'certain quay.io/a/x by tags'],
    [
      'registries that met',
      [[imported('quay.io', one), imported('ghcr.io', two)]],
      'certain ghcr.io/a/x quay.io/a/x by tags',
    ],
    [
      'an image by tag beside',
      [[imported('quay.io', one), `file://s/idx/a/x:v1=${reg}/m/x:v1`]],
      'certain quay.io/a/x by tags',
    ],
    [
      'an image of a registry that nobody knows',
      [[imported('quay.io', one), imported('r.corp', two)]],
      'unknown',
    ],
    [
      'an image whose tag a person gave',
      [[imported('quay.io', one), `file://s/idx/a/x@${two}=${reg}/m/x:v2`]],
      'unknown',
    ],
    [
      'imports that disagree',
      [[imported('quay.io', one)], [imported('ghcr.io', two)]],
      'disputed ghcr.io/a/x quay.io/a/x by tags',
    ],
    [
      'a first hop, which has the first word',
      [[imported('quay.io', one)], ['ghcr.io/a/x:v1=file://s/idx/a/x:v1']],
      'certain ghcr.io/a/x',
    ],
    [
      'a store that was copied to another, and the second import',
      [[imported('quay.io', one, 't/idx/a/x'), `file://t/idx/a/x@${one}=file://s/idx/a/x`]],
      'unknown',
    ],
    ['nothing', [[]], 'unknown'],
  ])('by %s', (_what, mappings, expected) => {
    expect(told(snapshotOf(...mappings))).toBe(expected);
  });

  it('stays the same object while no answer changes, and follows what does', () => {
    const lines = [imported('quay.io', one), imported('quay.io', two), 'quay.io/b/y:v1=r.example.com/b/y:v1'];
    const before = snapshotOf(lines);
    expect(told(before)).toBe('certain quay.io/a/x by tags');
    const { key } = before.provenance;
    expect(edited(before, 2, 'quay.io/b/z:v1=r.example.com/b/z:v1').provenance.key).toBe(key);
    const moved = edited(
      snapshotOf(lines),
      1,
      imported('quay.io', two, 's/idx/a/x', 'elsewhere.example.com'),
    );
    expect(told(moved)).toBe('certain quay.io/a/x by tags');

    let snapshot = edited(before, 1, imported('ghcr.io', two));
    expect(told(snapshot)).toBe('certain ghcr.io/a/x quay.io/a/x by tags');
    snapshot = edited(snapshot, 1, imported('r.corp', two));
    expect(told(snapshot)).toBe('unknown');
    snapshot = edited(snapshot, 1, '');
    expect(told(snapshot)).toBe('certain quay.io/a/x by tags');
    snapshot = edited(snapshot, 0, '');
    expect(told(snapshot)).toBe('unknown');
  });

  it('is the same object after an edit of a proven line that proves the same', () => {
    const before = snapshotOf([imported('quay.io', one)]);
    expect(told(before)).toBe('certain quay.io/a/x by tags');
    const { key } = before.provenance;
    expect(edited(before, 0, imported('quay.io', one, 's/idx/a/x', 'other.example.com')).provenance.key).toBe(
      key,
    );
  });
});
