import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unpack } from '../support/fileStore.ts';
import { filesOf, textOf } from '../support/groundTruth.ts';
import { LspClient } from '../support/lspClient.ts';

let folder: string;
let client: LspClient | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-sources-'));
});
afterEach(async () => {
  await client?.stop();
  rmSync(folder, { recursive: true });
});

async function openPolicy(text: string) {
  mkdirSync(join(folder, 'manifests-x'));
  const path = join(folder, 'manifests-x/imageContentSourcePolicy.yaml');
  writeFileSync(path, text);
  client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
  });
  const uri = pathToFileURL(path).href;
  await client.open(uri, 'yaml', text);
  return { server: client, uri };
}

const [policy = ''] = filesOf('jaeger-file2reg-oc48', 'imageContentSourcePolicy.yaml');
const text = textOf('jaeger-file2reg-oc48', policy);

it('knows true sources from the catalog in the store that oc wrote, and fixes them', {
  timeout: 60_000,
}, async () => {
  unpack('jaeger-reg2file-oc48', folder);
  const { server, uri } = await openPolicy(text);
  const told = async () =>
    (await server.diagnostics(uri)).filter(({ message }) =>
      String(message).includes(', as the catalog file://'),
    );
  await expect.poll(told).toHaveLength(5);
  const [finding] = await told();
  const actions = await server.codeActions(uri, finding?.range ?? expect.unreachable());
  expect(actions.map(({ title }) => title)).toContain('Rewrite all 5 to their true sources');
  const lines = text.split('\n');
  const line = lines.findIndex((one) => one.includes('source: '));
  expect(JSON.stringify(await server.hover(uri, line, 30))).toContain('as the catalog `file://');
});
