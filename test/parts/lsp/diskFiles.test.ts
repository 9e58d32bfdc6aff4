import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskFiles } from '../../../server/src/lsp/diskFiles.ts';
import { WorkspaceState } from '../../../server/src/lsp/workspaceState.ts';

let root: string;
let state: WorkspaceState;
let disk: DiskFiles;
let changes: number;
let said: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'operator-mirror-disk-files-'));
  state = new WorkspaceState();
  changes = 0;
  said = [];
  disk = new DiskFiles(
    state,
    () => changes++,
    (message) => said.push(message),
  );
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (name: string) => join(root, name);
const uri = (name: string) => pathToFileURL(at(name)).href;
const mapping = 'quay.io/a/b:v1=reg.example.com/a/b:v1\n';

function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), mapping);
  }
}

/** The files of the snapshot, below the root of this test. */
function files(): string[] {
  return [...state.snapshot.files.keys()].map((key) => key.slice(`file://${root}/`.length)).sort();
}

async function start(folders: readonly string[], trusted = true): Promise<void> {
  disk.start(folders.map(at), trusted);
  await disk.readAll();
}

const open = (name: string) => state.open(uri(name), true, 1, mapping);

describe('folders of the workspace', () => {
  it('bring their files, take them along, and bring them again', async () => {
    write('a/mapping.txt', 'b/mapping.txt', 'b/c/mapping.txt');
    await start(['a', 'b']);
    expect(files()).toEqual(['a/mapping.txt', 'b/c/mapping.txt', 'b/mapping.txt']);
    await disk.changeFolders([], [at('b')]);
    expect(files()).toEqual(['a/mapping.txt']);
    write('b/new-mapping.txt');
    rmSync(at('b/mapping.txt'));
    await disk.changeFolders([at('b')], []);
    expect(files()).toEqual(['a/mapping.txt', 'b/c/mapping.txt', 'b/new-mapping.txt']);
  });

  it('leave what is open, or in another folder', async () => {
    write('a/mapping.txt', 'a/b/mapping.txt', 'a/open-mapping.txt');
    await start(['a', 'a/b']);
    open('a/open-mapping.txt');
    await disk.changeFolders([], [at('a')]);
    expect(files()).toEqual(['a/b/mapping.txt', 'a/open-mapping.txt']);
    state.close(uri('a/open-mapping.txt'));
    await disk.closed(uri('a/open-mapping.txt'));
    expect(files()).toEqual(['a/b/mapping.txt']);
  });

  it('that have gone while they were read bring nothing', async () => {
    write('a/mapping.txt', 'b/mapping.txt');
    disk.start([at('a')], true);
    const reading = disk.readAll();
    const leaving = disk.changeFolders([at('b')], [at('a')]);
    await Promise.all([reading, leaving]);
    expect(files()).toEqual(['b/mapping.txt']);
  });
});

describe('what a client tells of', () => {
  beforeEach(async () => {
    write('a/mapping.txt', 'a/run/mapping.txt', 'a/run/deep/x-mapping.txt', 'a/runner/mapping.txt');
    await start(['a']);
    changes = 0;
  });

  it.each([['a/run'], ['a/run/']])('a folder that is gone takes its files along: %s', async (name) => {
    rmSync(at('a/run'), { recursive: true });
    await disk.changed([{ uri: uri(name) }]);
    expect(files()).toEqual(['a/mapping.txt', 'a/runner/mapping.txt']);
    expect(changes).toBe(1);
  });

  it('a folder that is renamed brings them under the new name', async () => {
    renameSync(at('a/run'), at('a/day-2'));
    await disk.changed([{ uri: uri('a/run') }, { uri: uri('a/day-2'), created: true }]);
    expect(files()).toEqual([
      'a/day-2/deep/x-mapping.txt',
      'a/day-2/mapping.txt',
      'a/mapping.txt',
      'a/runner/mapping.txt',
    ]);
  });

  it('a file in a folder that is passed over, or that is none of ours, changes nothing', async () => {
    write('a/node_modules/p/mapping.txt', 'a/notes.md', 'elsewhere/mapping.txt');
    writeFileSync(at('a/package.json'), '{"name": "p"}');
    const names = ['a/node_modules/p/mapping.txt', 'a/notes.md', 'elsewhere/mapping.txt', 'a/package.json'];
    await disk.changed(names.map((name) => ({ uri: uri(name), created: true })));
    expect(files()).toHaveLength(4);
    expect(changes).toBe(0);
  });

  it('a file that became a folder, and the other way round', async () => {
    rmSync(at('a/mapping.txt'));
    write('a/mapping.txt/mapping.txt');
    rmSync(at('a/run'), { recursive: true });
    writeFileSync(at('a/run'), '');
    await disk.changed([
      { uri: uri('a/mapping.txt'), created: true },
      { uri: uri('a/run'), created: true },
    ]);
    expect(files()).toEqual(['a/mapping.txt/mapping.txt', 'a/runner/mapping.txt']);
  });

  it('a file that is open counts as the editor has it', async () => {
    open('a/mapping.txt');
    writeFileSync(at('a/mapping.txt'), `${mapping}quay.io/c/d=reg.example.com/c/d\n`);
    await disk.changed([{ uri: uri('a/mapping.txt') }]);
    rmSync(at('a'), { recursive: true });
    await disk.changed([{ uri: uri('a') }]);
    expect(files()).toEqual(['a/mapping.txt']);
  });
});

