import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile } from '../../../server/src/disk/createFile.ts';
import { DiskError } from '../../../server/src/disk/diskError.ts';
import { replaceFile } from '../../../server/src/disk/replaceFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-replace-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const bytes = (text: string) => Buffer.from(text);

function replace(name: string, from: string, to: string, inside?: readonly string[]): Promise<void> {
  return replaceFile(at(name), { expected: bytes(from), content: bytes(to), inside });
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DiskError);
  return (error as DiskError).code;
}

/** Sets and lists extended attributes, which Node cannot. */
function python(script: string, ...args: string[]): string {
  return execFileSync('python3', ['-c', `import os, sys\n${script}`, ...args], { encoding: 'utf8' }).trim();
}

describe('what stays when a file is replaced', () => {
  it('is its mode, whatever the umask', async () => {
    for (const mode of [0o600, 0o640, 0o666, 0o755]) {
      writeFileSync(at('a'), 'old');
      chmodSync(at('a'), mode);
      await replace('a', 'old', 'new');
      expect(readFileSync(at('a'), 'utf8')).toBe('new');
      expect(statSync(at('a')).mode & 0o7777).toBe(mode);
    }
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('is its owner and group, also when somebody else may write it', async () => {
    writeFileSync(at('a'), 'old', { mode: 0o600 });
    // Only root may give files away; for all others this is their own already.
    const [uid, gid] =
      process.getuid?.() === 0 ? [1234, 1235] : [statSync(at('a')).uid, statSync(at('a')).gid];
    chownSync(at('a'), uid, gid);
    await replace('a', 'old', 'new');
    expect(statSync(at('a'))).toMatchObject({ uid, gid });
    expect(statSync(at('a')).mode & 0o777).toBe(0o600);
  });

  it('is its extended attributes', async () => {
    writeFileSync(at('a'), 'old');
    python("os.setxattr(sys.argv[1], 'user.origin', b'bastion')", at('a'));
    await replace('a', 'old', 'new');
    expect(python("print(os.getxattr(sys.argv[1], 'user.origin').decode())", at('a'))).toBe('bastion');
    expect(readFileSync(at('a'), 'utf8')).toBe('new');
  });

  it.each(['shorter', 'longer than what was there'])('is its other names: %s', async (text) => {
    writeFileSync(at('a'), 'what was there');
    linkSync(at('a'), at('b'));
    await replace('a', 'what was there', text);
    expect(readFileSync(at('b'), 'utf8')).toBe(text);
    expect(statSync(at('a')).ino).toBe(statSync(at('b')).ino);
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });

  it('is a link inside the folder that was named', async () => {
    mkdirSync(at('..data'));
    writeFileSync(at('..data/a'), 'old');
    symlinkSync('..data/a', at('a'));
    await replace('a', 'old', 'new', [folder]);
    expect(lstatSync(at('a')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('..data/a'), 'utf8')).toBe('new');
  });
});

describe('what is left alone', () => {
  it('is a file that holds something else by now', async () => {
    writeFileSync(at('a'), 'newer');
    expect(await refusal(replace('a', 'old', 'new'))).toBe('changed');
    expect(readFileSync(at('a'), 'utf8')).toBe('newer');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('is what a link leads to outside', async () => {
    mkdirSync(at('named'));
    writeFileSync(at('outside'), 'old');
    symlinkSync('../outside', at('named/a'));
    expect(await refusal(replace('named/a', 'old', 'new', [at('named')]))).toBe('outside');
    expect(readFileSync(at('outside'), 'utf8')).toBe('old');
  });

  it('is what is no file', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(await refusal(replace('pipe', 'old', 'new'))).toBe('notAFile');
    mkdirSync(at('mapping.txt'));
    expect(await refusal(replace('mapping.txt', 'old', 'new'))).toBe('notAFile');
  });

  it('is a file that appears where one was to be made', async () => {
    writeFileSync(at('a'), 'theirs');
    expect(await refusal(createFile(at('a'), bytes('ours'), 0o600))).toBe('changed');
    expect(readFileSync(at('a'), 'utf8')).toBe('theirs');
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

/**
 * A program of its own that saves again and again, the number of the save in each, and then says which was the last. What
 * is on the disk in the end must be that save, or a fix of it: never a fix of an older one.
 */
const saver = `
const { writeFileSync, renameSync } = require('node:fs');
const [, path, how] = process.argv;
const end = Date.now() + 1500;
let last = 0;
while (Date.now() < end) {
  const text = 'save ' + ++last + '\\n';
  try {
    if (how === 'in place') writeFileSync(path, text);
    else { writeFileSync(path + '.save', text); renameSync(path + '.save', path); }
  } catch (error) { if (error.code !== 'ENOENT') throw error; last--; }
  const until = performance.now() + Math.random() * 0.5;
  while (performance.now() < until);
}
console.log(last);
`;

describe('a save in the same moment', () => {
  it.each(['in place', 'by renaming'])('is never lost: %s', async (how) => {
    writeFileSync(at('a'), 'save 0\n');
    const child = spawn(process.execPath, ['-e', saver, at('a'), how], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let running = true;
    void ended.then(() => {
      running = false;
    });
    let replaced = 0;
    let refused = 0;
    while (running) {
      const read = readFileSync(at('a'), { encoding: 'utf8' });
      const isSave = /^save \d+\n$/.test(read);
      await (isSave ? replace('a', read, `${read.trim()}, fixed\n`) : Promise.resolve()).then(
        () => isSave && replaced++,
        () => refused++,
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
    expect(readFileSync(at('a'), 'utf8')).toMatch(new RegExp(`^save ${said.trim()}(?:, fixed)?\n$`));
    expect(replaced + refused).toBeGreaterThan(0);
  });

  it('that puts another file in its place counts, although it has the same bytes', async () => {
    writeFileSync(at('a'), 'old');
    writeFileSync(at('b'), 'old', { mode: 0o640 });
    renameSync(at('b'), at('a'));
    await replace('a', 'old', 'new');
    expect(statSync(at('a')).mode & 0o777).toBe(0o640);
  });
});
