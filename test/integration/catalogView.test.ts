import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogContent } from '../../server/src/protocol/catalogs.ts';
import type { Requests } from '../../server/src/protocol/requests.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { pushImage } from '../support/images.ts';
import { configsImage } from '../support/indexImages.ts';
import { LspClient } from '../support/lspClient.ts';
import { writeLayout } from '../support/ociLayout.ts';
import { viewCatalogText } from '../support/viewCatalog.ts';

let folder: string;
let client: LspClient | undefined;
let registry: DockerRegistry | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-view-'));
});
afterEach(async () => {
  await client?.stop();
  await registry?.stop();
  client = undefined;
  registry = undefined;
  rmSync(folder, { recursive: true });
});

const image = () => configsImage({ layers: [{ 'configs/a/catalog.json': viewCatalogText }] });

async function start(options: Record<string, unknown> = {}): Promise<void> {
  client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    initializationOptions: { workspaceTrusted: true, ...options },
  });
}

function ask<Name extends keyof Requests>(
  name: Name,
  params: Requests[Name]['params'],
): Promise<Requests[Name]['result']> {
  return client?.connection.sendRequest(name, params) ?? expect.unreachable();
}

/** What a catalog holds once it is open, or why it is not. */
async function opened(catalog: string): Promise<CatalogContent> {
  let content = await ask('operatorMirror/catalogContent', { catalog });
  await expect
    .poll(
      async () => {
        content = await ask('operatorMirror/catalogContent', { catalog });
        return content.state;
      },
      { timeout: 20_000 },
    )
    .not.toBe('opening');
  return content;
}

