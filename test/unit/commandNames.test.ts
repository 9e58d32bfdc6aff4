import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../server/src/cli/main.ts';

const root = join(import.meta.dirname, '../..');
const names = new Set([...commands.map(({ name }) => name), 'help', 'COMMAND']);
/** Prose about the program itself, file by file: here the word behind its name is no command. */
const prose: ReadonlySet<string> = new Set([
  'server/src/mirror/copy/sides.ts: itself',
  'l10n/messages.zh-cn.json: itself',
  'scripts/lib/images.mjs: examples',
]);

/** What people read: sources, pages, the manifest and the examples. */
function textFiles(): string[] {
  const folders = ['server/src', 'client/src', 'scripts', 'docs', 'l10n', 'examples', 'media'];
  const within = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|mjs|md|txt|ya?ml|json|sh)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return [...within, 'README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'package.json', 'package.nls.json'];
}

/** The words that stand behind the name of the program, also where a line ends between the two. */
function wordsBehind(text: string): string[] {
  return [...text.matchAll(/(?<![\w/.-])operator-mirror[ \n]+(?:\/\/ |\* )?([a-z][\w-]*)/g)].flatMap(
    ([, word]) => word ?? [],
  );
}

describe('a command of operator-mirror that a text names', () => {
  const named = textFiles().flatMap((file) =>
    wordsBehind(readFileSync(join(root, file), 'utf8')).map(
      (word) => `${file.replaceAll('\\', '/')}: ${word}`,
    ),
  );

  it('is one that there is', () => {
    const unknown = named.filter((place) => !prose.has(place) && !names.has(place.split(': ')[1] ?? ''));
    expect(unknown).toEqual([]);
  });

  it('is found in sources, pages and the README', () => {
    for (const place of [
      'server/src/log/contentReasons.ts: copy',
      'docs/rules/mapping/missing-image.md: copy',
      'README.md: check',
    ])
      expect(named).toContain(place);
  });
});
