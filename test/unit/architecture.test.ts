import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  circlesIn,
  clientRoom,
  differences,
  type Import,
  importsOf,
  readHouse,
  roomOf,
  slashes,
} from '../support/house.ts';

/** Rooms that do no I/O, with the packages that they may use: pure ones, that need nothing of Node. */
const pureRooms = new Set([
  'protocol',
  'base',
  'documents',
  'log',
  'runs',
  'catalog',
  'pulls',
  'workspace',
  'rules',
  'features',
]);
const purePackages = new Set(['yaml', 'zod', 'semver', 'smol-toml', 'js-yaml', 'get-east-asian-width']);

/** Rooms that programs without an editor use too. */
const roomsWithoutEditor = new Set(['content', 'registry', 'stores', 'indexImages', 'mirror']);

const source = join(import.meta.dirname, '../..');

let imports: Import[];
beforeAll(async () => {
  imports = await importsOf(source, [...filesBelow('server/src'), ...filesBelow('client/src')]);
});

const { house, problems: tableProblems } = readHouse(readFileSync(join(source, 'ARCHITECTURE.md'), 'utf8'));

/** What has to have a row. */
const present = [...readdirSync(join(source, 'server/src')), clientRoom];

describe('the house', () => {
  it('is a table that says what it means', () => {
    expect(tableProblems).toEqual([]);
    expect(house.size).toBeGreaterThan(15);
  });

  it('is what the rooms import', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(problemsOf(imports)).toEqual([]);
  });

  it('has a row for whatever is there, and nothing else', () => {
    expect(differences(house, present)).toEqual([]);
    const named = [...pureRooms, ...roomsWithoutEditor];
    expect(named.filter((room) => !house.has(room))).toEqual([]);
  });

  it('has no file that imports itself in a circle', () => {
    expect(circlesIn(imports)).toEqual([]);
  });
});

/** What opens, reads or writes the content of files. Only `disk` uses it: without it a pipe or a device is read as a file. */
const opening = [
  ...['open', 'readFile', 'writeFile', 'appendFile', 'copyFile', 'cp', 'rename', 'truncate'],
  ...['createReadStream', 'createWriteStream'],
].flatMap((name) => [name, `${name}Sync`]);

/** Who may all the same, and why. */
const mayOpen: Readonly<Record<string, readonly string[]>> = {
  // Reads a file of the program itself, as `require` does, before anything is said.
  'server/src/access/translation.ts': ['readFileSync'],
  // Moves a cache that is broken out of the way; what is in it, SQLite opens.
  'server/src/database/database.ts': ['renameSync'],
  // Writes what the system's loader opens by its path, into a folder that it has just made.
  'server/src/executable/sqliteAddon.ts': ['writeFileSync'],
  // Writes a store file by file, each new and under a name of its own until it is whole.
  'server/src/stores/storeFiles.ts': ['copyFile', 'open', 'rename', 'writeFile'],
};

describe('files', () => {
  it('are opened in one room, which refuses pipes, devices, links that lead out, and more than a bound', () => {
    const used = filesBelow('server/src').flatMap((path) => {
      if (roomOf(path) === 'disk') return [];
      const names = importedFromFs(readFileSync(join(source, path), 'utf8'));
      const wrong = names.filter((name) => opening.includes(name) && !mayOpen[path]?.includes(name));
      return wrong.map((name) => `${path}: ${name}`);
    });
    expect(used).toEqual([]);
  });

  it.each([
    ["import { readFile } from 'node:fs/promises';", ['readFile']],
    ["import { type FileHandle, open as o } from 'node:fs/promises';", ['open']],
    ["import {\n  stat,\n  createReadStream,\n} from 'fs';", ['createReadStream']],
    ["import * as fs from 'node:fs';", ['open']],
    ["import fs from 'node:fs';", ['open']],
    ["const fs = await import('node:fs');", ['open']],
    ["import { stat } from 'node:fs';", []],
  ])('are seen to be opened: %s', (text, expected) => {
    const seen = importedFromFs(text).filter((name) => opening.includes(name));
    expect(seen).toEqual(expected);
  });
});

