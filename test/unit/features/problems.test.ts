import { expect, it } from 'vitest';
import { problemsOf } from '../../../server/src/features/problems.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { setOf } from '../../support/mirrorSets.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const text = [
  ...['1', '2', '3'].map((digit) => `quay.io/ns/app@${digest(digit)}=reg.example.com/m/app`),
  `quay.io/ns/other@${digest('4')}=reg.example.com/m/other`,
].join('\n');
const snapshot = new Snapshot()
  .with('m/mapping.txt', parseText(text, 'mapping'))
  .with('m/idms.yaml', parseText(setOf('IDMS', 'quay.io/else/where <- reg.example.com/m/where'), 'yaml'));
const context = { snapshot, settings: defaultSettings, facts: noFacts };
const file = snapshot.files.get('m/mapping.txt');
if (file === undefined) throw new Error('there is no mapping.txt');
const findings = analyze(file, context).filter(({ code }) => code === 'mapping/not-mirrored');
const linesOf = (list: readonly { readonly range: { readonly start: { readonly line: number } } }[]) =>
  list.map(({ range }) => range.start.line);

it('says once what several lines say, with their number and the other places', () => {
  const problems = problemsOf(findings);
  expect(linesOf(problems)).toEqual([0, 3]);
  expect(problems.map(({ others }) => linesOf(others))).toEqual([[1, 2], []]);
  expect(problems[0]?.message).toMatch(/^quay\.io\/ns\/app .*\b3\b/);
  expect(problems[1]?.message).toBe(findings[3]?.message);
});

it('leaves every line its fixes', () => {
  expect(linesOf(findings)).toEqual([0, 1, 2, 3]);
  for (const finding of findings) {
    const titles = fixesOf(finding, file, context).map(({ title }) => title);
    expect(titles.some((title) => title.includes('idms.yaml'))).toBe(true);
  }
});

it('keeps together only what is of one rule and has the same next step', () => {
  const all = analyze(file, context);
  const problems = problemsOf(all);
  const told = problems.flatMap((problem) => [problem, ...problem.others]);
  expect(told).toHaveLength(all.length);
  for (const { code, others } of problems) expect(others.every((other) => other.code === code)).toBe(true);
});

it('says of the tags of one repository once what they all need, and of another by itself', () => {
  const tags = [
    ...['1', '2', '3'].map((tag) => `quay.io/ns/app:${tag}=reg.example.com/m/app:${tag}`),
    'quay.io/ns/other:1=reg.example.com/m/other:1',
  ].join('\n');
  const byTag = new Snapshot().with('m/mapping.txt', parseText(tags, 'mapping'));
  const [mapping] = byTag.files.values();
  if (mapping === undefined) throw new Error('there is no mapping.txt');
  const found = analyze(mapping, { ...context, snapshot: byTag });
  const [first, second, ...more] = problemsOf(found.filter(({ code }) => code === 'mapping/tag-only'));
  expect(more).toEqual([]);
  expect(first?.message).toMatch(/^quay\.io\/ns\/app is copied by tag in 3 lines: /);
  expect(linesOf(first?.others ?? [])).toEqual([1, 2]);
  expect(second?.message).toMatch(/^quay\.io\/ns\/other:1 is copied by tag: /);
});
