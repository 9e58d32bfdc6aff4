import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import {
  type ClientCapabilities,
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
} from 'vscode-languageserver-protocol';
import { splitLines } from '../../server/src/documents/lines.ts';
import { applyEdits } from '../../server/src/documents/textEdits.ts';
import { FakeRegistry } from '../support/fakeRegistry.ts';
import { testImage } from '../support/images.ts';
import { LspClient } from '../support/lspClient.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(
  files: Readonly<Record<string, string>> = {},
  textDocument: ClientCapabilities['textDocument'] = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-lsp-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    capabilities: { textDocument: { diagnostic: {}, ...textDocument } },
  });
  cleanUps.push(() => client.stop());
  const open = async (name: string, text: string) => {
    const uri = pathToFileURL(join(folder, name)).href;
    await client.open(uri, name.endsWith('.txt') ? 'oc-mapping' : 'yaml', text);
    return uri;
  };
  /** Opens a text with a `^` in it and completes there. */
  const completeAt = async (name: string, marked: string) => {
    const text = marked.replace('^', '');
    const before = splitLines(marked.slice(0, marked.indexOf('^')));
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const uri = await open(name, text);
    const list = (await client.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri },
      position,
    })) as CompletionList;
    const choose = (label: string) => {
      const edit = list.items.find((item) => item.label === label)?.textEdit;
      if (edit === undefined || !('range' in edit)) throw new Error(`no ${label}`);
      return applyEdits(text, [edit]);
    };
    return { list, labels: list.items.map(({ label }) => label), choose };
  };
  return { client, open, completeAt };
}

const sorted = (items: readonly CompletionItem[]) => items.map(({ sortText }) => sortText ?? '');

it('completes from an empty file on, for clients with and without snippets', async () => {
  const plain = await start();
  const { labels, list, choose } = await plain.completeAt('new.yaml', '^');
  expect(labels).toContain('ImageDigestMirrorSet');
  expect(sorted(list.items)).toEqual(sorted(list.items).toSorted());
  expect(choose('OperatorHub')).toContain('  name: cluster\nspec:\n  disableAllDefaultSources: true\n');
  const snippets = await start({}, { completion: { completionItem: { snippetSupport: true } } });
  expect((await snippets.completeAt('new.yaml', '^')).choose('OperatorHub')).toMatch(
    /Sources: \$\{1:true\}\n/,
  );
});

it('completes what the workspace knows, also of files that are not open', async () => {
  const mapping = 'quay.io/edge/app:v1=reg.example.com/edge/app:v1\n';
  const { completeAt, client, open } = await start({ 'mapping.txt': mapping });
  const head = 'apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\n';
  const { choose } = await completeAt('a.yaml', `${head}spec:\n  imageTagMirrors:\n  - source: ^`);
  expect(choose('quay.io/edge/app')).toContain('source: quay.io/edge/app');
  const destination = await completeAt('b-mapping.txt', `${mapping}quay.io/edge/other:v2=^`);
  expect(destination.labels[0]).toBe('reg.example.com/edge/other:v2');
  const uri = await open('c.yaml', `${head}spec: {}\n`);
  expect((await client.hover(uri, 2, 1))?.contents).toMatchObject({
    value: expect.stringContaining('**`spec`** map'),
  });
});

it('completes tags and digests that a registry has', async () => {
  const registry = await FakeRegistry.start();
  cleanUps.push(() => registry.stop());
  const image = testImage();
  for (const tag of ['v4.9', 'v4.10']) registry.add('olm/index', tag, image);
  const { completeAt } = await start();
  const source = `kind: CatalogSource\napiVersion: operators.coreos.com/v1alpha1\nspec:\n  image: ${registry.host}/olm/index`;
  const tags = await completeAt('a.yaml', `${source}:^\n`);
  expect(tags.labels).toEqual(['v4.10', 'v4.9']);
  expect(tags.choose('v4.9')).toBe(`${source}:v4.9\n`);
  const digests = await completeAt('b.yaml', `${source}:v4.9@^\n`);
  expect(digests.choose(image.manifest.digest)).toBe(`${source}:v4.9@${image.manifest.digest}\n`);
  const missing = await completeAt('c.yaml', `${source}/nothing:^\n`);
  expect(missing.list).toEqual({ items: [], isIncomplete: false });
});

it('gives outline and folds, and leaves other files to the client', async () => {
  const text =
    'apiVersion: config.openshift.io/v1\nkind: OperatorHub\nmetadata:\n  name: cluster\nspec:\n  sources:\n  - name: a\n    disabled: true\n';
  const flat = await start();
  const uri = await flat.open('a.yaml', text);
  const list = await flat.client.connection.sendRequest(DocumentSymbolRequest.type, {
    textDocument: { uri },
  });
  expect(list).toMatchObject([
    { name: 'cluster', location: { uri } },
    { name: 'a', containerName: 'cluster' },
  ]);
  const tree = await start(
    {},
    {
      documentSymbol: { hierarchicalDocumentSymbolSupport: true },
      foldingRange: { rangeLimit: 2 },
    },
  );
  const other = await tree.open('a.yaml', text);
  const request = { textDocument: { uri: other } };
  const symbols = await tree.client.connection.sendRequest(DocumentSymbolRequest.type, request);
  expect(symbols).toMatchObject([{ name: 'cluster', detail: 'OperatorHub', children: [{ name: 'a' }] }]);
  const folds = await tree.client.connection.sendRequest(FoldingRangeRequest.type, request);
  expect(folds).toEqual([
    { startLine: 2, endLine: 3, kind: 'region' },
    { startLine: 4, endLine: 7, kind: 'region' },
  ]);
  const nowhere = { textDocument: { uri: 'file:///nowhere/a.yaml' } };
  expect(await tree.client.connection.sendRequest(FoldingRangeRequest.type, nowhere)).toBeNull();
});
