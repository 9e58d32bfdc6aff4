import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundledPackages, thirdPartyNotices } from '../../../scripts/lib/notices.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-notices-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function install(name: string, manifest: object, files: Readonly<Record<string, string>>): string {
  const path = join('node_modules', name);
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, path, file), text);
  return path;
}

it('finds the packages that are in a bundle, nested ones among them', () => {
  const files = [
    'server/src/main.ts',
    'node_modules/yaml/dist/index.js',
    'node_modules/yaml/dist/parse.js',
    'node_modules/@scope/a/index.js',
    'node_modules/@scope/a/node_modules/b/lib/index.js',
    'addon:../prebuilds/linux-x64.node',
  ];
  const inputs = Object.fromEntries(files.map((file) => [file, {}]));
  expect([...bundledPackages({ inputs })]).toEqual([
    'node_modules/yaml',
    'node_modules/@scope/a',
    'node_modules/@scope/a/node_modules/b',
  ]);
});

it('says of each what its licence says, once and in order', () => {
  const folders = [
    install('b', { license: 'ISC' }, { 'license.txt': 'Be free.\r\nAlways.\r\n' }),
    install('a', { license: 'MIT' }, { 'LICENCE.md': 'Do what you like.\n' }),
    install('nested', { name: 'a', license: 'MIT' }, { COPYING: 'Do what you like.' }),
  ];
  const line = '='.repeat(80);
  expect(thirdPartyNotices(folders, folder)).toBe(
    `Operator Mirror contains the following works of others.

${line}
a 1.2.3 (MIT)

Do what you like.

${line}
b 1.2.3 (ISC)

Be free.
Always.
`,
  );
});

it.each([
  ['no licence in its manifest', {}, { LICENSE: 'MIT' }],
  ['no file with it', { license: 'MIT' }, { 'README.md': 'MIT' }],
])('fails where a package is bundled that has %s', (_, manifest, files) => {
  const path = install('secret', manifest, files);
  expect(() => thirdPartyNotices([path], folder)).toThrow(
    'secret 1.2.3 is bundled and says nothing of its licence',
  );
});
