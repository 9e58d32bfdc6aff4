import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { commands as cliCommands } from '../../server/src/cli/main.ts';
import { rulePage, rulesTable } from '../../server/src/rules/documentation.ts';
import { rules } from '../../server/src/rules/index.ts';
import { inChinese } from '../support/inChinese.ts';
import { expectFile, withLink } from '../support/madeFile.ts';

const root = join(import.meta.dirname, '../..');
const pages = join(root, 'docs/rules');
const codes = [...new Set(rules.map(({ code }) => code))];

it.each(codes)('docs/rules/%s.md is made from the rule', (code) => {
  const rule = rules.find((candidate) => candidate.code === code);
  if (rule === undefined) throw new Error(code);
  expectFile(join(pages, `${code}.md`), withLink('简体中文', `../../zh-cn/rules/${code}.md`, rulePage(rule)));
});

it.each(codes)('docs/zh-cn/rules/%s.md is made from the rule and its text in Chinese', (code) => {
  const rule = rules.find((candidate) => candidate.code === code);
  if (rule === undefined) throw new Error(code);
  const text = readFileSync(join(root, 'l10n/rules.zh-cn', `${code}.md`), 'utf8');
  expectFile(
    join(root, 'docs/zh-cn/rules', `${code}.md`),
    withLink(
      'English',
      `../../../rules/${code}.md`,
      inChinese(() => rulePage(rule, text)),
    ),
  );
  expect(spansOf(text)).toEqual(expect.arrayContaining(spansOf(rule.documentation)));
  expect(blocksOf(text)).toBe(blocksOf(rule.documentation));
});

/** What stands in backticks, each once. */
function spansOf(text: string): string[] {
  return [...new Set(text.replaceAll(/^```.*?^```/gms, '').match(/`[^`]+`/g))].toSorted();
}

/** How many blocks of code there are, and how long each is. */
function blocksOf(text: string): string {
  return [...text.matchAll(/^```.*?^```/gms)].map(([block]) => block.split('\n').length).join(' ');
}

it('lists all rules in docs/rules/README.md, and has no page without a rule', () => {
  expectFile(join(pages, 'README.md'), withLink('简体中文', '../zh-cn/rules/README.md', rulesTable()));
  const found = readdirSync(pages, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name).slice(pages.length + 1, -'.md'.length));
  expect(found.sort()).toEqual([...codes].sort());
  expectFile(
    join(root, 'docs/zh-cn/rules/README.md'),
    withLink('English', '../../rules/README.md', inChinese(rulesTable)),
  );
});

it('names every command of the command line in the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  for (const { name } of cliCommands) expect(readme).toContain(`operator-mirror ${name}`);
});

/** All of `docs/zh-cn`. */
const chinesePages = readdirSync(join(root, 'docs/zh-cn'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => `docs/zh-cn/${path.replaceAll('\\', '/')}`);

it('has no link in the documentation that leads nowhere', () => {
  const files = [
    'README.md',
    'README.zh-CN.md',
    ...chinesePages,
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'docs/rules/README.md',
    'docs/editor.md',
    'docs/command-line.md',
    'docs/install.md',
    'docs/mirror.md',
    'docs/tools.md',
    'docs/neovim.md',
    'docs/ci.md',
    'docs/guides/operators-over-a-disk.md',
    'docs/guides/pod-does-not-start.md',
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

/** The pages that people read first: what they name must be in every clone. */
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
const folders = new Set(tracked.flatMap(foldersOf));
const pagesRead = tracked.filter((file) =>
  /^(?:README(?:\.zh-CN)?\.md|(?:docs|examples)\/.*\.md)$/.test(file),
);

function foldersOf(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

/** Words of code, whole lines of it taken apart; links; pictures. */
function wordsOfCode(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n(.*?)^```/gms)].flatMap(([, code = '']) => code.split(/\s+/));
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.split(/\s+/));
  const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => target);
  return [...blocks, ...spans, ...links];
}

/** What a word names in this repository: its path, or undefined for a word that names nothing here. */
function namedPath(page: string, word: string): string | undefined {
  if (!/^[\w.-]+(?:\/[\w.-]+)*\/?$/.test(word)) return undefined;
  const path = word.replace(/\/$/, '');
  const [top = ''] = path.split('/');
  if (path.includes('/')) return folders.has(top) ? path : undefined;
  // A page in a folder of examples speaks of the files there; elsewhere a name may be anybody's.
  const below = dirname(page);
  const isFile = /\.(?:log|txt|ya?ml|json)$/.test(path);
  const isExample = /^\d+-/.test(path);
  return below === 'examples' && (isFile || isExample) ? join(below, path) : undefined;
}

it.each(pagesRead)('%s names only files that every clone has', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const missing = wordsOfCode(text)
    .flatMap((word) => namedPath(page, word) ?? [])
    .map((path) => normalize(path))
    .filter((path) => !tracked.includes(path) && !folders.has(path) && !isSomewhereBelow(path));
  expect(missing).toEqual([]);
});

/** The example folders are named in one column of a table and their files in another. */
function isSomewhereBelow(path: string): boolean {
  const [top, ...rest] = path.split('/');
  if (top !== 'examples' || rest.length !== 1) return false;
  return tracked.some((file) => file.startsWith('examples/') && basename(file) === rest[0]);
}
