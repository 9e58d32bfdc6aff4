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
    folder('work/v2/mirror');
    folder('work/one/v2/mirror');
    const deep = folder('work/one/manifests-x/y');
    const other = folder('work/two');
    expect(await folders().find(deep, 'mirror/app')).toBe(at('work/one'));
    expect(await folders().find(at('work/one'), 'mirror/app')).toBe(at('work/one'));
    expect(await folders().find(other, 'mirror/app')).toBe(at('work'));
  });

  it('is one that has something of the kind: other programs have a v2/ too', async () => {
    folder('work/v2/mirror');
    folder('work/one/v2/api');
    expect(await folders().find(at('work/one'), 'mirror/app')).toBe(at('work'));
    expect((await failure(folders().find(at('work/one'), 'other/app'))).code).toBe('noStore');
  });

  it('may be above the workspace', async () => {
    folder('v2/mirror');
    expect(await folders().find(folder('work/one'), 'mirror/app')).toBe(root);
    expect(await folders({ workspaceFolders: () => [] }).find(folder('else/where'), 'mirror/app')).toBe(root);
  });

  it('is said to be missing, with the next step', async () => {
    const error = await failure(folders().find(folder('work/one'), 'mirror/app'));
    expect(error.code).toBe('noStore');
    expect(error.line).toBe(
      `there is no v2/ folder with mirror in ${at('work/one')} or above it; name the folder that holds it in operatorMirror.files.folder`,
    );
    expect((await failure(folders().find(undefined, 'mirror/app'))).message).toContain(
      'a text that is on no disk',
    );
  });

  it('is remembered for a moment', async () => {
    const search = folders();
    const start = folder('work/one');
    await failure(search.find(start, 'mirror/app'));
    folder('work/v2/mirror');
    await failure(search.find(start, 'mirror/app'));
    now += 2000;
    expect(await search.find(start, 'mirror/app')).toBe(at('work'));
  });
});

describe('a folder that somebody names', () => {
  it('is relative to the folder of the workspace that holds the document', async () => {
    folder('work/store/v2/mirror');
    folder('other/store/v2/mirror');
    folder('work/one/v2/mirror');
    const search = folders({ named: 'store', workspaceFolders: () => [at('work'), at('other')] });
    expect(await search.find(folder('work/one'), 'mirror/app')).toBe(at('work/store'));
    expect(await search.find(folder('other/deep'), 'mirror/app')).toBe(at('other/store'));
    expect(await search.find(folder('third'), 'mirror/app')).toBe(at('work/store'));
    expect(await search.find(undefined, 'mirror/app')).toBe(at('work/store'));
  });

  it('may be anywhere', async () => {
    folder('far/v2/mirror');
    expect(await folders({ named: at('far') }).find(folder('work'), 'mirror/app')).toBe(at('far'));
    expect(await folders({ named: '../far' }).find(folder('work'), 'mirror/app')).toBe(at('far'));
  });

  it('must hold a v2/', async () => {
    folder('work/v2/mirror');
    const error = await failure(folders({ named: 'none' }).find(folder('work'), 'mirror/app'));
    expect(error.message).toBe(`there is no v2/ in ${at('work/none')}`);
    expect(error.line).toContain('correct operatorMirror.files.folder');
  });
});

describe('without trust', () => {
  const untrusted = (search: Partial<StoreSearch> = {}) => folders({ trusted: false, ...search });

  it('is looked for in the workspace only', async () => {
    folder('v2/mirror');
    folder('work/one/v2/mirror');
    expect(await untrusted().find(folder('work/one/deep'), 'mirror/app')).toBe(at('work/one'));
    expect((await failure(untrusted().find(folder('work/two'), 'mirror/app'))).code).toBe('noStore');
    expect((await failure(untrusted().find(folder('beside'), 'mirror/app'))).code).toBe('noStore');
    expect(
      (await failure(untrusted({ workspaceFolders: () => [] }).find(folder('lone'), 'mirror/app'))).code,
    ).toBe('noStore');
    folder('lone/v2/mirror');
    expect(await untrusted({ workspaceFolders: () => [] }).find(at('lone'), 'mirror/app')).toBe(at('lone'));
  });

  it('is not named by a path that leads out', async () => {
    folder('far/v2/mirror');
    folder('work/store/v2/mirror');
    expect(await untrusted({ named: 'store' }).find(at('work'), 'mirror/app')).toBe(at('work/store'));
    expect((await failure(untrusted({ named: at('work/store') }).find(at('work'), 'mirror/app'))).code).toBe(
      'untrusted',
    );
    expect((await failure(untrusted({ named: '../far' }).find(at('work'), 'mirror/app'))).code).toBe(
      'untrusted',
    );
    symlinkSync(at('far'), at('work/link'));
    expect((await failure(untrusted({ named: 'link' }).find(at('work'), 'mirror/app'))).code).toBe(
      'untrusted',
    );
  });

  it('is not a link that leads out', async () => {
    folder('far/v2/mirror');
    folder('work');
    symlinkSync(at('far/v2'), at('work/v2'));
    expect((await failure(untrusted().find(at('work'), 'mirror/app'))).message).toContain(
      'is outside the workspace',
    );
    expect(await folders().find(at('work'), 'mirror/app')).toBe(at('work'));
  });
});
