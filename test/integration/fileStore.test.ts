import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { splitLines } from '../../server/src/documents/lines.ts';
import { applyEdits } from '../../server/src/documents/textEdits.ts';
import { addToStore, realStores, temporaryFolder, truthOf, unpack } from '../support/fileStore.ts';
import { multiArchImage } from '../support/images.ts';
import { LspClient } from '../support/lspClient.ts';

const examples = join(import.meta.dirname, '../../examples');
const run = 'manifests-my-operator/community-operator-index-1637720538';
const keycloak = 'community-operator/my-operator/community-operator-index/keycloak/keycloak-operator';
const image = multiArchImage({ seed: 'keycloak', created: '2021-11-20T10:00:00Z' });
const pin = `Pin to ${image.manifest.digest.slice(0, 'sha256:'.length + 12)}… that v2/ has (pods that pull :15.0.2 still need a registries.conf drop-in written by a MachineConfig)`;

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An editor on a folder, in which nothing is contacted: what is known comes from disk. */
async function start(options: Record<string, unknown> = {}, workspace = folder): Promise<LspClient> {
  const client = await LspClient.start({
    folder: workspace,
    environment: { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') },
    initializationOptions: { network: 'off', ...options },
    capabilities: {
      textDocument: { diagnostic: {}, codeAction: { resolveSupport: { properties: ['edit'] } } },
    },
  });
  cleanups.push(() => client.stop());
  return client;
}

async function open(client: LspClient, path: string): Promise<{ uri: string; text: string }> {
  const uri = pathToFileURL(path).href;
  const text = readFileSync(path, 'utf8');
  await client.open(uri, 'oc-mapping', text);
  return { uri, text };
}

describe('seed 000 in an editor', () => {
  const mapping = () => join(folder, run, 'mapping.txt');
  const keycloakLine = (text: string) => splitLines(text).findIndex((line) => line.includes(':15.0.2='));
  beforeEach(() => {
    cpSync(join(examples, '2-keycloak-by-tag'), folder, { recursive: true });
    addToStore(folder, keycloak, '15.0.2', image);
  });

  async function hoverText(client: LspClient): Promise<string> {
    const { uri, text } = await open(client, mapping());
    return JSON.stringify(await client.hoverWhenKnown(uri, keycloakLine(text), 20));
  }

  it.each([
    ['offline', { network: 'off' }],
    ['without trust', { network: 'on', workspaceTrusted: false }],
  ])('shows what the image is, %s', async (_name, options) => {
    const text = await hoverText(await start(options));
    expect(text).toContain(image.manifest.digest);
    for (const platform of ['linux/amd64', 'linux/s390x']) expect(text).toContain(platform);
    expect(text).toMatch(/Size\b.* KiB|Size\b.* B/);
    expect(text).toContain('2021-11-20');
  });

  it('pins the tag to the digest that v2/ has', async () => {
    const client = await start();
    const { uri, text } = await open(client, mapping());
    const line = keycloakLine(text);
    const place = { start: { line, character: 0 }, end: { line, character: 0 } };
    const action = (await client.codeActions(uri, place)).find(({ title }) => title === pin);
    expect(action?.isPreferred ?? false).toBe(false);
    const { edit } = await client.resolve(action ?? { title: '' });
    const after = applyEdits(text, edit?.changes?.[uri] ?? []);
    expect(after).toBe(text.replace(':15.0.2=', `@${image.manifest.digest}=`));
  });

  it('sees an image that oc has written meanwhile', async () => {
    rmSync(join(folder, 'v2'), { recursive: true });
    const client = await start();
    const { uri, text } = await open(client, mapping());
    const hover = async () => JSON.stringify(await client.hoverWhenKnown(uri, keycloakLine(text), 20));
    expect(await hover()).toContain('there is no v2/ folder with');
    addToStore(folder, keycloak, '15.0.2', image);
    await expect.poll(hover, { interval: 500 }).toContain(image.manifest.digest);
  });

  it('finds the folder that a setting names, and says when there is none', async () => {
    mkdirSync(join(folder, 'carried'));
    renameSync(join(folder, 'v2'), join(folder, 'carried/v2'));
    expect(await hoverText(await start())).toContain('there is no v2/ folder with');
    for (const named of ['carried', join(folder, 'carried')]) {
      expect(await hoverText(await start({ files: { folder: named } }))).toContain(image.manifest.digest);
    }
    expect(await hoverText(await start({ files: { folder: 'none' } }))).toContain('there is no v2/ in');
  });

  it('reads nothing outside a workspace without trust', async () => {
    const workspace = join(folder, 'manifests-my-operator');
    const untrusted = (options: object) => start({ workspaceTrusted: false, ...options }, workspace);
    expect(await hoverText(await start({}, workspace))).toContain(image.manifest.digest);
    expect(await hoverText(await untrusted({}))).toContain('there is no v2/ folder with');
    expect(await hoverText(await untrusted({ files: { folder } }))).toContain('trust the workspace');
    expect(await hoverText(await untrusted({ files: { folder: '..' } }))).toContain(
      'is outside the workspace',
    );
  });
});

describe.each(realStores)('the store that oc wrote in %s', (name) => {
  it('answers every line of its mapping.txt with the digest that is true', async () => {
    unpack(name, folder);
    const { lines } = truthOf(name);
    const client = await start({ workspaceTrusted: false });
    const uri = pathToFileURL(join(folder, 'mapping.txt')).href;
    const text = lines.map(({ source, destination }) => `${source}=${destination}\n`).join('');
    await client.open(uri, 'oc-mapping', text);
    const hovers = await Promise.all(
      lines.map(({ source }, line) => client.hoverWhenKnown(uri, line, source.length + 5)),
    );
    for (const [line, { destination, destinationDigest }] of lines.entries()) {
      const expected = destinationDigest ?? 'does not have this image';
      expect(JSON.stringify(hovers[line]), destination).toContain(expected);
    }
  });

  it('is verified from the editor, and what it lacks is found', async () => {
    unpack(name, folder);
    const { lines } = truthOf(name);
    const client = await start();
    const uri = pathToFileURL(join(folder, 'mapping.txt')).href;
    await client.open(
      uri,
      'oc-mapping',
      lines.map(({ source, destination }) => `${source}=${destination}\n`).join(''),
    );
    const said = new Promise((resolve) =>
      client.connection.onNotification('window/showMessage', ({ message }: { message: string }) =>
        resolve(message),
      ),
    );
    const command = 'operatorMirror.verifyDestinations';
    await client.connection.sendRequest('workspace/executeCommand', { command, arguments: [uri] });
    const missing = lines.filter(({ destinationDigest }) => destinationDigest === null);
    const different = lines.filter(
      ({ source, destinationDigest }) =>
        source.includes('@') && destinationDigest !== null && !source.endsWith(destinationDigest),
    );
    const parts = [
      `${lines.length - missing.length - different.length} right`,
      missing.length === 0 ? '' : `${missing.length} missing`,
      different.length === 0 ? '' : `${different.length} with another digest`,
    ];
    expect(await said).toBe(`Destinations: ${parts.filter((part) => part !== '').join(', ')}.`);
    const found = (await client.diagnostics(uri)).filter(({ code }) => code === 'mapping/missing-image');
    expect(found.map(({ range }) => lines[range.start.line])).toEqual(missing);
  });
});
