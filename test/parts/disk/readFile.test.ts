import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskError } from '../../../server/src/disk/diskError.ts';
import { readFileWithin, readHandle, readNamedFile } from '../../../server/src/disk/readFile.ts';
import { AuthFiles } from '../../../server/src/registry/authFiles.ts';
import { readAuthorities, usualAuthorities } from '../../../server/src/registry/authorities.ts';
import { readCertificateFolder } from '../../../server/src/registry/certificateFolder.ts';
import { RegistriesConfFiles } from '../../../server/src/registry/registriesConfFiles.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-read-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const most = 1000;

async function outcome(promise: Promise<Buffer>): Promise<string> {
  return promise.then(
    (bytes) => bytes.toString('utf8'),
    (error: unknown) =>
      error instanceof DiskError
        ? `${error.code}: ${error.message}`
        : (error as Error & { code: string }).code,
  );
}

const pipe = (name: string) => execFileSync('mkfifo', [at(name)]);

describe('a file that is read', () => {
  it('is a regular one, and whole', async () => {
    writeFileSync(at('a'), 'x'.repeat(most));
    expect(await outcome(readFileWithin(at('a'), { most }))).toBe('x'.repeat(most));
    writeFileSync(at('empty'), '');
    expect(await outcome(readFileWithin(at('empty'), { most }))).toBe('');
  });

  it.each([
    ['/dev/zero', 'notAFile: it is a device and no file'],
    ['/dev/null', 'notAFile: it is a device and no file'],
    ['.', 'notAFile: it is a folder'],
    ['none', 'ENOENT'],
    ['ring', 'ELOOP'],
    ['pipe', 'notAFile: it is a pipe and no file'],
    ['to-pipe', 'notAFile: it is a pipe and no file'],
    ['to-zero', 'notAFile: it is a device and no file'],
    ['a/b', 'ENOTDIR'],
  ])('is refused at once when it is something else: %s', async (name, expected) => {
    writeFileSync(at('a'), '');
    pipe('pipe');
    symlinkSync('ring', at('ring'));
    symlinkSync('pipe', at('to-pipe'));
    symlinkSync('/dev/zero', at('to-zero'));
    expect(await outcome(readFileWithin(name.startsWith('/') ? name : at(name), { most }))).toBe(expected);
  });

  it('is no socket', async () => {
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await outcome(readFileWithin(at('socket'), { most }))).toBe(
      'notAFile: it is a socket and no file',
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it('is not read further than its bound, although it grows or lies about its length', async () => {
    writeFileSync(at('a'), 'x'.repeat(most + 1));
    expect(await outcome(readFileWithin(at('a'), { most }))).toBe('tooLarge: it has more than 0 MiB');
    truncateSync(at('a'), 1024 ** 4);
    expect(await outcome(readFileWithin(at('a'), { most }))).toContain('tooLarge');
    writeFileSync(at('b'), 'x');
    const handle = await open(at('b'));
    const info = await handle.stat();
    appendFileSync(at('b'), 'y'.repeat(most));
    await expect(readHandle(handle, info, most)).rejects.toThrow('more than');
    expect((await readHandle(handle, info, most + 1)).length).toBe(most + 1);
    await handle.close();
    // Files that the kernel makes up have no length.
    expect(await outcome(readFileWithin('/proc/self/status', { most: 100_000 }))).toContain('Name:');
  });

  it('is followed by links only inside the folders that were named', async () => {
    for (const name of ['named', 'named/..2026', 'other', 'real']) mkdirSync(at(name));
    writeFileSync(at('named/..2026/a'), 'mounted');
    symlinkSync('..2026', at('named/..data'));
    symlinkSync('..data/a', at('named/a'));
    writeFileSync(at('other/b'), 'elsewhere');
    symlinkSync('../other/b', at('named/b'));
    symlinkSync('../other', at('named/folder'));
    symlinkSync('named', at('link-to-named'));
    const read = (name: string, ...inside: string[]) =>
      outcome(readFileWithin(at(name), { most, inside: inside.map(at) }));
    expect(await read('named/a', 'named')).toBe('mounted');
    expect(await read('link-to-named/a', 'link-to-named')).toBe('mounted');
    const out = `outside: it is a link that leads out of`;
    expect(await read('named/b', 'named')).toContain(out);
    expect(await read('named/folder/b', 'named')).toContain(out);
    expect(await read('named/b', 'named', 'other')).toBe('elsewhere');
    expect(await outcome(readFileWithin(at('named/b'), { most }))).toBe('elsewhere');
  });
});

describe('what somebody named as input', () => {
  it('may be a pipe that a shell made, however slow its writer is', async () => {
    pipe('pipe');
    const child = spawn('sh', [
      '-c',
      'exec > "$1"; sleep 0.3; printf one; sleep 0.3; printf two',
      'sh',
      at('pipe'),
    ]);
    expect(await outcome(readNamedFile(at('pipe'), most))).toBe('onetwo');
    await new Promise((resolve) => (child.exitCode === null ? child.once('close', resolve) : resolve(0)));
  });

  it('is read through /dev/fd, as <(command) is', () => {
    const script = `
      import { readNamedFile } from './server/src/disk/readFile.ts';
      console.log((await readNamedFile(process.argv[2], 1000)).toString());
    `;
    writeFileSync(at('read.mjs'), script.replace('./server', join(import.meta.dirname, '../../../server')));
    const command = `"$0" "$1" <(sleep 0.2; printf text); "$0" "$1" <(true)`;
    expect(
      execFileSync('bash', ['-c', command, process.execPath, at('read.mjs')], { encoding: 'utf8' }),
    ).toBe('text\n\n');
  });

  it('is said to have no writer where a pipe has none, instead of waiting for ever', async () => {
    pipe('pipe');
    expect(await outcome(readNamedFile(at('pipe'), most))).toBe(
      'noWriter: it is a pipe that nobody writes to',
    );
  }, 20_000);

  it('can be waited for no longer', async () => {
    pipe('pipe');
    const stop = new AbortController();
    const reading = readNamedFile(at('pipe'), most, stop.signal);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  it('has an end, even when it is a device that has none', async () => {
    expect(await outcome(readNamedFile('/dev/zero', most))).toContain('tooLarge');
    expect(await outcome(readNamedFile('/dev/null', most))).toBe('');
  });
});

describe('files that configure registries', () => {
  const environment = () => ({ home: folder, env: {}, etc: at('etc') });
  const readers: [what: string, read: (path: string) => Promise<unknown>][] = [
    ['credentials', (authFile) => new AuthFiles({ authFile, environment: environment() }, Date.now).read()],
    [
      'registries.conf',
      (registriesConf) =>
        new RegistriesConfFiles({ registriesConf, environment: environment() }, Date.now).rules(),
    ],
    ['authorities', (path) => readAuthorities(path, '--ca-file')],
    [
      'certs.d',
      (path) => {
        mkdirSync(at('etc/docker/certs.d/reg.example.com'), { recursive: true });
        symlinkSync(path, at('etc/docker/certs.d/reg.example.com/ca.crt'));
        return readCertificateFolder('reg.example.com', environment());
      },
    ],
  ];

  it.each(readers)('are refused at once where they are pipes or devices: %s', async (_what, read) => {
    pipe('pipe');
    await expect(read(at('pipe'))).rejects.toThrow('cannot be read (it is a pipe and no file)');
    rmSync(at('etc'), { recursive: true, force: true });
    await expect(read('/dev/zero')).rejects.toThrow('cannot be read (it is a device and no file)');
  });

  it('pass over a bundle of the system that is none', async () => {
    pipe('bundle');
    const environment = { home: folder, env: { SSL_CERT_FILE: at('bundle') }, etc: at('etc') };
    expect((await usualAuthorities(environment)).length).toBeGreaterThan(0);
  });
});
