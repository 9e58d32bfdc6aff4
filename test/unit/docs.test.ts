import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { commands as cliCommands } from '../../server/src/cli/main.ts';
import { rulePage, rulesTable } from '../../server/src/rules/documentation.ts';
import { rules } from '../../server/src/rules/index.ts';

const root = join(import.meta.dirname, '../..');
const pages = join(root, 'docs/rules');
const codes = [...new Set(rules.map(({ code }) => code))];

/** With UPDATE=1 the file is written instead of compared. */
function expectFile(path: string, content: string): void {
  if (process.env.UPDATE === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  expect(
    existsSync(path) ? readFileSync(path, 'utf8') : '',
    `${path} is made from the source: run the tests with UPDATE=1`,
  ).toBe(content);
}

it.each(codes)('docs/rules/%s.md is made from the rule', (code) => {
  const rule = rules.find((candidate) => candidate.code === code);
  if (rule === undefined) throw new Error(code);
  expectFile(join(pages, `${code}.md`), rulePage(rule));
});

it('lists all rules in docs/rules/README.md, and has no page without a rule', () => {
  expectFile(join(pages, 'README.md'), rulesTable());
  const found = readdirSync(pages, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name).slice(pages.length + 1, -'.md'.length));
  expect(found.sort()).toEqual([...codes].sort());
});

it('names every command of the command line in the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  for (const { name } of cliCommands) expect(readme).toContain(`operator-mirror ${name}`);
});

it('has no link in the documentation that leads nowhere', () => {
  const files = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'docs/rules/README.md',
    'examples/README.md',
  ];
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target)) continue;
      expect(existsSync(join(root, dirname(file), target)), `${file} → ${target}`).toBe(true);
    }
  }
});
