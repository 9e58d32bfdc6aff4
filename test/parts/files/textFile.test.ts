import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { lineRange, type TextEdit } from '../../../server/src/base/range.ts';
import { withoutMark } from '../../../server/src/documents/lines.ts';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import { readBytes, readInput, readText, writeText } from '../../../server/src/files/textFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-files-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);

/** Replaces the text of a file as it is now. */
async function write(path: string, text: string): Promise<void> {
  await writeText(path, { read: await readBytes(path), text });
}

async function errorOf(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('writing', () => {
  it('keeps the mode, and leaves nothing else behind', async () => {
    for (const mode of [0o600, 0o644, 0o755]) {
      writeFileSync(at('a'), 'old');
      chmodSync(at('a'), mode);
      await write(at('a'), 'new');
      expect(readFileSync(at('a'), 'utf8')).toBe('new');
      expect(statSync(at('a')).mode & 0o777).toBe(mode);
    }
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('goes through a symbolic link, which stays one', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/a'), 'old');
    symlinkSync('real/a', at('link'));
    await write(at('link'), 'new');
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real/a'), 'utf8')).toBe('new');
    expect(readdirSync(at('real'))).toEqual(['a']);
  });

  it('replaces the file in one step: who has it open reads the old text to its end', async () => {
    writeFileSync(at('a'), 'old');
    const before = statSync(at('a')).ino;
    await write(at('a'), 'new');
    expect(statSync(at('a')).ino).not.toBe(before);
  });

  it('leaves a file alone that is not UTF-8', async () => {
    const bytes = Buffer.from('# Spiegel für Köln\n', 'latin1');
    writeFileSync(at('a'), bytes);
    const text = await readText(at('a'));
    const error = await errorOf(write(at('a'), `${text}more`));
    expect(error.code).toBe('not-utf8');
    expect(error.line).toContain('save it as UTF-8');
    expect(readFileSync(at('a'))).toEqual(bytes);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('says which file could not be written, and leaves it as it was', async () => {
    // Root may write nearly everywhere, but nobody makes a file here.
    const path = '/proc/version';
    const before = readFileSync(path, 'utf8');
    const error = await errorOf(write(path, 'new'));
    expect(error.code).toBe('unwritable');
    expect(error.line).toContain(path);
    expect(error.line).toContain('the file is as it was');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('does not make a file that was not there', async () => {
    const gone = writeText(at('none'), { read: Buffer.from('old'), text: 'new' });
    expect((await errorOf(gone)).code).toBe('unwritable');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('reading', () => {
  it('gives the text with its byte order mark', async () => {
    writeFileSync(at('a'), '\uFEFFa\r\n');
    expect(await readText(at('a'))).toBe('\uFEFFa\r\n');
    expect(withoutMark('\uFEFFa')).toBe('a');
    expect(withoutMark('a')).toBe('a');
  });

  it('says what is wrong with a path', async () => {
    expect((await errorOf(readText(at('none')))).line).toBe(`there is no ${at('none')}; check the path`);
    expect((await errorOf(readText(folder))).line).toBe(`${folder} is a folder; name a file`);
  });

  it('says that a file may not be read', async () => {
    // The kernel lets nobody read this one, not even root.
    expect((await errorOf(readText('/proc/sys/net/ipv4/route/flush'))).line).toContain('may not be read');
  });

  it('refuses what cannot be ours', async () => {
    writeFileSync(at('a'), Buffer.alloc(64 * 1024 * 1024 + 1));
    expect((await errorOf(readText(at('a')))).code).toBe('too-large');
  });

  it('ends where a device does not', async () => {
    expect((await errorOf(readText('/dev/zero'))).line).toBe(
      '/dev/zero is a device and no file; name a file',
    );
    expect((await errorOf(readInput('/dev/zero'))).line).toContain('/dev/zero has more than 64 MiB; ');
    expect((await readInput('/dev/null')).length).toBe(0);
  });
});

describe('edits', () => {
  const replace = (line: number, start: number, end: number, newText: string): TextEdit => ({
    range: lineRange(line, start, end),
    newText,
  });

  it.each([
    ['line feeds', 'ab\ncd\n', 'ab\nX\nd\n'],
    ['Windows', 'ab\r\ncd\r\n', 'ab\r\nX\r\nd\r\n'],
    ['a mark', '\uFEFFab\ncd\n', '\uFEFFab\nX\nd\n'],
    ['a mark and Windows', '\uFEFFab\r\ncd', '\uFEFFab\r\nX\r\nd'],
    ['both kinds, the first one decides', 'ab\r\ncd\nef', 'ab\r\nX\r\nd\nef'],
    ['carriage returns', 'ab\rcd\r', 'ab\rX\nd\r'],
  ])('keep every other byte: %s', (_what, text, expected) => {
    expect(applyEdits(text, [replace(1, 0, 1, 'X\n')])).toBe(expected);
  });

  it('are counted in the text as it was, in whatever order they come', () => {
    const edits = [
      replace(0, 2, 3, ''),
      replace(0, 0, 1, 'AAA'),
      replace(0, 3, 3, '!'),
      replace(0, 3, 3, '?'),
    ];
    expect(applyEdits('abc', edits)).toBe('AAAb!?');
  });

  it('at the first line of a file with a mark stand behind the mark', () => {
    expect(applyEdits('\uFEFFa', [replace(0, 0, 0, 'b')])).toBe('\uFEFFba');
  });

  it('beyond a line or the text end there', () => {
    expect(applyEdits('a\nb', [replace(0, 9, 9, '!')])).toBe('a!\nb');
    expect(applyEdits('a\nb', [replace(9, 0, 0, '!')])).toBe('a\nb!');
    expect(applyEdits('', [replace(0, 0, 0, '!')])).toBe('!');
  });

  it('count as LSP does: UTF-16 units', () => {
    expect(applyEdits('😀b', [replace(0, 2, 3, 'c')])).toBe('😀c');
  });
});
