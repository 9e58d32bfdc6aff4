import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LineChange } from '../../../server/src/documents/lines.ts';
import { mappingText, parseMapping } from '../../../server/src/documents/mapping.ts';
import { parseYaml, updateYaml } from '../../../server/src/documents/yamlFile.ts';
import { editMapping } from '../../../server/src/workspace/mappingIndex.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { dropIn, machineConfig, textUrl } from '../../support/machineConfigs.ts';
import { setOf } from '../../support/mirrorSets.ts';
import { fuzz } from '../../support/texts.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const conf = (host: string) =>
  textUrl(`[[registry]]\nlocation = "quay.io/a/x"\n[[registry.mirror]]\nlocation = "${host}/x"\n`);
const catalog = (tag: string) =>
  `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: c\nspec:\n  image: m.local/idx:${tag}\n`;

/** For each file, lines of which some take the place of others. */
const files: ReadonlyMap<string, readonly string[]> = new Map([
  [
    '/w/mapping.txt',
    [
      'quay.io/a/x:v1=file://s/x:v1',
      'ghcr.io/a/x:v1=file://s/x:v1',
      'file://s/x:v1=m.local/x:v1',
      `quay.io/a/y@${digest}=m.local/y:v1`,
      'quay.io/a/idx:v4.8=m.local/idx:v4.8',
      'quay.io/b/z:v2=m.local/z:v2',
      '',
    ],
  ],
  [
    '/w/icsp.yaml',
    setOf('ICSP', 'quay.io/a <- m.local/a', 'quay.io/a/x <- m.local/x', 's/x <- m.local/x').split('\n'),
  ],
  ['/w/itms.yaml', setOf('ITMS', 'quay.io/b <- m.local/b', 'quay.io/a <- m.local/a').split('\n')],
  ['/w/mc.yaml', machineConfig('99-x', 'worker', dropIn('x'), conf('m.local')).split('\n')],
  ['/w/catalog.yaml', catalog('v4.8').split('\n')],
]);
const words: readonly (readonly [string, string])[] = [
  ['quay.io', 'ghcr.io'],
  ['m.local', 'n.local'],
  ['v4.8', 'v4.9'],
  ['source', 'sourc'],
  ['99-x', '99-y'],
  ['s/x', 's/y'],
];

type Edit = readonly [file: number, line: number, word: number, kind: 'word' | 'swap' | 'remove' | 'repeat'];
const edits = fc.array(
  fc.tuple(
    fc.nat({ max: files.size - 1 }),
    fc.nat({ max: 30 }),
    fc.nat({ max: words.length - 1 }),
    fc.constantFrom<Edit[3]>('word', 'swap', 'remove', 'repeat'),
  ),
  { minLength: 1, maxLength: 10 },
);

function linesIn(snapshot: Snapshot, path: string): readonly string[] {
  const content = snapshot.files.get(path)?.content;
  if (content === undefined) throw new Error(`${path} is not there`);
  return content.type === 'mapping' ? mappingText(content.mapping) : content.yaml.lines;
}

function withLines(snapshot: Snapshot, path: string, lines: readonly string[]): Snapshot {
  return path.endsWith('.txt')
    ? snapshot.with(path, { type: 'mapping', mapping: parseMapping(lines) })
    : snapshot.with(path, { type: 'yaml', yaml: parseYaml(lines) });
}

function edited(snapshot: Snapshot, [file, at, word, kind]: Edit): Snapshot {
  const path = [...files.keys()][file] ?? '';
  const lines = linesIn(snapshot, path);
  if (lines.length === 0) return snapshot;
  const start = at % lines.length;
  const line = lines[start] ?? '';
  const [from, to] = words[word] ?? ['', ''];
  const typed = line.includes(from) ? line.replace(from, to) : line.replace(to, from);
  const inserted =
    kind === 'word' ? [typed] : kind === 'swap' ? [lines[0] ?? ''] : kind === 'repeat' ? [line, line] : [];
  const change: LineChange = { start, removed: 1, inserted };
  const content = snapshot.files.get(path)?.content;
  if (content?.type === 'mapping')
    return snapshot.with(path, { type: 'mapping', mapping: editMapping(content.mapping, change) });
  if (content?.type === 'yaml')
    return snapshot.with(path, { type: 'yaml', yaml: updateYaml(content.yaml, change) });
  return snapshot;
}

/** Everything that a snapshot works out of its files and hands on, as plain values. */
function viewsOf(snapshot: Snapshot): unknown {
  const { mirrorSets, tagPulls, nodePools, provenance, mappingIndexes, sharedObjects } = snapshot;
  const sorted = <Value>(map: ReadonlyMap<string, Value>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    conf: mirrorSets.toRegistriesConf(),
    groups: sorted(mirrorSets.groups).map(([source, { entries }]) => [
      source,
      entries.map(({ kind, entry }) => [kind, entry.mirrors.map(({ value }) => value)]),
    ]),
    problems: mirrorSets.problems.map(({ kind, entries }) => [kind, entries.length]),
    tagged: sorted(mirrorSets.tagged).map(([source, { tagMirrors }]) => [source, tagMirrors]),
    tagPulls: sorted(tagPulls.byScope),
    destinations: sorted(tagPulls.destinations).map(([source, places]) => [source, [...places].sort()]),
    pools: sorted(nodePools.pools).map(([role, pool]) => [role, JSON.stringify(pool)]),
    catalogs: [...snapshot.catalogImages('/w')],
    shared: sharedObjects.map(({ lost }) => lost.length),
    origins: ['s/x', 's/y'].map((path) => provenance.origin(path)),
    sources: mappingIndexes.map((index) => [...index.bySource.keys()].sort()),
    roots: mappingIndexes.map((index) => index.indexRepository),
  };
}

/** A snapshot of the same texts that has worked out nothing yet. */
function readAnew(snapshot: Snapshot): Snapshot {
  let anew = new Snapshot();
  for (const path of files.keys()) anew = withLines(anew, path, linesIn(snapshot, path));
  return anew;
}

it('answers for its own files whenever it is asked, before or after what came later', () => {
  fc.assert(
    fc.property(edits, fc.array(fc.boolean(), { minLength: 11, maxLength: 11 }), (changes, asked) => {
      let snapshot = new Snapshot();
      for (const [path, lines] of files) snapshot = withLines(snapshot, path, lines);
      const all = [snapshot];
      if (asked[0]) viewsOf(snapshot);
      for (const [at, change] of changes.entries()) {
        snapshot = edited(snapshot, change);
        all.push(snapshot);
        if (asked[at + 1]) viewsOf(snapshot);
      }
      const expected = new Map(all.map((one) => [one, viewsOf(readAnew(one))]));
      for (const one of [...all.toReversed(), ...all]) expect(viewsOf(one)).toEqual(expected.get(one));
    }),
    fuzz(120),
  );
});
