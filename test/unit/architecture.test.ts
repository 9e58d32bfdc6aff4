import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, relative } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** "The house" of the design: each room of server/src with the rooms that it may import. */
const everything = [
  'base',
  'disk',
  'documents',
  'log',
  'pulls',
  'workspace',
  'rules',
  'features',
  'content',
  'registry',
  'stores',
  'database',
];
const house: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  base: [],
  disk: ['base'],
  documents: ['base'],
  log: ['base', 'documents'],
  pulls: ['base', 'documents'],
  workspace: ['base', 'documents', 'log', 'pulls'],
  rules: ['base', 'documents', 'log', 'pulls', 'workspace'],
  features: ['base', 'documents', 'log', 'pulls', 'workspace', 'rules'],
  content: ['base'],
  registry: ['base', 'disk', 'documents', 'content'],
  stores: ['base', 'disk', 'documents', 'content', 'registry'],
  database: ['base', 'documents'],
  catalog: ['base', 'documents', 'stores', 'database'],
  mirror: ['base', 'documents', 'content', 'pulls', 'workspace', 'stores', 'catalog'],
  lookup: ['base', 'documents', 'content', 'workspace', 'stores', 'catalog', 'database'],
  files: ['base', 'disk', 'documents', 'workspace'],
  cluster: ['base', 'documents', 'log', 'pulls', 'workspace'],
  lsp: [...everything, 'catalog', 'lookup', 'files', 'protocol'],
  cli: [
    'protocol',
    ...everything.filter((room) => room !== 'features'),
    'catalog',
    'mirror',
    'lookup',
    'files',
    'cluster',
  ],
  main: ['lsp'],
};

/** Rooms that do no I/O, with the packages that they may use: pure ones, that need nothing of Node. */
const pureRooms = new Set([
  'protocol',
  'base',
  'documents',
  'log',
  'pulls',
  'workspace',
  'rules',
  'features',
]);
const purePackages = new Set(['yaml', 'zod', 'semver', 'smol-toml']);

/** Rooms that programs without an editor use too. */
const roomsWithoutEditor = new Set(['content', 'registry', 'stores', 'catalog', 'mirror']);

const source = join(import.meta.dirname, '../..');

interface Import {
  /** The file that imports, below the root, with `/`. */
  readonly from: string;
  /** What it imports: a file below the root, or the name of a package. */
  readonly to: string;
  readonly external: boolean;
}

let imports: Import[];
beforeAll(async () => {
  imports = await importsOf(source, [...filesBelow('server/src'), ...filesBelow('client/src')]);
});

describe('the house', () => {
  it('is what the rooms import', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(problemsOf(imports)).toEqual([]);
  });

  it('has a place for every file', () => {
    const rooms = new Set(filesBelow('server/src').map(roomOf));
    expect([...rooms].filter((room) => room === undefined || house[room] === undefined)).toEqual([]);
  });

  it('holds each room to the whole list', () => {
    // A room that no longer exists would make the list above say more than is tested.
    expect(
      Object.values(house)
        .flat()
        .filter((room) => house[room] === undefined),
    ).toEqual([]);
  });
});

/** What opens, reads or writes the content of files. Only `disk` uses it: without it a pipe or a device is read as a file. */
const opening = [
  ...['open', 'readFile', 'writeFile', 'appendFile', 'copyFile', 'cp', 'rename', 'truncate'],
  ...['createReadStream', 'createWriteStream'],
].flatMap((name) => [name, `${name}Sync`]);

/** Who may all the same, and why. */
const mayOpen: Readonly<Record<string, readonly string[]>> = {
  // Moves a cache that is broken out of the way; what is in it, SQLite opens.
  'server/src/database/database.ts': ['renameSync'],
  // Writes a store file by file, each new and under a name of its own until it is whole.
  'server/src/stores/ocDirectoryFiles.ts': ['copyFile', 'open', 'rename', 'writeFile'],
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
      'client may not import server/src/rules/b.ts',
    ],
    [
      'the client from the server',
      edge('server/src/lsp/a.ts', 'client/src/b.ts'),
      'lsp may not import client/src/b.ts',
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
      'main may not import rules',
    ],
  ];

  it.each(cases)('is seen: %s', (_what, broken, problem) => {
    expect(problemsOf([broken]).join('\n')).toContain(problem);
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

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}

/** `rules` for `server/src/rules/mapping/syntax.ts`, `main` for `server/src/main.ts`. */
function roomOf(path: string): string | undefined {
  return /^server\/src\/([^/.]+)/.exec(path)?.[1];
}

function problemsOf(edges: readonly Import[]): string[] {
  const problems = edges.flatMap((one) => {
    const problem = one.from.startsWith('client/') ? clientProblem(one) : serverProblem(one);
    return problem === undefined ? [] : [`${one.from}: ${problem}`];
  });
  return [...new Set(problems)].sort();
}

function clientProblem({ to, external }: Import): string | undefined {
  const fine = external || to.startsWith('client/src/') || to === 'server/src/protocol.ts';
  return fine ? undefined : `client may not import ${to}`;
}

function serverProblem({ from, to, external }: Import): string | undefined {
  const room = roomOf(from) ?? '';
  const allowed = house[room];
  if (allowed === undefined) return `${room} is no room`;
  if (external) {
    if (pureRooms.has(room) && !purePackages.has(to)) return `${room} may not use ${to}`;
    const editor = roomsWithoutEditor.has(room) && /^vscode/.test(to);
    return editor ? `${room} may not use ${to}` : undefined;
  }
  const target = roomOf(to);
  if (target === undefined) return `${room} may not import ${to}`;
  return target === room || allowed.includes(target) ? undefined : `${room} may not import ${target}`;
}

/**
 * All imports of some files. esbuild finds those that are left at run time, dynamic ones too; it drops imports of
 * types alone, and those bind rooms together as well.
 */
async function importsOf(root: string, files: readonly string[]): Promise<Import[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: files.map((file) => `import './${file}';`).join('\n'), resolveDir: root },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    logLevel: 'silent',
  });
  return files.flatMap((from) => {
    const runtime = metafile.inputs[from]?.imports ?? [];
    const types = typeImports(readFileSync(join(root, from), 'utf8')).map((specifier) =>
      specifier.startsWith('.')
        ? edge(from, slashes(normalize(join(dirname(from), specifier))))
        : edge(from, specifier, true),
    );
    return [...runtime.map(({ path, external }) => edge(from, path, external === true)), ...types];
  });
}

function typeImports(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export) type\b[^;'"]*? from ['"]([^'"]+)['"]/gm);
  const expressions = text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g);
  return [...statements, ...expressions].map(([, specifier = '']) => specifier);
}
