import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imagesNamed } from '../../../server/src/catalog/catalogImages.ts';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import { digestTag } from '../../../server/src/documents/naming.ts';
import { parseYaml } from '../../../server/src/documents/yamlFile.ts';
import { KnownCatalogs } from '../../../server/src/workspace/knownCatalogs.ts';
import { editMapping, mappingIndex } from '../../../server/src/workspace/mappingIndex.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { fuzz } from '../../support/texts.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const paths = ['s/x', 's/y', 't/x', 'u/idx/a/x'];

/** Lines of all hops, few enough to meet each other: by tag, by digest with and without a tag that proves, and none at all. */
const lines = [
  ...['quay.io/a/x', 'docker.io/a/x', 'm.local/x'].flatMap((from) =>
    paths.slice(0, 3).map((path) => `${from}:v1=file://${path}:v1`),
  ),
  'file://s/x:v1=file://t/x:v1',
  'file://t/x:v1=file://s/y:v1',
  'file://s/x:v1=m.local/x:v1',
  ...['registry.redhat.io', 'quay.io'].map(
    (host) => `file://u/idx/a/x@${digest}=m.local/x:${digestTag(`${host}/a/x@${digest}`)}`,
  ),
  `file://u/idx/a/x@${digest}=m.local/x:5aa2c80d`,
  ...['x', 'y'].map((name) => `file://s/${name}@${digest}=m.local/${name}`),
  ...['v1', 'v2'].map((tag) => `file://u/idx/a/x:${tag}=m.local/x:${tag}`),
  '# nothing',
];

const text = fc.array(fc.constantFrom(...lines), { maxLength: 6 });
const edits = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 5 }), fc.nat({ max: 1 }), text), {
  minLength: 1,
  maxLength: 12,
});

/** A catalog that belongs to one path, and one that may prove something of another. */
const catalogs = new KnownCatalogs([
  {
    name: 'registry.example/idx:v1',
    root: 'u/idx',
    belongs: true,
    images: imagesNamed([`quay.io/a/x@${digest}`, `registry.example/a/x@${digest}`, 'quay.io/a/x:v1']),
  },
  {
    name: 'oci://other',
    root: 's',
    belongs: false,
    images: imagesNamed([`quay.io/x@${digest}`, 'quay.io/y:v1']),
  },
]);

it.each([
  ['', KnownCatalogs.none],
  [' with catalogs', catalogs],
])('looks again only where lines changed, and says what a look at everything says%s', (_name, known) => {
  const empty = new Snapshot().withCatalogs(known);
  fc.assert(
    fc.property(fc.tuple(text, text, text), edits, fc.subarray(paths), (texts, changes, asked) => {
      let snapshot = empty;
      for (const [at, one] of texts.entries())
        snapshot = snapshot.with(`${at}/mapping.txt`, { type: 'mapping', mapping: parseMapping(one) });
      const originsIn = ({ provenance }: Snapshot, of: readonly string[]) =>
        of.map((path) => provenance.origin(path));
      const past = [{ snapshot, origins: originsIn(snapshot, asked) }];
      for (const [at, start, removed, inserted] of changes) {
        const path = `${at}/mapping.txt`;
        const content = snapshot.files.get(path)?.content;
        if (content?.type !== 'mapping') throw new Error('no mapping');
        const from = Math.min(start, content.mapping.lines.length);
        const change = {
          start: from,
          removed: Math.min(removed, content.mapping.lines.length - from),
          inserted,
        };
        const before = snapshot.provenance.key;
        snapshot = snapshot.with(path, { type: 'mapping', mapping: editMapping(content.mapping, change) });
        const { key } = snapshot.provenance;
        const origins = originsIn(snapshot, asked);
        if (key === before) expect(origins).toEqual(past.at(-1)?.origins);
        const anew = [...snapshot.files].reduce((all, [name, file]) => {
          if (file.content.type !== 'mapping') return all;
          const read = parseMapping([...file.content.mapping.lines].map((line) => line.text));
          return all.with(name, { type: 'mapping', mapping: read });
        }, empty);
        expect(origins).toEqual(originsIn(anew, asked));
        past.push({ snapshot, origins });
      }
      for (const before of past.toReversed())
        expect(originsIn(before.snapshot, asked)).toEqual(before.origins);
    }),
    fuzz(400),
  );
});

