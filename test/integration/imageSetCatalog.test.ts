import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

async function openFile(trusted: boolean) {
  client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    initializationOptions: { workspaceTrusted: trusted },
  });
  const uri = pathToFileURL(join(folder, 'imageset.yaml')).href;
  writeFileSync(join(folder, 'imageset.yaml'), textOf('some-operater'));
  await client.open(uri, 'yaml', textOf('some-operater'));
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