/** The names that a file imports from Node's file system; `open` stands for all of them at once. */
function importedFromFs(text: string): string[] {
  const whole =
    /(?:import\(|require\(|(?:\* as \w+|import \w+) from )['"](?:node:)?fs(?:\/promises)?['"]/.test(text);
  const lists = text.matchAll(/import \{([^}]*)\} from ['"](?:node:)?fs(?:\/promises)?['"]/g);
  const names = [...lists].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.trim().split(' ')[0] ?? ''),
  );
  return whole ? ['open', ...names] : names;
}

describe('a house that is not in order', () => {
  const cases: [what: string, broken: Import, problem: string][] = [
    [
      'a room above',
      edge('server/src/base/a.ts', 'server/src/documents/b.ts'),
      'base may not import documents',
    ],
    [
      'the command line from the server',
      edge('server/src/lsp/a.ts', 'server/src/cli/b.ts'),
      'lsp may not import cli',
    ],
    [
      'the mirror from the server',
      edge('server/src/lsp/a.ts', 'server/src/mirror/b.ts'),
      'lsp may not import mirror',
    ],
    [
      'a registry from a rule',
      edge('server/src/rules/x/a.ts', 'server/src/registry/b.ts'),
      'rules may not import registry',
    ],
    ['Node in a pure room', edge('server/src/rules/a.ts', 'node:fs', true), 'rules may not use node:fs'],
    [
      'Node by its old name',
      edge('server/src/documents/a.ts', 'fs/promises', true),
      'documents may not use fs/promises',
    ],
    [
      'a package in a pure room',
      edge('server/src/features/a.ts', 'undici', true),
      'features may not use undici',
    ],
    [
      'LSP types in the registry',
      edge('server/src/registry/a.ts', 'vscode-languageserver/node', true),
      'registry may not use vscode-languageserver',
    ],
    [
      'LSP types in the stores',
      edge('server/src/stores/a.ts', 'vscode-languageserver-textdocument', true),
      'stores may not use vscode-languageserver',
    ],
    [
      'the server from the client',
      edge('client/src/a.ts', 'server/src/rules/b.ts'),
      'client/src may not import rules',
    ],
    [
      'the client from the server',
      edge('server/src/lsp/a.ts', 'client/src/b.ts'),
      'lsp may not import client/src',
    ],
    [
      'a test from a room',
      edge('server/src/base/a.ts', 'test/support/b.ts'),
      'base may not import test/support/b.ts',
    ],
    ['a room that nobody knows', edge('server/src/attic/a.ts', 'server/src/base/b.ts'), 'attic is no room'],
    [
      'the other way into the server',
      edge('server/src/main.ts', 'server/src/rules/b.ts'),
      'main.ts may not import rules',
    ],
  ];

  it.each(cases)('is seen: %s', (_what, broken, problem) => {
    expect(problemsOf([broken]).join('\n')).toContain(problem);
  });

  it.each<[what: string, edges: Import[], circle: string]>([
    [
      'of two files',
      [
        edge('server/src/base/a.ts', 'server/src/base/b.ts'),
        edge('server/src/base/b.ts', 'server/src/base/a.ts'),
      ],
      'server/src/base/a.ts → server/src/base/b.ts → server/src/base/a.ts',
    ],
    [
      'behind a file that is in none',
      [
        edge('a.ts', 'b.ts'),
        edge('b.ts', 'c.ts'),
        edge('c.ts', 'd.ts'),
        edge('d.ts', 'b.ts'),
        edge('a.ts', 'd.ts'),
      ],
      'b.ts → c.ts → d.ts → b.ts',
    ],
    ['of a file with itself', [edge('a.ts', 'a.ts')], 'a.ts → a.ts'],
  ])('is seen: a circle %s', (_what, edges, circle) => {
    expect(circlesIn(edges)).toEqual([circle]);
  });

  it('is no circle where two ways lead to one file', () => {
    expect(circlesIn([edge('a.ts', 'b.ts'), edge('a.ts', 'c.ts'), edge('b.ts', 'c.ts')])).toEqual([]);
  });

  const table = (...rows: string[]) =>
    readHouse(
      `# A\n\n## Rooms\n\n| room | what | imports |\n| --- | --- | --- |\n${rows.join('\n')}\n\n## B\n`,
    );

  it('is seen: a room in the table that is not there, and one that is there without a row', () => {
    const { house: made } = table('| `base` | x | – |', '| `attic` | y | base |');
    expect(differences(made, ['base', 'cellar'])).toEqual([
      'the table names attic, which is not there',
      'cellar has no row in the table',
    ]);
  });

  it('is seen: a row that lets import what no row above it names', () => {
    expect(table('| `base` | x | documents |', '| `documents` | y | – |').problems).toEqual([
      'base has documents, which no row above it names',
    ]);
    expect(table('| `base` | x | – |', '| `lsp` | y | all above but attic |').problems).toEqual([
      'lsp has attic, which no row above it names',
    ]);
  });

  it('reads lists and exceptions', () => {
    const { house: made, problems } = table(
      '| `base` | x | – |',
      '| `documents` | x | base |',
      '| `mirror` | x | base, documents |',
      '| `lsp` | x | all above but mirror |',
      '| `cli` | x | all above |',
    );
    expect(problems).toEqual([]);
    expect([...made].map(([room, allowed]) => `${room}: ${[...allowed].join(' ')}`)).toEqual([
      'base: ',
      'documents: base',
      'mirror: base documents',
      'lsp: base documents',
      'cli: base documents mirror lsp',
    ]);
  });

  it('is seen in files, types and dynamic imports included', async () => {
    const root = mkdtempSync(join(tmpdir(), 'operator-mirror-house-'));
    const files = {
      'server/src/base/a.ts':
        "import type { B } from '../rules/b.ts';\nexport const a = (b: B) => [b, import('node:fs')];",
      'server/src/rules/b.ts': "export { x } from './c.ts';\nexport interface B {\n  b: number;\n}",
      'server/src/rules/c.ts': "import x, {\n  type Y,\n} from 'undici';\nexport { x };\nexport type Z = Y;",
    };
    try {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(root, dirname(path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      expect(problemsOf(await importsOf(root, Object.keys(files)))).toEqual([
        'server/src/base/a.ts: base may not import rules',
        'server/src/base/a.ts: base may not use node:fs',
        'server/src/rules/c.ts: rules may not use undici',
      ]);
      // A circle of types is one as well.
      writeFileSync(
        join(root, 'server/src/rules/c.ts'),
        "import type { B } from './b.ts';\nexport type Z = B;",
      );
      expect(circlesIn(await importsOf(root, Object.keys(files)))).toEqual([
        'server/src/rules/b.ts → server/src/rules/c.ts → server/src/rules/b.ts',
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

function edge(from: string, to: string, external = false): Import {
  return { from, to, external };
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(source, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => slashes(relative(source, join(entry.parentPath, entry.name))))
    .sort();
}

function problemsOf(edges: readonly Import[]): string[] {
  const problems = edges.flatMap((one) => {
    const problem = problemOf(one);
    return problem === undefined ? [] : [`${one.from}: ${problem}`];
  });
  return [...new Set(problems)].sort();
}

function problemOf({ from, to, external }: Import): string | undefined {
  const room = roomOf(from) ?? '';
  const allowed = house.get(room);
  if (allowed === undefined) return `${room} is no room`;
  if (external) {
    if (pureRooms.has(room) && !purePackages.has(to)) return `${room} may not use ${to}`;
    const editor = roomsWithoutEditor.has(room) && /^vscode/.test(to);
    return editor ? `${room} may not use ${to}` : undefined;
  }
  const target = roomOf(to) ?? to;
  return target === room || allowed.has(target) ? undefined : `${room} may not import ${target}`;
}
