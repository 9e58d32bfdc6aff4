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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { processName } from '../../../server/src/disk/processName.ts';
import type { ImageStore, OpenBlob } from '../../../server/src/stores/imageStore.ts';
import { OcDirectoryStore } from '../../../server/src/stores/ocDirectoryStore.ts';
import { OciLayoutStore } from '../../../server/src/stores/ociLayoutStore.ts';
import { blobOf } from '../../support/images.ts';

const never = new AbortController().signal;
const blob = blobOf('application/octet-stream', randomBytes(3 << 20));
const half = 1 << 20;

interface Kind {
  readonly kind: string;
  /** Where blobs are below the folder. */
  readonly below: string;
  /** The name of a digest's file. */
  readonly nameOf: (digest: string) => string;
  readonly open: (folder: string) => ImageStore;
}

const kinds: readonly Kind[] = [
  {
    kind: 'a layout',
    below: 'blobs/sha256',
    nameOf: (digest) => digest.slice(7),
    open: (folder) => new OciLayoutStore(folder),
  },
  {
    kind: 'a v2/ folder',
    below: 'v2/team/app/blobs',
    nameOf: (digest) => digest,
    open: (folder) => new OcDirectoryStore(folder, 'team/app'),
  },
];

let folder: string;
let blobs: string;
/** The bytes from which on the blob was asked for. */
let asked: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-resume-'));
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

describe.each(kinds)('$kind', ({ below, nameOf, open }) => {
  const name = nameOf(blob.digest);
  const named = (digit: string) => nameOf(`sha256:${digit.repeat(64)}`);
  const store = () => open(folder);
  const put = (end?: number) => store().putBlob(blob, source(end), never);
  const isWhole = () => readFileSync(join(blobs, name)).equals(blob.bytes);

  beforeEach(() => {
    blobs = join(folder, below);
    mkdirSync(blobs, { recursive: true });
  });

  it('goes on at the byte to which a process that was killed has come', async () => {
    writeFileSync(nameOfEnded(`${name}.part`), blob.bytes.subarray(0, half));
    await put();
    expect(asked).toEqual([half]);
    expect(isWhole()).toBe(true);
    expect(readdirSync(blobs)).toEqual([name]);
  });

  it('asks for nothing of a blob that lacked nothing but its name', async () => {
    writeFileSync(nameOfEnded(`${name}.part`), blob.bytes);
    await put();
    expect(asked).toEqual([]);
    expect(isWhole()).toBe(true);
  });

  it('writes all of it anew where the beginning was another one, or longer', async () => {
    for (const beginning of [Buffer.alloc(half), Buffer.alloc(blob.size + 1), Buffer.of()]) {
      asked = [];
      rmSync(join(blobs, name), { force: true });
      writeFileSync(nameOfEnded(`${name}.part`), beginning);
      await put();
      expect(asked.at(-1)).toBe(0);
      expect(isWhole()).toBe(true);
      expect(readdirSync(blobs)).toEqual([name]);
    }
  });

  it('goes on in the same process after a source that broke off', async () => {
    const one = store();
    await expect(one.putBlob(blob, source(half), never)).rejects.toThrow('the source broke off');
    await one.putBlob(blob, source(), never);
    expect(asked[0]).toBe(0);
    // The last piece is held back until all bytes are known to be right.
    expect(asked[1]).toBeGreaterThan(half / 2);
    expect(isWhole()).toBe(true);
    expect(readdirSync(blobs)).toEqual([name]);
  });

  it('leaves a part to the process that writes it', async () => {
    const other = join(blobs, `.operator-mirror-${processName()}-${named('a')}.part`);
    writeFileSync(other, 'somebody writes this');
    await put();
    expect(existsSync(other)).toBe(true);
  });

  it('keeps no part of what is there, nor one that is a week old', async () => {
    writeFileSync(join(blobs, named('b')), '');
    const useless = nameOfEnded(`${named('b')}.part`);
    const old = nameOfEnded(`${named('c')}.part`);
    const kept = nameOfEnded(`${named('d')}.part`);
    for (const path of [useless, old, kept]) writeFileSync(path, 'a beginning');
    const then = Date.now() / 1000 - 8 * 24 * 3600;
    utimesSync(old, then, then);
    await put();
    expect([useless, old, kept].map((path) => existsSync(path))).toEqual([false, false, true]);
  });

  it('removes what a run that was killed has left, once somebody asks what is there', async () => {
    const path = nameOfEnded(`${'0'.repeat(16)}.tmp`);
    writeFileSync(path, 'half');
    expect(await store().resolveTag('v1', never)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });
});

it('keeps no beginning of a blob that a v2/ folder took over from another repository', async () => {
  blobs = join(folder, 'v2/team/app/blobs');
  mkdirSync(blobs, { recursive: true });
  const part = nameOfEnded(`${blob.digest}.part`);
  writeFileSync(part, blob.bytes.subarray(0, half));
  const other = new OcDirectoryStore(folder, 'other/tool');
  await other.putBlob(blob, source(), never);
  const store = new OcDirectoryStore(folder, 'team/app');
  await store.resolveTag('v1', never);
  expect(await store.mountBlob(blob, other, never)).toBe(true);
  expect(readdirSync(blobs)).toEqual([blob.digest]);
});