describe('the view of catalogs, as the server answers it', { timeout: 60_000 }, () => {
  it('lists what files name and what was added, and says when that changes', async () => {
    writeLayout(join(folder, 'catalog'), [{ image: image() }]);
    const file = join(folder, 'imageset.yaml');
    const text = 'kind: ImageSetConfiguration\nmirror:\n  operators:\n  - catalog: oci://./catalog\n';
    writeFileSync(file, text);
    await start();
    const rows = await ask('operatorMirror/catalogs', { added: ['./catalog', 'quay.io/a/index:v1'] });
    const layout = join(folder, 'catalog');
    expect(
      rows.map(({ catalog, label, where, added, state }) => ({ catalog, label, where, added, state })),
    ).toEqual([
      {
        catalog: 'docker://quay.io/a/index:v1',
        label: 'index:v1',
        where: 'quay.io/a',
        added: 'quay.io/a/index:v1',
        state: 'closed',
      },
      {
        catalog: `oci://${layout}`,
        label: 'catalog',
        where: `oci://${folder}`,
        // Added as a folder, named as a layout: one row.
        added: './catalog',
        state: 'closed',
      },
    ]);
    expect(rows[1]?.namedIn).toEqual([{ path: file, uri: pathToFileURL(file).href, line: 3 }]);
    const changed = new Promise((resolve) =>
      client?.connection.onNotification('operatorMirror/catalogsChanged', resolve),
    );
    await client?.open(
      pathToFileURL(file).href,
      'yaml',
      text.replace('oci://./catalog', 'quay.io/b/index:v2'),
    );
    await changed;
    const now = await ask('operatorMirror/catalogs', { added: [] });
    expect(now.map(({ catalog }) => catalog)).toEqual(['docker://quay.io/b/index:v2']);
  });

  it('opens a catalog of a registry, searches it, and makes an ImageSetConfiguration that check finds nothing in', async () => {
    registry = await DockerRegistry.start();
    await pushImage(registry.url, 'x/index', 'v1', image());
    await start();
    const name = `${registry.host}/x/index:v1`;
    const catalog = `docker://${name}`;
    const content = await opened(catalog);
    expect(content.state === 'open' && content.packages.map((row) => row.name)).toEqual([
      'certs',
      'keys',
      'needy',
    ]);
    const found = await ask('operatorMirror/searchCatalogs', { query: 'certificate', catalogs: [catalog] });
    expect(found.map((one) => [one.catalog, one.name])).toEqual([[catalog, 'certs']]);
    const stable = await ask('operatorMirror/choose', {
      catalog,
      package: 'keys',
      channel: 'stable',
      on: true,
    });
    const keys = await ask('operatorMirror/choose', {
      catalog,
      package: 'keys',
      channel: 'stable',
      bundle: 'keys.v1.2.0',
      on: true,
      ...(stable === null ? {} : { before: stable }),
    });
    expect(keys).toEqual({ name: 'keys', channels: [{ name: 'stable', minVersion: '1.2.0' }] });
    const chosen = [{ catalog, packages: [keys ?? expect.unreachable(), { name: 'needy' }] }];
    expect(await ask('operatorMirror/chosen', { chosen })).toMatchObject({
      words: '4 bundles, 3 images',
      problems: [{ message: 'Add certs (needed by needy.v0.1.0)', add: ['certs'] }],
      nameless: [],
    });
    const text = await ask('operatorMirror/imageSetText', {
      chosen: [{ catalog, packages: [...(chosen[0]?.packages ?? []), { name: 'certs' }] }],
    });
    const uri = pathToFileURL(join(folder, 'imageset.yaml')).href;
    await client?.open(uri, 'yaml', text);
    const hints = () =>
      client?.connection.sendRequest('textDocument/inlayHint', {
        textDocument: { uri },
        range: { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } },
      });
    await expect.poll(async () => JSON.stringify(await hints()), { timeout: 20_000 }).toContain('5 bundles');
    expect(await client?.diagnostics(uri)).toEqual([]);
    const more = await ask('operatorMirror/imageSetEdits', { uri, chosen });
    expect(more?.edits).toEqual([]);
  });

  it('asks a registry again for what it did not have', async () => {
    registry = await DockerRegistry.start();
    await start();
    const catalog = `docker://${registry.host}/x/index:v1`;
    expect(await opened(catalog)).toMatchObject({
      state: 'failed',
      help: 'again',
      reason: expect.stringContaining('does not have v1'),
    });
    await pushImage(registry.url, 'x/index', 'v1', image());
    expect((await opened(catalog)).state).toBe('failed');
    expect((await ask('operatorMirror/catalogContent', { catalog, do: 'again' })).state).toBe('open');
  });

  it('asks for a login where the registry wants one', async () => {
    registry = await DockerRegistry.start({ users: { admin: 'secret' } });
    await start();
    expect(await opened(`docker://${registry.host}/x/index:v1`)).toMatchObject({
      state: 'failed',
      help: 'login',
    });
  });

  it('opens nothing without trust, not even what is on the disk', async () => {
    writeLayout(join(folder, 'catalog'), [{ image: image() }]);
    await start({ workspaceTrusted: false });
    const layout = `oci://${join(folder, 'catalog')}`;
    expect(await opened(layout)).toMatchObject({ state: 'failed', help: 'trust' });
    expect(
      await ask('operatorMirror/chosen', { chosen: [{ catalog: layout, packages: [{ name: 'keys' }] }] }),
    ).toMatchObject({ words: '' });
  });

  it('opens what is on the disk while the network is off', async () => {
    writeLayout(join(folder, 'catalog'), [{ image: image() }]);
    await start({ network: 'off' });
    expect((await opened(join(folder, 'catalog'))).state).toBe('open');
    expect(await opened('docker://quay.io/a/index:v1')).toMatchObject({ state: 'failed', help: 'network' });
  });

  it('asks for the name of a catalog that has none', async () => {
    writeLayout(join(folder, 'catalog'), [{ image: image() }]);
    await start();
    const catalog = join(folder, 'catalog');
    const packages = [{ name: 'certs' }];
    await opened(catalog);
    expect((await ask('operatorMirror/chosen', { chosen: [{ catalog, packages }] })).nameless).toEqual([
      catalog,
    ]);
    await expect(ask('operatorMirror/imageSetText', { chosen: [{ catalog, packages }] })).rejects.toThrow(
      'name the image that it was taken from',
    );
    const text = await ask('operatorMirror/imageSetText', {
      chosen: [{ catalog, as: 'quay.io/a/index:v1', packages }],
    });
    expect(text).toContain('- catalog: quay.io/a/index:v1\n');
  });
});
