import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze, certainFixesOf, fixesOf } from '../../../server/src/rules/analysis.ts';
import { rules } from '../../../server/src/rules/index.ts';
import { sameFirstWords } from '../../support/firstWords.ts';
import { applyFix, findingsOf, goldenOf, readFixture, writeGolden } from '../../support/fixture.ts';

const root = join(import.meta.dirname, '../../fixtures/rules');
const codes = [...new Set(rules.map((rule) => rule.code))];

describe.each(codes)('%s', (code) => {
  const folder = join(root, code);
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

  it.each(names)('%s', (name) => {
    const fixture = readFixture(join(folder, name));
    const found = findingsOf(fixture);
    // One to one: the same findings at the same places, each with the words that the fixture asks for.
    const matched = found.map(({ fixes, ...finding }) => {
      const wanted = fixture.expected.find(
        ({ path, at, code: wantedCode, severity }) =>
          path === finding.path &&
          at === finding.at &&
          wantedCode === finding.code &&
          severity === finding.severity,
      );
      return wanted !== undefined && finding.message.includes(wanted.message) ? wanted : finding;
    });
    expect(sorted(matched)).toEqual(sorted(fixture.expected));
    expect(sameFirstWords(found)).toEqual([]);

    for (const { title, path, other, part } of fixture.fixes) {
      const after = applyFix(fixture, title, path, other);
      if (process.env.UPDATE === '1') writeGolden(fixture, part, after);
      else expect(after, part).toBe(goldenOf(fixture, part));
    }
  });

  it('has the certain ones among its fixes, whether they are asked for alone or not', () => {
    for (const name of names) {
      const { context } = readFixture(join(folder, name));
      for (const file of context.snapshot.files.values()) {
        for (const finding of analyze(file, context)) {
          const certain = fixesOf(finding, file, context).filter(({ preferred }) => preferred);
          const alone = certainFixesOf(finding, file, context);
          expect(alone.map(({ title }) => title)).toEqual(certain.map(({ title }) => title));
        }
      }
    }
  });

  it('is seen by a fixture of its own', () => {
    const seen = names.flatMap((name) =>
      readFixture(join(folder, name)).expected.map((expectation) => expectation.code),
    );
    expect(seen).toContain(code);
  });
});

function sorted(findings: readonly { path: string; at: string; code: string }[]) {
  return [...findings].sort((a, b) =>
    `${a.path} ${a.at} ${a.code}`.localeCompare(`${b.path} ${b.at} ${b.code}`),
  );
}
