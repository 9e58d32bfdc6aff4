/** The rooms of the source as ARCHITECTURE.md has them, and what the source makes of them. */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { build } from 'esbuild';

/** By the name of a room: the rooms that it may import besides itself. */
export type House = ReadonlyMap<string, ReadonlySet<string>>;

export interface Import {
  /** The file that imports, below the root, with `/`. */
  readonly from: string;
  /** What it imports: a file below the root, or the name of a package. */
  readonly to: string;
  readonly external: boolean;
}

/** The source of the client is a room in a folder of its own. */
export const clientRoom = 'client/src';

/**
 * Reads the table under the heading "Rooms": `| room | what is in it | imports |`. What a row lets a room import is a list
 * of rooms, or all rows above it, with exceptions. What cannot be understood is a problem, and allows nothing.
 */
export function readHouse(markdown: string): { house: House; problems: string[] } {
  const house = new Map<string, ReadonlySet<string>>();
  const problems: string[] = [];
  const section = markdown.split(/^## /m).find((part) => part.startsWith('Rooms\n')) ?? '';
  for (const row of section.matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \|$/gm)) {
    const [, room = '', list = ''] = row;
    const above = [...house.keys()];
    const [, exceptions] = /^all above(?: but (.+))?$/.exec(list) ?? [undefined, undefined];
    const named = (exceptions ?? (list === '–' || list === 'all above' ? '' : list))
      .split(', ')
      .filter(Boolean);
    const isAll = list.startsWith('all above');
    for (const name of named)
      if (!above.includes(name)) problems.push(`${room} has ${name}, which no row above it names`);
    if (house.has(room)) problems.push(`${room} has two rows`);
    house.set(room, new Set(isAll ? above.filter((name) => !named.includes(name)) : named));
  }
  return { house, problems };
}

/** @param present the folders and files of `server/src`, and that of the client */
export function differences(house: House, present: readonly string[]): string[] {
  return [
    ...[...house.keys()]
      .filter((room) => !present.includes(room))
      .map((room) => `the table names ${room}, which is not there`),
    ...present.filter((name) => !house.has(name)).map((name) => `${name} has no row in the table`),
  ];
}

/** `rules` for `server/src/rules/mapping/syntax.ts`, `main.ts` for `server/src/main.ts`. */
export function roomOf(path: string): string | undefined {
  return path.startsWith(`${clientRoom}/`) ? clientRoom : /^server\/src\/([^/]+)/.exec(path)?.[1];
}

/** The files that import each other in a circle, each circle as one text. */
export function circlesIn(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to, external } of imports)
    if (!external) targets.set(from, [...(targets.get(from) ?? []), to]);
  const circles = new Map<string, string>();
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at !== -1) {
      const circle = trail.slice(at);
      circles.set(circle.toSorted().join(' '), [...circle, file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const target of targets.get(file) ?? []) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of targets.keys()) walk(file, []);
  return [...circles.values()];
}

/**
 * All imports of some files. esbuild finds those that are left at run time, dynamic ones too; it drops imports of
 * types alone, and those bind rooms together as well.
 */
export async function importsOf(root: string, files: readonly string[]): Promise<Import[]> {
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
        ? { from, to: slashes(normalize(join(dirname(from), specifier))), external: false }
        : { from, to: specifier, external: true },
    );
    return [
      ...runtime.map(({ path, external }) => ({ from, to: path, external: external === true })),
      ...types,
    ];
  });
}

function typeImports(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export) type\b[^;'"]*? from ['"]([^'"]+)['"]/gm);
  const expressions = text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g);
  return [...statements, ...expressions].map(([, specifier = '']) => specifier);
}

export function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
