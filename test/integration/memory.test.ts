import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { mappingText, policyText } from '../../bench/inputs.ts';
import { splitLines } from '../../server/src/documents/lines.ts';
import { parseMapping } from '../../server/src/documents/mapping.ts';
import { entryLine, isMirrorSet } from '../../server/src/documents/mirrorSet.ts';
import { parseYaml, updateYaml } from '../../server/src/documents/yamlFile.ts';
import { hover } from '../../server/src/features/hover.ts';
import { shownFindings } from '../../server/src/features/shownFindings.ts';
import { findingsOf } from '../../server/src/rules/analysis.ts';
import { noFacts } from '../../server/src/workspace/facts.ts';
import { editMapping } from '../../server/src/workspace/mappingIndex.ts';
import { defaultSettings } from '../../server/src/workspace/settings.ts';
import { Snapshot } from '../../server/src/workspace/snapshot.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const lines = '/w/mapping.txt';
const sets = '/w/imageContentSourcePolicy.yaml';

/** What an editor asks after each keystroke. */
function look(snapshot: Snapshot): number {
  let count = 0;
  for (const path of [lines, sets]) {
    const file = snapshot.files.get(path);
    if (file === undefined) throw new Error(`${path} is not there`);
    const found = findingsOf(file, { snapshot, settings: defaultSettings, facts: noFacts });
    count += shownFindings(found).findings.length;
    for (const line of [0, 20, 40])
      hover({ snapshot, facts: noFacts, now: 0 }, path, { line, character: 20 });
  }
  return count;
}

/** Somebody types in a line of mapping.txt, or in an entry of the mirror set, as `stroke` is even or odd. */
function typed(snapshot: Snapshot, stroke: number): Snapshot {
  const [mapping, policy] = [lines, sets].map((path) => snapshot.files.get(path)?.content);
  if (mapping?.type !== 'mapping' || policy?.type !== 'yaml') throw new Error('other files');
  if (stroke % 2 === 0) {
    const line = (7 * stroke) % 300;
    const inserted = [`${mapping.mapping.lines.at(line)?.text ?? ''}0`];
    const edited = editMapping(mapping.mapping, { start: line, removed: 1, inserted });
    return snapshot.with(lines, { type: 'mapping', mapping: edited });
  }
  const [set] = policy.yaml.resources.filter(isMirrorSet);
  const line = (set === undefined ? 0 : (entryLine(set, (7 * stroke) % 60) ?? 0)) + 2;
  const inserted = [`${policy.yaml.lines[line] ?? ''}x`];
  return snapshot.with(sets, {
    type: 'yaml',
    yaml: updateYaml(policy.yaml, { start: line, removed: 1, inserted }),
  });
}

it('keeps no snapshot of the past, whichever of several files somebody types in', async () => {
  let snapshot = new Snapshot()
    .with(lines, { type: 'mapping', mapping: parseMapping(splitLines(mappingText(300))) })
    .with(sets, { type: 'yaml', yaml: parseYaml(splitLines(policyText(60))) });
  const past: WeakRef<Snapshot>[] = [];
  expect(look(snapshot)).toBeGreaterThan(100);
  for (let stroke = 0; stroke < 60; stroke++) {
    past.push(new WeakRef(snapshot));
    snapshot = typed(snapshot, stroke);
    look(snapshot);
    // What a weak reference was asked for lives until its turn ends.
    await delay(0);
  }
  collectGarbage();
  await delay(0);
  collectGarbage();
  const kept = past.flatMap((reference, stroke) => (reference.deref() === undefined ? [] : [stroke]));
  expect(kept.length, `those before strokes ${kept.join(', ')} are kept`).toBeLessThan(4);
});
