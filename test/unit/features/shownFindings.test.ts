import { describe, expect, it } from 'vitest';
import { shownFindings } from '../../../server/src/features/shownFindings.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, findingsOf, linesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const { settings } = readSettings({});

/** A mapping.txt with a tag on each line, and at the end one that `oc` refuses. */
function mapping(lines: number): Snapshot {
  const tags = Array.from({ length: lines }, (_, at) => `quay.io/a/b${at}:v1=reg.example.com/a/b${at}:v1`);
  const text = [...tags, 'quay.io/a/b=reg.example.com/a/b@sha256:12'].join('\n');
  return new Snapshot().with('mapping.txt', parseText(text, 'mapping'));
}

function found(snapshot: Snapshot) {
  const file = snapshot.files.get('mapping.txt');
  if (file === undefined) throw new Error('there is no mapping.txt');
  const context = { snapshot, settings, facts: noFacts };
  return { file, context, all: analyze(file, context), shown: shownFindings(findingsOf(file, context)) };
}

describe('the findings that an editor is sent', () => {
  it('are all there are, the worst first', () => {
    const { all, shown } = found(mapping(20));
    expect(shown.note).toBeUndefined();
    expect(shown.findings).toHaveLength(all.length);
    expect(shown.findings[0]?.severity).toBe('error');
    expect(new Set(shown.findings.map(({ range }) => range.start.line))).toEqual(
      new Set(all.map(({ range }) => range.start.line)),
    );
  });

  it('are the worst and then the first of very many, with the number of the others', () => {
    const { all, shown } = found(mapping(3_000));
    expect(all.length).toBeGreaterThan(3_000);
    expect(shown.findings).toHaveLength(999);
    expect(shown.findings[0]?.severity).toBe('error');
    const others = shown.findings.filter(({ severity }) => severity !== 'error');
    expect(others.map(({ range }) => range.start.line)).toEqual(others.map((_, at) => at));
    expect(shown.note?.range.start).toEqual({ line: 0, character: 0 });
    expect(shown.note?.message).toContain(`${all.length - 999} more findings`);
    expect(shown.note?.message).toContain('mapping/tag-only (');
  });

  it('are those of all that touch a place', () => {
    const { file, context, all } = found(mapping(400));
    const range = { start: { line: 250, character: 0 }, end: { line: 252, character: 3 } };
    expect(findingsOf(file, context).within(range)).toEqual(
      all.filter(({ range: { start } }) => start.line >= 250 && start.line <= 252),
    );
    expect(linesOf(file)).toHaveLength(401);
  });
});
