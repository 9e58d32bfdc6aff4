import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { processName } from '../../../server/src/disk/processName.ts';
import type { OpenBlob } from '../../../server/src/stores/imageStore.ts';
import { OciLayoutStore } from '../../../server/src/stores/ociLayoutStore.ts';
import { blobOf } from '../../support/images.ts';

const never = new AbortController().signal;
const blob = blobOf('application/octet-stream', randomBytes(3 << 20));
const hex = blob.digest.slice(7);
const half = 1 << 20;

let folder: string;
let blobs: string;
/** The bytes from which on the blob was asked for. */
let asked: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-resume-'));
  blobs = join(folder, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Gives the blob from a byte on, and breaks off before `end`. */
const source =
  (end = blob.size): OpenBlob =>
  async (offset = 0) => {
    asked.push(offset);
    const stream = async function* () {
      for (let at = offset; at < end; at += 65_536) yield blob.bytes.subarray(at, Math.min(at + 65_536, end));
      if (end < blob.size) throw new UserError('unavailable', 'the source broke off');
    };
    return Readable.from(stream(), { objectMode: false });
  };

/** The name of a file that a process of this machine has left, which has ended. */
function nameOfEnded(rest: string): string {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  const [machine] = processName().split('-');
  return join(blobs, `.operator-mirror-${machine}-${pid}-1-${rest}`);
}

const put = (end?: number) => new OciLayoutStore(folder).putBlob(blob, source(end), never);
const isWhole = () => readFileSync(join(blobs, hex)).equals(blob.bytes);

it('goes on at the byte to which a process that was killed has come', async () => {
  writeFileSync(nameOfEnded(`${hex}.part`), blob.bytes.subarray(0, half));
  await put();
  expect(asked).toEqual([half]);
  expect(isWhole()).toBe(true);
  expect(readdirSync(blobs)).toEqual([hex]);
});

it('asks for nothing of a blob that lacked nothing but its name', async () => {
  writeFileSync(nameOfEnded(`${hex}.part`), blob.bytes);
  await put();
  expect(asked).toEqual([]);
  expect(isWhole()).toBe(true);
});

it('writes all of it anew where the beginning was another one, or longer', async () => {
  for (const beginning of [Buffer.alloc(half), Buffer.alloc(blob.size + 1), Buffer.of()]) {
    asked = [];
    rmSync(join(blobs, hex), { force: true });
    writeFileSync(nameOfEnded(`${hex}.part`), beginning);
    await put();
    expect(asked.at(-1)).toBe(0);
    expect(isWhole()).toBe(true);
    expect(readdirSync(blobs)).toEqual([hex]);
  }
});

it('goes on in the same process after a source that broke off', async () => {
  const store = new OciLayoutStore(folder);
  await expect(store.putBlob(blob, source(half), never)).rejects.toThrow('the source broke off');
  await store.putBlob(blob, source(), never);
  expect(asked[0]).toBe(0);
  // The last piece is held back until all bytes are known to be right.
  expect(asked[1]).toBeGreaterThan(half / 2);
  expect(isWhole()).toBe(true);
  expect(readdirSync(blobs)).toEqual([hex]);
});

it('leaves a part to the process that writes it', async () => {
  const other = join(blobs, `.operator-mirror-${processName()}-${'a'.repeat(64)}.part`);
  writeFileSync(other, 'somebody writes this');
  await put();
  expect(existsSync(other)).toBe(true);
});

it('keeps no part of what is there, nor one that is a week old', async () => {
  writeFileSync(join(blobs, 'b'.repeat(64)), '');
  const useless = nameOfEnded(`${'b'.repeat(64)}.part`);
  const old = nameOfEnded(`${'c'.repeat(64)}.part`);
  const kept = nameOfEnded(`${'d'.repeat(64)}.part`);
  for (const path of [useless, old, kept]) writeFileSync(path, 'a beginning');
  const then = Date.now() / 1000 - 8 * 24 * 3600;
  utimesSync(old, then, then);
  await put();
  expect([useless, old, kept].map((path) => existsSync(path))).toEqual([false, false, true]);
});
