import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MappingDocument } from '../../../server/src/documents/mapping.ts';
import { mappingRefusals, type Refusal } from '../../../server/src/documents/mappingRefusals.ts';
import type { WorkspaceFile } from '../../../server/src/documents/workspaceFile.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { type AnalysisContext, analyze } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { readFixture } from '../../support/fixture.ts';
import { filesOf, scenarios, textOf } from '../../support/groundTruth.ts';

const codes = new Set<string>([
  'mapping/syntax',
  'mapping/destination-digest',
  'mapping/duplicate-destination',
]);
const zeros = `sha256:${'0'.repeat(64)}`;
const ones = `sha256:${'1'.repeat(64)}`;

function contextOf(text: string): { context: AnalysisContext; file: WorkspaceFile } {
  const snapshot = new Snapshot().with('mapping.txt', parseText(text, typeByChoice('mapping.txt')));
  const file = snapshot.files.get('mapping.txt');
  if (file === undefined) throw new Error('no file');
  return { context: { snapshot, facts: noFacts, settings: defaultSettings }, file };
}

const mappingIn = ({ content }: WorkspaceFile): MappingDocument | undefined =>
  content.type === 'mapping' ? content.mapping : undefined;

const isTemplate = (mapping: MappingDocument, { line }: Refusal) =>
  mapping.lines.at(line)?.isTemplate === true;

/** Expects of a file that an editor finds what a copy refuses, with the same words at the same places. */
function expectAgreement(file: WorkspaceFile, context: AnalysisContext): number {
  const mapping = mappingIn(file);
  if (mapping === undefined) return 0;
  const refusals = mappingRefusals(mapping);
  const findings = analyze(file, context);
  const dialect = findings.filter(({ code }) => code === 'mapping/dialect');
  if (dialect.length > 0) {
    // What another tool wrote for itself is refused by a copy, and no error of its author.
    const told = new Set(
      findings
        .filter(({ code }) => code === 'mapping/dialect' || codes.has(code))
        .map(({ range }) => range.start.line),
    );
    for (const { line, message } of refusals)
      expect(told, `${file.path}:${line + 1}: ${message}`).toContain(line);
    return refusals.length;
  }
  const found = findings
    // What `oc` alone refuses is information: nothing is wrong with it here.
    .filter(({ code, severity }) => codes.has(code) && severity === 'error')
    .map(
      ({ code, range, message }) =>
        `${range.start.line}:${range.start.character}-${range.end.character} ${code} ${message}`,
    );
  const refused = refusals
    // No rule finds anything in what is filled in later; it cannot be copied before.
    .filter((refusal) => !isTemplate(mapping, refusal))
    .map(({ code, line, span, message }) => `${line}:${span.start}-${span.end} ${code} ${message}`);
  expect(found.sort(), file.path).toEqual(refused.sort());
  return refused.length;
}

describe('what a copy refuses is what an editor finds', () => {
  const table: [string, string, string[]][] = [
    ['a good line', 'quay.io/a:v1=r.test/a:v1', []],
    ['no destination', 'quay.io/a:v1', ['0 mapping/syntax']],
    ['upper case', 'quay.io/A:v1=r.test/a:v1', ['0 mapping/syntax']],
    ['blanks round the sign', 'quay.io/a:v1 = r.test/a:v1', ['0 mapping/syntax']],
    ['a port that is none', 'quay.io/a:v1=r.test:70000/a:v1', ['0 mapping/syntax']],
    ['an address that is none', '1.2.3.999/a:v1 r.test/a:v1 r.test/b:v1', ['0 mapping/syntax']],
    [
      'docker:// on a few lines',
      'docker://quay.io/a:v1=r.test/a:v1\nquay.io/b:v1=r.test/b:v1\nquay.io/c:v1=r.test/c:v1',
      ['0 mapping/syntax'],
    ],
    ['too short for s3', 'quay.io/a:v1=s3://h/a:v1', ['0 mapping/syntax']],
    ['all tags into one', 'quay.io/a=r.test/a:v1', ['0 mapping/syntax']],
    ['a digest', `quay.io/a@${zeros}=r.test/a@${zeros}`, ['0 mapping/destination-digest']],
    ['another digest', `quay.io/a@${zeros}=r.test/a@${ones}`, ['0 mapping/destination-digest']],
    [
      'one destination three times',
      'quay.io/a:v1=file://x/a:v1\nquay.io/b:v1=file:///x/a\n\nquay.io/c:v1 file://x/a',
      ['1 mapping/duplicate-destination', '3 mapping/duplicate-destination'],
    ],
    [
      'one destination twice on a line',
      'quay.io/a:v1 r.test/a:v1 r.test/a',
      ['0 mapping/duplicate-destination'],
    ],
    [
      'several things in one line',
      `quay.io/a:v1=r.test/a:v1\nquay.io/b@${zeros} r.test/b@${zeros} r.test/b@${zeros} # and so on`,
      ['1 mapping/destination-digest', '1 mapping/duplicate-destination', '1 mapping/destination-digest'],
    ],
  ];
  it.each(table)('%s', (_, text, expected) => {
    const { context, file } = contextOf(text);
    const mapping = mappingIn(file);
    if (mapping === undefined) throw new Error('no mapping');
    expect(mappingRefusals(mapping).map(({ line, code }) => `${line} ${code}`)).toEqual(expected);
    expectAgreement(file, context);
  });

  it('in every fixture of the rules', () => {
    const root = join(import.meta.dirname, '../../fixtures/rules/mapping');
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.txt'),
    );
    let refusals = 0;
    for (const name of names) {
      const { context } = readFixture(join(root, name));
      for (const file of context.snapshot.files.values()) refusals += expectAgreement(file, context);
    }
    expect(refusals).toBeGreaterThan(30);
  });

  it('in every mapping.txt of real runs', () => {
    let refusals = 0;
    for (const scenario of scenarios) {
      for (const path of filesOf(scenario, 'mapping.txt')) {
        const { context, file } = contextOf(textOf(scenario, path));
        refusals += expectAgreement(file, context);
      }
    }
    expect(refusals).toBeGreaterThan(10);
  });

  it('and a template, which no rule judges, is not copied with a line left out', () => {
    const { context, file } = contextOf('quay.io/a:v1=r.test/a:v1\n  {{ registry }}/b:v1=r.test/b:v1\n');
    const mapping = mappingIn(file);
    if (mapping === undefined) throw new Error('no mapping');
    expect(mappingRefusals(mapping)).toEqual([
      {
        code: 'mapping/syntax',
        line: 1,
        span: { start: 2, end: 33 },
        message: expect.stringContaining('is a template: fill it in first'),
      },
    ]);
    expect(analyze(file, context).filter(({ code }) => codes.has(code))).toEqual([]);
  });
});
