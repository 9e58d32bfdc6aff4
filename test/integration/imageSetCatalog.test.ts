import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  CodeLensRequest,
  ExecuteCommandRequest,
  ShowMessageNotification,
} from 'vscode-languageserver-protocol';
import { commands } from '../../server/src/protocol/names.ts';
import { configsImage, packageText } from '../support/indexImages.ts';
import { LspClient } from '../support/lspClient.ts';
import { writeLayout } from '../support/ociLayout.ts';

let folder: string;
let client: LspClient | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-image-set-'));
});
afterEach(async () => {
  await client?.stop();
  rmSync(folder, { recursive: true });
});

const textOf = (name: string) => `apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: oci://./catalog
    packages:
    - name: ${name}
`;

async function openFile(trusted: boolean, name = 'some-operater', clientCommands: string[] = []) {
  client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    // Images of bundles are asked for, and tests ask nobody outside.
    initializationOptions: { workspaceTrusted: trusted, network: 'off', clientCommands },
  });
  const uri = pathToFileURL(join(folder, 'imageset.yaml')).href;
  writeFileSync(join(folder, 'imageset.yaml'), textOf(name));
  await client.open(uri, 'yaml', textOf(name));
  return { client, uri };
}

function writeCatalog(): void {
  const image = configsImage({ layers: [{ 'configs/a/catalog.json': packageText('some-operator') }] });
  writeLayout(join(folder, 'catalog'), [{ image }]);
}

it('opens the catalog in a worker, and holds the file to it', { timeout: 40_000 }, async () => {
  writeCatalog();
  const { client: server, uri } = await openFile(true);
  const codes = async () => (await server.diagnostics(uri)).map(({ code }) => code);
  await expect.poll(codes, { timeout: 20_000 }).toContain('image-set/unknown-package');
  const [finding] = await server.diagnostics(uri);
  const actions = await server.codeActions(uri, finding?.range ?? expect.unreachable());
  expect(actions.map(({ title }) => title)).toContain('Change it to some-operator');
  const range = { start: { line: 6, character: 12 }, end: { line: 6, character: 25 } };
  await server.change(uri, [{ range, text: 'some-operator' }]);
  expect(await codes()).toEqual([]);
  expect(JSON.stringify(await server.hover(uri, 6, 14))).toContain('Newest version: `1.0.0`.');
});

it('opens nothing without trust', { timeout: 40_000 }, async () => {
  writeCatalog();
  const { client: server, uri } = await openFile(false);
  expect(await server.diagnostics(uri)).toEqual([]);
  expect(JSON.stringify(await server.hover(uri, 6, 14))).toContain('mirror.operators.packages.name');
  expect(await server.diagnostics(uri)).toEqual([]);
});

it('shows the bundles of an entry and of a package, in any editor', { timeout: 40_000 }, async () => {
  writeCatalog();
  const { client: server, uri } = await openFile(true, 'some-operator');
  const { connection } = server;
  const lenses = await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
  const shown = lenses?.filter(({ command }) => command?.title === 'Show bundles') ?? [];
  expect(shown.map(({ range }) => range.start.line)).toEqual([4, 6]);
  const { command = '', arguments: given = [] } = shown[1]?.command ?? {};
  const messages: string[] = [];
  connection.onNotification(ShowMessageNotification.type, ({ message }) => void messages.push(message));
  const page = await connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: given });
  expect(page).toContain('`some-operator.v1.0.0`');
  await expect.poll(() => messages).toEqual([expect.stringContaining('some-operator: 1 bundle')]);
  const question = { uri, position: { line: 4, character: 10 } };
  expect(await connection.sendRequest('operatorMirror/selectedBundles', question)).toContain(
    '1 package, 1 bundle',
  );
  const elsewhere = { uri, position: { line: 0, character: 0 } };
  expect(await connection.sendRequest('operatorMirror/selectedBundles', elsewhere)).toBeNull();
});

it('says why it can show none', { timeout: 40_000 }, async () => {
  const { client: server, uri } = await openFile(true, 'some-operator');
  const question = { uri, position: { line: 4, character: 10 } };
  await expect(server.connection.sendRequest('operatorMirror/selectedBundles', question)).rejects.toThrow(
    /oci:\/\/\.\/catalog is not known: /,
  );
});

it('lets a client that runs tasks plan and mirror it, and says where to', { timeout: 40_000 }, async () => {
  writeFileSync(join(folder, 'mapping.txt'), 'quay.io/a/b:1=mirror.example.com:8443/a/b:1\n');
  const runs = [commands.planImageSet, commands.mirrorImageSet];
  const { client: server, uri } = await openFile(true, 'some-operator', runs);
  const { connection } = server;
  const lenses = await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
  expect(lenses?.slice(0, 2).map(({ command }) => command)).toEqual([
    { title: 'Plan', command: commands.planImageSet, arguments: [uri] },
    { title: 'Mirror', command: commands.mirrorImageSet, arguments: [uri] },
  ]);
  expect(await connection.sendRequest('operatorMirror/mirrorPlaces', {})).toEqual([
    'docker://mirror.example.com:8443',
  ]);
  const problemOf = (text: string) => connection.sendRequest('operatorMirror/placeProblem', { text });
  expect(await problemOf('oci://mirror')).toBeNull();
  expect(await problemOf('Mirror')).toBe('Mirror is no registry: HOST.DOMAIN, HOST:PORT or localhost');
});

it('has no line for tasks in a client that runs none', { timeout: 40_000 }, async () => {
  const { client: server, uri } = await openFile(true);
  const lenses = await server.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
  expect(lenses?.map(({ command }) => command?.title)).not.toContain('Mirror');
});
