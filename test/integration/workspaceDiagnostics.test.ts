import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  DidCloseTextDocumentNotification,
  type PreviousResultId,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
} from 'vscode-languageserver-protocol';
import { temporaryFolder } from '../support/fileStore.ts';
import { LspClient, type LspOptions } from '../support/lspClient.ts';

const examples = join(import.meta.dirname, '../../examples');
const policy =
  '1-efk-over-files/manifests-my-operator/my-operator-index-1636602048/imageContentSourcePolicy.yaml';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: LspOptions = {}) {
  const folder = temporaryFolder();
  cpSync(examples, folder, { recursive: true });
  const client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    ...options,
  });
  cleanUps.push(() => client.stop());
  const uri = (path: string) => pathToFileURL(join(folder, path)).href;
  const changed = (path: string, type: number) =>
    client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri(path), type }],
    });
  const write = async (path: string, text: string) => {
    writeFileSync(join(folder, path), text);
    await changed(path, 2);
  };
  const remove = async (path: string) => {
    rmSync(join(folder, path));
    await changed(path, 3);
  };
  const open = (path: string) => client.open(uri(path), 'yaml', readFileSync(join(folder, path), 'utf8'));
  const close = (path: string) =>
    client.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri: uri(path) },
    });
  return { client, folder, uri, write, remove, open, close };
}

describe('a client that asks', () => {
  const ask = async ({ connection }: LspClient, previousResultIds: PreviousResultId[] = []) => {
    const { items } = await connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds });
    return new Map(items.map((item) => [item.uri, item]));
  };
  const idsOf = (reports: ReadonlyMap<string, WorkspaceDiagnosticReport['items'][number]>) =>
    [...reports.values()].flatMap(({ uri, resultId }) =>
      resultId === undefined ? [] : [{ uri, value: resultId }],
    );

  it('hears of every file of the workspace, opened or not, and then of what has changed', async () => {
    const { client, uri, write, remove, open, close } = await start();
    expect(client.result?.capabilities.diagnosticProvider).toMatchObject({ workspaceDiagnostics: true });
    const first = await ask(client);
    expect(first.get(uri(policy))).toMatchObject({ kind: 'full', version: null });
    expect(first.get(uri(policy))).toHaveProperty('items.length', 4);
    const again = await ask(client, idsOf(first));
    expect([...again.values()].map(({ kind }) => kind)).toEqual(Array(first.size).fill('unchanged'));

    // Opened and closed it is what it was.
    await open(policy);
    expect((await ask(client, idsOf(first))).get(uri(policy))).toMatchObject({
      kind: 'unchanged',
      version: 1,
    });
    await close(policy);
    expect((await ask(client, idsOf(first))).get(uri(policy))).toMatchObject({
      kind: 'unchanged',
      version: null,
    });

    await write('new-mapping.txt', 'quay.io/ns/app\n');
    const third = await ask(client, idsOf(first));
    expect(third.get(uri('new-mapping.txt'))).toMatchObject({ kind: 'full', items: [{ severity: 1 }] });
    expect(third.get(uri(policy))).toMatchObject({ kind: 'unchanged' });
    await remove('new-mapping.txt');
    const last = await ask(client, idsOf(third));
    expect(last.get(uri('new-mapping.txt'))).toEqual({
      uri: uri('new-mapping.txt'),
      kind: 'full',
      version: null,
      items: [],
    });
    expect((await ask(client, idsOf(last))).has(uri('new-mapping.txt'))).toBe(false);
  });

  it('hears the same of a file alone, and that it is unchanged', async () => {
    const { client, uri, open } = await start();
    await open(policy);
    const askFile = (previousResultId?: string) =>
      client.connection.sendRequest('textDocument/diagnostic', {
        textDocument: { uri: uri(policy) },
        previousResultId,
      }) as Promise<{ kind: string; resultId: string; items?: unknown[] }>;
    const { kind, resultId, items } = await askFile();
    expect(kind).toBe('full');
    expect(items).toHaveLength(4);
    expect(await askFile(resultId)).toEqual({ kind: 'unchanged', resultId });
    const edit = { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '\n' };
    await client.change(uri(policy), [edit]);
    expect(await askFile(resultId)).toMatchObject({ kind: 'full' });
  });

  it('may take many files in parts', async () => {
    const { client, folder } = await start();
    mkdirSync(join(folder, 'many'));
    for (let at = 0; at < 250; at++) {
      const path = join(folder, 'many', `${at}-mapping.txt`);
      writeFileSync(path, 'quay.io/ns/app:v1 = reg.example.com/ns/app\n');
    }
    const other = await LspClient.start({ folder, environment: { HOME: folder, XDG_CACHE_HOME: folder } });
    cleanUps.push(() => other.stop());
    const whole = await ask(other);
    const parts: number[] = [];
    other.connection.onProgress(WorkspaceDiagnosticRequest.partialResult, 'part', ({ items }) => {
      parts.push(items.length);
    });
    const { items } = await other.connection.sendRequest(WorkspaceDiagnosticRequest.type, {
      previousResultIds: [],
      partialResultToken: 'part',
    });
    expect(parts).toEqual([100, 100]);
    expect(items.length + 200).toBe(whole.size);
    expect(client.published.size).toBe(0);
  });
});

it('a client that does not ask is sent the findings of files that nobody opened, and their end', async () => {
  const { client, uri, write, remove, open, close } = await start({ capabilities: {} });
  const published = (path: string) => client.published.get(uri(path))?.diagnostics;
  await vi.waitFor(() => expect(published(policy)).toHaveLength(4), 30_000);
  await open(policy);
  await vi.waitFor(() => expect(client.published.get(uri(policy))?.version).toBe(1), 30_000);
  const edit = { range: { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } }, text: '' };
  await client.change(uri(policy), [edit]);
  await vi.waitFor(() => expect(published(policy)).toEqual([]), 30_000);
  await write('clean-mapping.txt', '# nothing yet\n');
  // What is on disk counts again.
  await close(policy);
  await vi.waitFor(() => expect(published(policy)).toHaveLength(4), 30_000);
  await write('new-mapping.txt', 'quay.io/ns/app\n');
  await vi.waitFor(() => expect(published('new-mapping.txt')).toHaveLength(1), 30_000);
  await remove('new-mapping.txt');
  await vi.waitFor(() => expect(published('new-mapping.txt')).toEqual([]), 30_000);
  // Nobody needs to hear that nothing is wrong.
  expect(published('clean-mapping.txt')).toBeUndefined();
});
