import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mappingText, policyText } from '../../bench/inputs.ts';
import { configsImage, packageText } from '../support/indexImages.ts';
import { LspClient } from '../support/lspClient.ts';
import { writeLayout } from '../support/ociLayout.ts';

const root = join(import.meta.dirname, '../..');
const kilobyte = 1024;
/** Code that is compiled meanwhile, and tables that have grown, are no leak; what is kept of each visit is several times that. */
const slack = 700 * kilobyte;

let folder: string;
let client: LspClient;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-long-session-'));
  mkdirSync(join(folder, 'w'));
  client = await LspClient.start({
    folder: join(folder, 'w'),
    command: [
      process.execPath,
      '--require',
      join(root, 'test/support/liveHeap.cjs'),
      join(root, 'dist/server.js'),
      '--stdio',
    ],
    environment: { HOME: folder, XDG_CACHE_HOME: folder, LIVE_HEAP_FILE: join(folder, 'live-heap') },
    initializationOptions: { network: 'off' },
  });
});
afterEach(async () => {
  await client.stop();
  rmSync(folder, { recursive: true });
});

/** Bytes that live on in the server when all garbage is collected. */
async function liveHeap(): Promise<number> {
  const file = join(folder, 'live-heap');
  rmSync(file, { force: true });
  process.kill(client.pid, 'SIGUSR2');
  await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
  return Number(readFileSync(file, 'utf8'));
}

it('opens a catalog ten times and keeps one of it', { timeout: 120_000 }, async () => {
  const packages = Array.from({ length: 400 }, (_, at) => packageText(`some-operator-${at}`)).join('\n');
  const image = configsImage({ layers: [{ 'configs/a/catalog.json': packages }] });
  const catalog = `oci://${join(folder, 'catalog')}`;
  writeLayout(join(folder, 'catalog'), [{ image }]);
  const content = (what?: 'again') =>
    client.connection.sendRequest<{ state: string; packages?: readonly unknown[] }>(
      'operatorMirror/catalogContent',
      { catalog, ...(what && { do: what }) },
    );
  const open = async () => {
    await content('again');
    await expect.poll(() => content(), { timeout: 30_000 }).toMatchObject({ state: 'open' });
    expect((await content()).packages).toHaveLength(400);
  };
  const without = await liveHeap();
  await open();
  await open();
  const once = await liveHeap();
  expect(once - without).toBeGreaterThan(200 * kilobyte);
  for (let time = 0; time < 10; time++) await open();
  expect((await liveHeap()) - once).toBeLessThan(slack);
});

const language = (name: string) =>
  name.endsWith('.txt') ? 'oc-mapping' : name.endsWith('.log') ? 'log' : 'yaml';
const uriOf = (name: string) => pathToFileURL(join(folder, 'w', name)).href;

async function visit(name: string, text: string): Promise<void> {
  const uri = uriOf(name);
  await client.open(uri, language(name), text);
  await client.diagnostics(uri);
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
}

it('comes back to the same memory when files are closed', { timeout: 120_000 }, async () => {
  // The same images in all of them: what is known of images outlives the files that name them, within bounds of its own.
  const visitAll = async (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      await visit(`${at}-mapping.txt`, mappingText(100));
      await visit(`${at}.yaml`, policyText(40));
      await visit(`${at}.log`, `error: unable to push to registry-${at}: unauthorized\n`);
    }
  };
  // V8 compiles what these visits run, piece by piece, up to here.
  await visitAll(0, 120);
  const before = await liveHeap();
  await visitAll(120, 220);
  expect((await liveHeap()) - before).toBeLessThan(slack);
});

it('keeps nothing of each time that a file is opened and closed', {
  timeout: 120_000,
}, async () => {
  writeFileSync(join(folder, 'w/one-mapping.txt'), mappingText(3));
  const visits = async (count: number) => {
    for (let time = 0; time < count; time++) {
      await visit('one-mapping.txt', mappingText(4));
      // Tables of what is kept by objects grow with what nobody has collected yet.
      if (time % 250 === 249) await liveHeap();
    }
    return liveHeap();
  };
  const before = await visits(1_000);
  expect((await visits(5_000)) - before).toBeLessThan(300 * kilobyte);
});