it('leaves folders in which nothing is open any more, when many others were looked into since', async () => {
  await start([]);
  const look = async (run: number) => {
    const name = `run-${run}/lone.txt`;
    write(name, `run-${run}/manifests-x/mapping.txt`);
    open(name);
    await disk.addContextOf(uri(name));
    return name;
  };
  await look(0);
  const closed = await look(1);
  state.close(uri(closed));
  await disk.closed(uri(closed));
  for (let run = 2; run < 40; run++) {
    const name = await look(run);
    state.close(uri(name));
    await disk.closed(uri(name));
    // Somebody comes back to it again and again.
    open(closed);
    await disk.addContextOf(uri(closed));
    state.close(uri(closed));
    await disk.closed(uri(closed));
  }
  const runs = files().filter((file) => file.endsWith('/mapping.txt'));
  expect(runs).toHaveLength(16);
  for (const run of [0, 1, 39]) expect(runs).toContain(`run-${run}/manifests-x/mapping.txt`);
  expect(files()).toContain('run-0/lone.txt');
});

describe('a workspace without trust', () => {
  beforeEach(() => {
    write('inside/mapping.txt', 'outside/real-mapping.txt', 'manifests-x/mapping.txt', 'lone.txt');
    symlinkSync('../outside/real-mapping.txt', at('inside/out-mapping.txt'));
    symlinkSync('mapping.txt', at('inside/in-mapping.txt'));
    symlinkSync('../outside', at('inside/folder'));
  });

  it('has no file outside its folders, wherever links lead, until it is trusted', async () => {
    await start(['inside'], false);
    open('lone.txt');
    await disk.addContextOf(uri('lone.txt'));
    await disk.changed([
      { uri: uri('inside/out-mapping.txt') },
      { uri: uri('inside/folder/real-mapping.txt'), created: true },
      { uri: uri('inside/folder'), created: true },
      { uri: uri('outside/real-mapping.txt') },
    ]);
    const own = ['inside/in-mapping.txt', 'inside/mapping.txt', 'lone.txt'];
    expect(files()).toEqual(own);
    await disk.trust();
    expect(files()).toEqual(
      [...own, 'inside/out-mapping.txt', 'manifests-x/mapping.txt', 'outside/real-mapping.txt'].sort(),
    );
  });

  it('may be a link itself', async () => {
    symlinkSync('inside', at('link'));
    await start(['link'], false);
    expect(files()).toEqual(['link/in-mapping.txt', 'link/mapping.txt']);
  });
});

it('pipes, devices, rings and folders with names of ours keep nobody waiting', async () => {
  write('a/mapping.txt', 'a/folder-mapping.txt/notes.txt');
  execFileSync('mkfifo', [at('a/pipe-mapping.txt'), at('a/pipe.yaml')]);
  symlinkSync('/dev/zero', at('a/zero-mapping.txt'));
  symlinkSync('/proc/self/fd/0', at('a/stdin-mapping.txt'));
  symlinkSync('ring-mapping.txt', at('a/ring-mapping.txt'));
  symlinkSync('.', at('a/self'));
  await start(['a']);
  await disk.changed([{ uri: uri('a/pipe-mapping.txt'), created: true }, { uri: uri('a/zero-mapping.txt') }]);
  write('a/later-mapping.txt');
  await disk.changed([{ uri: uri('a/later-mapping.txt'), created: true }]);
  expect(files()).toEqual(['a/later-mapping.txt', 'a/mapping.txt']);
});

describe('what cannot be read', () => {
  it('is said once, as long as it stays so, and again when it has come back', async () => {
    write('a/mapping.txt');
    const tooLarge = () => {
      writeFileSync(at('a/big-mapping.txt'), '');
      truncateSync(at('a/big-mapping.txt'), 65 * 1024 * 1024);
    };
    tooLarge();
    await start(['a']);
    expect(said).toEqual([expect.stringContaining('big-mapping.txt has more than 64 MiB')]);
    await disk.changed([{ uri: uri('a/big-mapping.txt') }]);
    expect(said).toHaveLength(1);
    write('a/big-mapping.txt');
    await disk.changed([{ uri: uri('a/big-mapping.txt') }]);
    tooLarge();
    await disk.changed([{ uri: uri('a/big-mapping.txt') }]);
    expect(said).toHaveLength(2);
    expect(files()).toEqual(['a/mapping.txt']);
  });

  it('is no news where it is gone, or outside on purpose', async () => {
    write('a/mapping.txt', 'elsewhere/mapping.txt');
    symlinkSync(at('elsewhere/mapping.txt'), at('a/link-mapping.txt'));
    await start(['a', 'none'], false);
    expect(said).toEqual([]);
  });
});
