import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  DefinitionRequest,
  DocumentLinkRequest,
  type Location,
  type LocationLink,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
} from 'vscode-languageserver-protocol';
import { splitLines } from '../../server/src/documents/lines.ts';
import { applyEdits } from '../../server/src/documents/textEdits.ts';
import { LspClient } from '../support/lspClient.ts';

const examples = join(import.meta.dirname, '../../examples/1-efk-over-files');
const hop = 'manifests-my-operator/my-operator-index-1636602048';
const policy = `${hop}/imageContentSourcePolicy.yaml`;
const first = 'manifests-my-operator-index-1636424076/mapping.txt';
/** Characters that URIs and keys write differently; the file in it is never opened. */
const awkward = 'a b%20c#d?é';
const host = 'localhost:5005';

let folder: string;
let client: LspClient;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-navigation-'));
  cpSync(examples, folder, { recursive: true });
  mkdirSync(join(folder, awkward));
  writeFileSync(join(folder, awkward, 'catalog.yaml'), readFileSync(join(folder, hop, 'catalogSource.yaml')));
  writeFileSync(join(folder, 'pod.yaml'), `kind: Pod\nspec: {image: ${host}/efk-mirror/x}\n`);
  client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    capabilities: { textDocument: { rename: { prepareSupport: true }, definition: { linkSupport: true } } },
  });
});

afterEach(async () => {
  await client.stop();
  rmSync(folder, { recursive: true });
});

const uriOf = (path: string) => pathToFileURL(join(folder, path)).href;
const textOf = (path: string) => readFileSync(join(folder, path), 'utf8');

/** Opens a file and gives the place of a text in it. */
async function openAt(path: string, text: string) {
  const uri = uriOf(path);
  await client.open(uri, path.endsWith('.txt') ? 'oc-mapping' : 'yaml', textOf(path));
  const lines = splitLines(textOf(path));
  const line = lines.findIndex((candidate) => candidate.includes(text));
  return { textDocument: { uri }, position: { line, character: (lines[line] ?? '').indexOf(text) + 2 } };
}

it('leads from a source that a hop left to the lines of both hops', async () => {
  const found = await client.connection.sendRequest(
    DefinitionRequest.type,
    await openAt(policy, 'efk-mirror/my-operator/my-operator-index/openshift4/ose-elasticsearch-proxy'),
  );
  const links = (found ?? []) as LocationLink[];
  expect(links.map(({ targetUri, targetRange }) => [targetUri, targetRange.start.line])).toEqual([
    [uriOf(first), 1],
    [uriOf(`${hop}/mapping.txt`), 1],
  ]);
});

it('finds a repository in all files, also in those whose names are hard to write', async () => {
  const at = await openAt(`${hop}/catalogSource.yaml`, host);
  // No place is the declaration of a repository, so that none is left out.
  const context = { includeDeclaration: false };
  const found = await client.connection.sendRequest(ReferencesRequest.type, { ...at, context });
  expect((found ?? []).map(({ uri }: Location) => fileURLToPath(uri)).sort()).toEqual(
    [`${awkward}/catalog.yaml`, `${hop}/catalogSource.yaml`, `${hop}/mapping.txt`].map((path) =>
      join(folder, path),
    ),
  );
});

it('links a catalog to the line that brings its image', async () => {
  const { textDocument } = await openAt(`${hop}/catalogSource.yaml`, host);
  const links = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument });
  expect(links?.map(({ target }) => target)).toEqual([
    expect.stringMatching(/1636602048\/mapping\.txt#L5,61$/),
  ]);
});

it('renames a registry in all files, open or not', async () => {
  const at = await openAt(policy, host);
  const target = await client.connection.sendRequest(PrepareRenameRequest.type, at);
  expect(target).toMatchObject({ placeholder: host });
  const newName = 'mirror.example.com:8443';
  const edit = await client.connection.sendRequest(RenameRequest.type, { ...at, newName });
  for (const [uri, edits] of Object.entries(edit?.changes ?? {})) {
    const path = fileURLToPath(uri);
    writeFileSync(path, applyEdits(readFileSync(path, 'utf8'), edits));
  }
  const texts = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]);
  expect(texts.filter(([, text]) => text?.includes(host)).map(([name]) => name)).toEqual(['pod.yaml']);
  expect(texts.filter(([, text]) => text?.includes(newName))).toHaveLength(4);
});

it('refuses to rename where images come from, with the reason', async () => {
  const at = await openAt(first, 'registry.redhat.io');
  const asked = client.connection.sendRequest(PrepareRenameRequest.type, at);
  await expect(asked).rejects.toThrow(
    /Cannot rename: registry\.redhat\.io is a registry that images come from/,
  );
  const made = client.connection.sendRequest(RenameRequest.type, { ...at, newName: 'quay.io' });
  await expect(made).rejects.toThrow(/Cannot rename/);
});
