import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
} from 'vscode-languageserver-protocol';
import { LspClient } from '../support/lspClient.ts';

/** A workspace as somebody may hand it to us: everything in it that has a name of ours and is no file. */
let root: string;
let folder: string;
let client: LspClient | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'operator-mirror-hostile-'));
  folder = join(root, 'workspace');
  mkdirSync(folder);
  writeFileSync(at('mapping.txt'), text);
});
afterEach(async () => {
  await client?.stop();
  client = undefined;
  rmSync(root, { recursive: true });
});

const at = (name: string) => join(folder, name);
const uri = (name: string) => pathToFileURL(at(name)).href;
const text = `quay.io/ns/app:v1=reg.example.com/ns/app:v1
quay.io/ns/pinned@sha256:${'a'.repeat(64)}=reg.example.com/ns/pinned
`;
/** It makes a workspace in which the mapping's source is redirected by nothing. */
const mirrorSet = `apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata: {name: other}
spec: {imageDigestMirrors: [{source: quay.io/other, mirrors: [reg.example.com/other]}]}
`;
const pipe = (path: string) => execFileSync('mkfifo', [path]);

/** What stands at a path instead of a file. */
const traps: readonly (readonly [what: string, lay: (path: string) => void])[] = [
  ['a link to standard input', (path) => symlinkSync('/proc/self/fd/0', path)],
  ['a link to standard output', (path) => symlinkSync('/proc/self/fd/1', path)],
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path)],
  ['a link to /dev/tty', (path) => symlinkSync('/dev/tty', path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a link to nothing', (path) => symlinkSync('nowhere', path)],
  ['a link out of the workspace', (path) => symlinkSync('/etc/hostname', path)],
  ['a pipe', pipe],
  ['a folder', (path) => mkdirSync(path)],
  ['a socket', (path) => void createServer().listen(path).unref()],
  [
    'a file that nobody may read',
    (path) => {
      writeFileSync(path, text);
      chmodSync(path, 0);
    },
  ],
  ['a file without an end', (path) => execFileSync('truncate', ['--size', '8T', path])],
];

/** More questions than can be answered in the time of a test if each of them waits for a file. */
const questions = 12;

async function asked(trusted: boolean): Promise<void> {
  client = await LspClient.start({
    folder,
    initializationOptions: { workspaceTrusted: trusted, network: 'off', storagePath: join(root, 'storage') },
  });
  await client.open(uri('mapping.txt'), 'oc-mapping', text);
  for (let question = 0; question < questions; question++) {
    const findings = await client.diagnostics(uri('mapping.txt'));
    expect(findings.map(({ code }) => code)).toEqual(['mapping/tag-only']);
    await client.hover(uri('mapping.txt'), 0, 10);
  }
}

/** Bytes that the server ever had in memory. */
function mostMemory(): number {
  const status = readFileSync(`/proc/${client?.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

describe.each([
  ['without trust', false],
  ['with trust', true],
])('a server in a hostile workspace %s answers everything', (_trust, trusted) => {
  it.each(traps.filter((_trap, number) => !trusted || number % 4 === 0))(
    'where its configuration is %s',
    async (_what, lay) => {
      lay(at('.operator-mirror.yaml'));
      await asked(trusted);
      expect(mostMemory()).toBeLessThan(400 * 1024 * 1024);
    },
  );

  it('where all kinds of traps have names of ours, and hears of new files beside them', async () => {
    for (const [number, [, lay]] of traps.entries()) {
      for (const name of [`${number}-mapping.txt`, `${number}.yaml`, `${number}.json`]) lay(at(name));
    }
    const deep = Array.from({ length: 300 }, (_, level) => `d${level}`).join('/');
    mkdirSync(at(deep), { recursive: true });
    writeFileSync(at(`${deep}/mapping.txt`), text);
    symlinkSync('.', at('self'));
    await asked(trusted);
    writeFileSync(at('idms.yaml'), mirrorSet);
    const names = [...traps.keys()].flatMap((number) => [`${number}-mapping.txt`, `${number}.yaml`]);
    const changes = [...names, 'idms.yaml'].map(
      (name): FileEvent => ({ uri: uri(name), type: FileChangeType.Created }),
    );
    await client?.connection.sendNotification(DidChangeWatchedFilesNotification.method, { changes });
    const codes = async () => (await client?.diagnostics(uri('mapping.txt')))?.map(({ code }) => code);
    await expect.poll(codes).toContain('mapping/not-mirrored');
    expect(mostMemory()).toBeLessThan(400 * 1024 * 1024);
  });
});

describe('without trust', () => {
  const off = 'rules: {mapping/tag-only: off}\n';
  const codes = async () => (await client?.diagnostics(uri('mapping.txt')))?.map(({ code }) => code);

  it('a configuration above the workspace counts only once it is trusted', async () => {
    writeFileSync(join(root, '.operator-mirror.yaml'), off);
    await asked(false);
    await client?.connection.sendNotification('operatorMirror/trustGranted');
    await expect.poll(codes).toEqual([]);
  });

  it('a linked file counts only once the workspace is trusted', async () => {
    writeFileSync(join(root, 'outside.yaml'), mirrorSet);
    symlinkSync('../outside.yaml', at('linked.yaml'));
    await asked(false);
    await client?.connection.sendNotification('operatorMirror/trustGranted');
    await expect.poll(codes).toContain('mapping/not-mirrored');
  });

  it('a configuration of its own counts', async () => {
    writeFileSync(at('.operator-mirror.yaml'), off);
    client = await LspClient.start({ folder, initializationOptions: { workspaceTrusted: false } });
    await client.open(uri('mapping.txt'), 'oc-mapping', text);
    expect(await codes()).toEqual([]);
  });
});
