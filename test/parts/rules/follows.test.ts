import { describe, expect, it, vi } from 'vitest';
import { mappingText, policyText } from '../../../bench/inputs.ts';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import { parseYaml, updateYaml } from '../../../server/src/documents/yamlFile.ts';
import { analyze } from '../../../server/src/rules/analysis.ts';
import { rules } from '../../../server/src/rules/index.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { editMapping } from '../../../server/src/workspace/mappingIndex.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const mappingPath = '/w/mapping.txt';
const policyPath = '/w/imageContentSourcePolicy.yaml';
const lines = splitLines(mappingText(1_000));
const policy = policyText(300);

function opened(): Snapshot {
  return new Snapshot()
    .with(mappingPath, { type: 'mapping', mapping: parseMapping(lines) })
    .with(policyPath, { type: 'yaml', yaml: parseYaml(splitLines(policy)) });
}

function findings(snapshot: Snapshot) {
  return [mappingPath, policyPath].map((path) => {
    const file = snapshot.files.get(path);
    if (file === undefined) throw new Error(`${path} is not there`);
    return analyze(file, { snapshot, settings: defaultSettings, facts: noFacts }).map(
      ({ code, message, range }) => ({ code, message, range }),
    );
  });
}

/** A line of mapping.txt with another text. */
function withLine(snapshot: Snapshot, line: number, text: string): Snapshot {
  const content = snapshot.files.get(mappingPath)?.content;
  if (content?.type !== 'mapping') throw new Error('no mapping');
  const mapping = editMapping(content.mapping, { start: line, removed: 1, inserted: [text] });
  return snapshot.with(mappingPath, { type: 'mapping', mapping });
}

/** A line of the policy with another text. */
function withPolicyLine(snapshot: Snapshot, line: number, text: string): Snapshot {
  const content = snapshot.files.get(policyPath)?.content;
  if (content?.type !== 'yaml') throw new Error('no policy');
  const yaml = updateYaml(content.yaml, { start: line, removed: 1, inserted: [text] });
  return snapshot.with(policyPath, { type: 'yaml', yaml });
}

/** How often a rule looked at a line or an entry while something was done. */
function looksDuring(work: () => void): number {
  const spies = rules
    .filter(({ unit }) => unit === 'mapping-line' || unit === 'mirror-entry')
    .map((rule) => vi.spyOn(rule as { check: (...given: never[]) => unknown }, 'check'));
  work();
  const looks = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return looks;
}

/** More than the rules of one line, and of the other line or entry that an edit says something of. */
const few = 40;

describe('an edit', () => {
  it('in a path whose origin is proven by tags lets rules look at what hangs on the path alone', () => {
    let snapshot = opened();
    findings(snapshot);
    const text = lines[501] ?? '';
    expect(text).toMatch(/@sha256:/);
    const at = text.indexOf('/ose-image') + 4;
    for (const typed of [`${text.slice(0, at)}x${text.slice(at)}`, text]) {
      const edited = withLine(snapshot, 501, typed);
      expect(looksDuring(() => findings(edited))).toBeLessThan(few);
      snapshot = edited;
    }
    expect(findings(snapshot)).toEqual(findings(opened()));
  });

  it('in the source or a mirror of a mirror set lets rules look at the lines that are meant alone', () => {
    const yamlLines = policy.split('\n');
    const source = yamlLines.findIndex((line) => line.endsWith('/ose-image-120'));
    for (const line of [source, source - 1]) {
      let snapshot = opened();
      findings(snapshot);
      const text = yamlLines[line] ?? '';
      for (const typed of [`${text}0`, `${text}00`, `${text}0`, text]) {
        const edited = withPolicyLine(snapshot, line, typed);
        expect(looksDuring(() => findings(edited))).toBeLessThan(few);
        snapshot = edited;
      }
      expect(findings(snapshot)).toEqual(findings(opened()));
    }
  });

  it('of a mirror to a namespace that had none is heard of by all lines that go there', () => {
    const line = policy.split('\n').findIndex((text) => text.endsWith('/efk-mirror/openshift4-ose-image-7'));
    const image = 'registry.redhat.io/a/b@sha256:'.padEnd(94, '1');
    let snapshot = withLine(opened(), 700, `${image}=other.example.com/elsewhere/b:1`);
    const codes = () =>
      findings(snapshot)
        .flat()
        .filter(({ range }) => range.start.line === 700)
        .map(({ code }) => code);
    expect(codes()).not.toContain('mapping/not-mirrored');
    snapshot = withPolicyLine(snapshot, line, '    - other.example.com/elsewhere/c');
    expect(codes()).toContain('mapping/not-mirrored');
  });
});
