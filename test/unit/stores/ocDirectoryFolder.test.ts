import { mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreFolders, type StoreSearch } from '../../../server/src/stores/ocDirectoryFolder.ts';
import { temporaryFolder } from '../../support/fileStore.ts';
import { failure } from '../registry/harness.ts';

let root: string;
let now: number;
beforeEach(() => {
  root = realpathSync(temporaryFolder());
  now = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (...names: string[]) => join(root, ...names);
const folder = (...names: string[]) => {
  mkdirSync(at(...names), { recursive: true });
  return at(...names);
};
const folders = (search: Partial<StoreSearch> = {}) =>
  new StoreFolders({
    named: '',
    workspaceFolders: () => [at('work')],
    trusted: true,
    now: () => now,
    ...search,
  });

describe('the v2/ folder of a document', () => {
  it('is the nearest, beside it or above it', async () => {
    folder('work/v2');
    folder('work/one/v2');
    const deep = folder('work/one/manifests-x/y');
    const other = folder('work/two');
    expect(await folders().find(deep)).toBe(at('work/one'));
    expect(await folders().find(at('work/one'))).toBe(at('work/one'));
    expect(await folders().find(other)).toBe(at('work'));
  });

  it('may be above the workspace', async () => {
    folder('v2');
    expect(await folders().find(folder('work/one'))).toBe(root);
    expect(await folders({ workspaceFolders: () => [] }).find(folder('else/where'))).toBe(root);
  });

  it('is said to be missing, with the next step', async () => {
    const error = await failure(folders().find(folder('work/one')));
    expect(error.code).toBe('noStore');
    expect(error.line).toBe(
      `there is no v2/ folder in ${at('work/one')} or above it; name the folder that holds it in operatorMirror.files.folder`,
    );
    expect((await failure(folders().find(undefined))).message).toContain('a text that is on no disk');
  });

  it('is remembered for a moment', async () => {
    const search = folders();
    const start = folder('work/one');
    await failure(search.find(start));
    folder('work/v2');
    await failure(search.find(start));
    now += 2000;
    expect(await search.find(start)).toBe(at('work'));
  });
});

describe('a folder that somebody names', () => {
  it('is relative to the folder of the workspace that holds the document', async () => {
    folder('work/store/v2');
    folder('other/store/v2');
    folder('work/one/v2');
    const search = folders({ named: 'store', workspaceFolders: () => [at('work'), at('other')] });
    expect(await search.find(folder('work/one'))).toBe(at('work/store'));
    expect(await search.find(folder('other/deep'))).toBe(at('other/store'));
    expect(await search.find(folder('third'))).toBe(at('work/store'));
    expect(await search.find(undefined)).toBe(at('work/store'));
  });

  it('may be anywhere', async () => {
    folder('far/v2');
    expect(await folders({ named: at('far') }).find(folder('work'))).toBe(at('far'));
    expect(await folders({ named: '../far' }).find(folder('work'))).toBe(at('far'));
  });

  it('must hold a v2/', async () => {
    folder('work/v2');
    const error = await failure(folders({ named: 'none' }).find(folder('work')));
    expect(error.message).toBe(`there is no v2/ in ${at('work/none')}`);
    expect(error.line).toContain('correct operatorMirror.files.folder');
  });
});

describe('without trust', () => {
  const untrusted = (search: Partial<StoreSearch> = {}) => folders({ trusted: false, ...search });

  it('is looked for in the workspace only', async () => {
    folder('v2');
    folder('work/one/v2');
    expect(await untrusted().find(folder('work/one/deep'))).toBe(at('work/one'));
    expect((await failure(untrusted().find(folder('work/two')))).code).toBe('noStore');
    expect((await failure(untrusted().find(folder('beside')))).code).toBe('noStore');
    expect((await failure(untrusted({ workspaceFolders: () => [] }).find(folder('lone')))).code).toBe(
      'noStore',
    );
    folder('lone/v2');
    expect(await untrusted({ workspaceFolders: () => [] }).find(at('lone'))).toBe(at('lone'));
  });

  it('is not named by a path that leads out', async () => {
    folder('far/v2');
    folder('work/store/v2');
    expect(await untrusted({ named: 'store' }).find(at('work'))).toBe(at('work/store'));
    expect((await failure(untrusted({ named: at('work/store') }).find(at('work')))).code).toBe('untrusted');
    expect((await failure(untrusted({ named: '../far' }).find(at('work')))).code).toBe('untrusted');
    symlinkSync(at('far'), at('work/link'));
    expect((await failure(untrusted({ named: 'link' }).find(at('work')))).code).toBe('untrusted');
  });

  it('is not a link that leads out', async () => {
    folder('far/v2');
    folder('work');
    symlinkSync(at('far/v2'), at('work/v2'));
    expect((await failure(untrusted().find(at('work')))).message).toContain('is outside the workspace');
    expect(await folders().find(at('work'))).toBe(at('work'));
  });
});
