import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import {
  contextFolder,
  findContext,
  findFiles,
  typeByChoice,
  typeByName,
} from '../../../server/src/files/find.ts';
import { isRecognised, parseText } from '../../../server/src/files/load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-find-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
}

async function found(path = '.'): Promise<string[]> {
  return (await findFiles(join(folder, path))).map((file) => `${file.type} ${relative(folder, file.path)}`);
}

describe('the type of a file', () => {
  it.each([
    ['mapping.txt', 'mapping', 'mapping'],
    ['a/b/mapping.txt', 'mapping', 'mapping'],
    ['my-mapping.txt', 'mapping', 'mapping'],
    ['mymapping.txt', undefined, 'mapping'],
    ['notes.txt', undefined, 'mapping'],
    ['NOTES.TXT', undefined, 'mapping'],
    ['a.yaml', 'yaml', 'yaml'],
    ['a.yml', 'yaml', 'yaml'],
    ['A.YAML', 'yaml', 'yaml'],
    ['a.json', 'yaml', 'yaml'],
    ['a', undefined, 'yaml'],
  ])('%s: %s by its name, %s when it is named', (path, byName, byChoice) => {
    expect(typeByName(path)).toBe(byName);
    expect(typeByChoice(path)).toBe(byChoice);
  });
});

describe('files below a folder', () => {
  it('are those that may be ours by their names, sorted', async () => {
    write('b/mapping.txt', 'a.yml', 'a/x.yaml', 'notes.txt', 'a/image.tar', '.hidden/x.yaml');
    expect(await found()).toEqual([
      'yaml .hidden/x.yaml',
      'yaml a.yml',
      'yaml a/x.yaml',
      'mapping b/mapping.txt',
    ]);
  });

  it('are not looked for where nothing of ours is', async () => {
    write(
      'node_modules/a/x.yaml',
      '.git/x.yaml',
      'v2/a/b/blobs/x.yaml',
      'v2/a/b/manifests/x.yaml',
      'v2/a/b/x.yaml',
    );
    expect(await found()).toEqual(['yaml v2/a/b/x.yaml']);
  });

  it('are found in folders that are only named like parts of a store', async () => {
    write(
      'v2/manifests/x.yaml',
      'project/manifests/x.yaml',
      'project/blobs/x.yaml',
      'v2/blobs-and-more/blobs/x.yaml',
    );
    expect(await found()).toEqual([
      'yaml project/blobs/x.yaml',
      'yaml project/manifests/x.yaml',
      'yaml v2/blobs-and-more/blobs/x.yaml',
      'yaml v2/manifests/x.yaml',
    ]);
  });

  it('are found through links to files, but not to folders, so that a ring ends', async () => {
    write('real/x.yaml');
    symlinkSync('real/x.yaml', join(folder, 'link.yaml'));
    symlinkSync('..', join(folder, 'real/ring'));
    symlinkSync('nowhere', join(folder, 'broken.yaml'));
    expect(await found()).toEqual(['yaml link.yaml', 'yaml real/x.yaml']);
  });

  it('are one when a file is named, whatever its name', async () => {
    write('notes.txt');
    expect(await found('notes.txt')).toEqual(['mapping notes.txt']);
  });

  it('are an error for a person when there is nothing', async () => {
    await expect(findFiles(join(folder, 'none'))).rejects.toBeInstanceOf(UserError);
  });
});

describe('the context of a single file', () => {
  it.each([
    ['beside v2', ['x.yaml', 'v2/a'], '.'],
    ['beside the output of a run', ['x.yaml', 'manifests-index-1/mapping.txt'], '.'],
    ['in the output of an import', ['manifests-my/index-1/x.yaml', 'manifests-my-index-1/mapping.txt'], '.'],
    ['the nearest', ['manifests-a/b', 'run/manifests-b/index-1/x.yaml'], 'run'],
  ])('is the folder above it that holds a store or a run: %s', async (_what, paths, expected) => {
    write(...paths);
    const path = paths.find((candidate) => candidate.endsWith('x.yaml')) ?? '';
    expect(await contextFolder(join(folder, path))).toBe(join(folder, expected));
  });

  it('is not made by a file of such a name', async () => {
    write('x.yaml', 'v2', 'manifests-index.yaml');
    expect(await contextFolder(join(folder, 'x.yaml'))).not.toBe(folder);
  });

  it('is bounded in depth, because nobody named the folder', async () => {
    write('mapping.txt', '1/2/3/4/5/mapping.txt', '1/2/3/4/5/6/7/8/mapping.txt');
    const files = (await findContext(folder)).map(({ path }) => relative(folder, path));
    expect(files).toEqual(['1/2/3/4/5/mapping.txt', 'mapping.txt']);
  });
});

describe('a file that is read', () => {
  it.each([
    ['mapping', '', true],
    ['yaml', '', false],
    ['yaml', 'kind: ConfigMap\n', false],
    ['yaml', '# ImageContentSourcePolicy\nkind: ConfigMap\n', false],
    ['yaml', 'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\n', true],
    ['yaml', '\uFEFFapiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\n', true],
    ['yaml', 'apiVersion: example.com/v1\nkind: CatalogSource\n', false],
  ] as const)('%s %j is ours: %s', (type, text, ours) => {
    expect(isRecognised(parseText(text, type))).toBe(ours);
  });
});