it('keeps its key while somebody types in a path that nothing is known of', () => {
  const line = (path: string) => `file://${path}@${digest}=m.local/x:5aa2c80d`;
  let mapping = parseMapping([line('s/x'), line('s/y'), 'quay.io/a/x:v1=file://t/x:v1']);
  let snapshot = new Snapshot().with('a/mapping.txt', { type: 'mapping', mapping });
  const { key } = snapshot.provenance;
  for (const path of ['s/x', 's/y', 't/x']) snapshot.provenance.origin(path);
  for (const typed of ['s/xa', 's/xab', 's/xa', 's/x']) {
    mapping = editMapping(mapping, { start: 0, removed: 1, inserted: [line(typed)] });
    snapshot = snapshot.with('a/mapping.txt', { type: 'mapping', mapping });
    expect(snapshot.provenance.origin(typed).certainty).toBe('unknown');
    expect(snapshot.provenance.key).toBe(key);
  }
});

it('starts anew before it keeps an answer for each of thousands of keystrokes', () => {
  const line = (path: string) => `file://${path}@${digest}=m.local/x:5aa2c80d`;
  let mapping = parseMapping([line('s/x'), 'quay.io/a/x:v1=file://t/x:v1']);
  let snapshot = new Snapshot().with('a/mapping.txt', { type: 'mapping', mapping });
  const keys = new Set<object>();
  for (let stroke = 0; stroke < 5_000; stroke++) {
    const typed = `s/x${stroke}`;
    mapping = editMapping(mapping, { start: 0, removed: 1, inserted: [line(typed)] });
    snapshot = snapshot.with('a/mapping.txt', { type: 'mapping', mapping });
    snapshot.provenance.origin(typed);
    keys.add(snapshot.provenance.key);
  }
  expect(keys.size).toBeGreaterThan(1);
  expect(keys.size).toBeLessThan(5);
});

it('starts anew also where other files ask for the paths, while no mapping.txt is edited', () => {
  const mapping = parseMapping(['quay.io/a/x:v1=file://t/x:v1']);
  let snapshot = new Snapshot().with('a/mapping.txt', { type: 'mapping', mapping });
  const keys = new Set<object>();
  for (let stroke = 0; stroke < 5_000; stroke++) {
    snapshot = snapshot.with('a/set.yaml', { type: 'yaml', yaml: parseYaml([`# ${stroke}`]) });
    snapshot.provenance.origin(`s/x${stroke}`);
    keys.add(snapshot.provenance.key);
  }
  expect(keys.size).toBeGreaterThan(1);
  expect(keys.size).toBeLessThan(5);
});

it('keeps the answers of a mirror set of thousands of paths of which nothing is known', () => {
  const mapping = parseMapping(['quay.io/a/x:v1=file://t/x:v1']);
  let snapshot = new Snapshot().with('a/mapping.txt', { type: 'mapping', mapping });
  const keys = new Set<object>();
  for (let stroke = 0; stroke < 20; stroke++) {
    snapshot = snapshot.with('a/set.yaml', { type: 'yaml', yaml: parseYaml([`# ${stroke}`]) });
    for (let path = 0; path < 10_000; path++) snapshot.provenance.origin(`s/x${path}`);
    keys.add(snapshot.provenance.key);
  }
  expect(keys.size).toBe(1);
});

it('keeps no count of a path that somebody typed over', () => {
  const line = (path: string) => `file://${path}@${digest}=m.local/x:5aa2c80d`;
  const host = 'quay.io';
  const proven = `file://u/idx/a/x@${digest}=m.local/x:${digestTag(`${host}/a/x@${digest}`)}`;
  let mapping = parseMapping([line('s/x'), proven]);
  expect(mappingIndex(mapping).tagOrigins.get('u/idx/a/x').proven).toBe(1);
  for (let stroke = 0; stroke < 100; stroke++) {
    const inserted = [line(`s/x${stroke}`), proven.replaceAll('idx/a', `idx/a${stroke}`)];
    mapping = editMapping(mapping, { start: 0, removed: 2, inserted });
  }
  const { tagOrigins } = mappingIndex(mapping);
  expect(tagOrigins.size).toBe(2);
  expect(tagOrigins.get('s/x99').silent + tagOrigins.get('s/x99').refuted).toBe(1);
  expect(tagOrigins.get('s/x98')).toEqual({ repositories: [], proven: 0, refuted: 0, silent: 0 });
});
