import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LineChange } from '../../../server/src/documents/lines.ts';
import { isMirrorSet, type MirrorSet } from '../../../server/src/documents/mirrorSet.ts';
import { parseYaml, updateYaml, type YamlFile } from '../../../server/src/documents/yamlFile.ts';
import { analyze, findingsOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { fuzz } from '../../support/texts.ts';

const path = '/w/icsp.yaml';
const entries = 300;

/** Some sources twice, some mirrors that are their own source, and some that are no scope. */
const text = [
  'apiVersion: operator.openshift.io/v1alpha1',
  'kind: ImageContentSourcePolicy',
  'metadata:',
  '  name: long',
  'spec:',
  '  repositoryDigestMirrors:',
  ...Array.from({ length: entries }, (_, number) => {
    const source = `quay.io/ns/app-${number % 97 === 0 ? number % 3 : number}`;
    return [
      '  - mirrors:',
      `    - ${number % 53 === 0 ? source : `m.local/ns/app-${number}`}`,
      `    source: ${source}`,
    ];
  }).flat(),
];

const frame = 6;

/** What somebody does to an entry: another source, one more mirror, a blank line, nothing that YAML can read. */
const edits = fc.array(
  fc.tuple(
    fc.nat({ max: entries - 1 }),
    fc.constantFrom<(line: number) => LineChange>(
      (line) => ({ start: line + 2, removed: 1, inserted: ['    source: quay.io/ns/app-1'] }),
      (line) => ({ start: line + 2, removed: 1, inserted: ['    source: quay.io/ns/other'] }),
      (line) => ({ start: line + 1, removed: 0, inserted: ['    - m.local/ns/second'] }),
      (line) => ({ start: line + 1, removed: 1, inserted: [] }),
      (line) => ({ start: line + 2, removed: 0, inserted: [''] }),
      (line) => ({ start: line + 1, removed: 1, inserted: ['    - "M.local/X:1@y"'] }),
    ),
  ),
  { minLength: 1, maxLength: 8 },
);

function snapshotOf(yaml: YamlFile, before = new Snapshot()): Snapshot {
  return before.with(path, { type: 'yaml', yaml });
}

function said(snapshot: Snapshot) {
  const file = snapshot.files.get(path);
  if (file === undefined) throw new Error('there is no file');
  const context = { snapshot, settings: defaultSettings, facts: noFacts };
  return { file, context, all: analyze(file, context) };
}

function shownOf(found: ReturnType<typeof analyze>) {
  return found.map(({ code, message, range, severity }) => ({ code, message, range, severity }));
}

it('finds in a long set after edits what it finds in one that is read anew, and again what it found before', () => {
  fc.assert(
    fc.property(edits, (changes) => {
      let file = parseYaml(text);
      let snapshot = snapshotOf(file);
      const past = [{ snapshot, found: shownOf(said(snapshot).all) }];
      for (const [entry, change] of changes) {
        file = updateYaml(file, change(frame + 3 * entry));
        snapshot = snapshotOf(file, snapshot);
        const found = shownOf(said(snapshot).all);
        expect(found).toEqual(shownOf(said(snapshotOf(parseYaml(file.lines))).all));
        past.push({ snapshot, found });
      }
      for (const before of past) expect(shownOf(said(before.snapshot).all)).toEqual(before.found);
      const { file: last, context, all } = said(snapshot);
      for (const line of [0, frame, frame + 300, frame + 3 * entries - 1]) {
        const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
        const near = all.filter(({ range: { start, end } }) => start.line <= line + 1 && end.line >= line);
        const within = findingsOf(last, context).within(range);
        for (const finding of shownOf(within)) expect(shownOf(near)).toContainEqual(finding);
        const inside = near.filter(({ range: { start } }) => start.line === line);
        for (const finding of shownOf(inside)) expect(shownOf(within)).toContainEqual(finding);
      }
    }),
    fuzz(16),
  );
});

it('looks again at one chunk of a long set when one entry changes', () => {
  const before = parseYaml(text);
  const after = updateYaml(before, { start: frame + 301, removed: 0, inserted: ['    - m.local/ns/second'] });
  const [old, now] = [before, after].map((file) => file.resources.find(isMirrorSet) as MirrorSet);
  const chunks = new Set(old?.entries.chunks);
  expect(now?.entries.chunks.length).toBeGreaterThan(2);
  expect(now?.entries.chunks.filter((chunk) => !chunks.has(chunk))).toHaveLength(1);
});
