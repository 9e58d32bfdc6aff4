import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { pushImage, testImage } from '../support/images.ts';
import { LspClient } from '../support/lspClient.ts';

const username = 'operator';
const password = 'planted-secret-of-the-editor';
const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(initializationOptions: Record<string, unknown> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'operator-mirror-login-'));
  cleanUps.push(() => rmSync(home, { recursive: true }));
  const registry = await DockerRegistry.start({ users: { [username]: password } });
  cleanUps.push(() => registry.stop());
  const image = testImage();
  await pushImage(registry.url, 'team/app', 'v1', image, { authorization });
  const client = await LspClient.start({
    environment: { HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home },
    initializationOptions,
  });
  cleanUps.push(() => client.stop());
  const uri = 'untitled:mapping.txt';
  await client.open(uri, 'oc-mapping', `${registry.host}/team/app:v1=mirror.invalid/team/app:v1\n`);
  const hover = async () => JSON.stringify(await client.hover(uri, 0, 3));
  return { client, registry, image, hover };
}

it('asks the registry whether a login is right, and uses the ones that the editor keeps', async () => {
  const { client, registry, image, hover } = await start();
  await expect.poll(hover).toMatch(/operator-mirror login|credential/);

  const wrong = { registry: registry.host, username, password: 'another' };
  await expect(client.connection.sendRequest('operatorMirror/checkLogin', wrong)).rejects.toThrow(
    /does not accept/,
  );
  const right = { registry: `http://${registry.host}/`, username, password };
  const answer = await client.connection.sendRequest('operatorMirror/checkLogin', right);
  expect(answer).toEqual({ registry: registry.host, asked: true });

  await client.connection.sendNotification('operatorMirror/credentials', [
    { registry: registry.host, username, password },
  ]);
  await expect.poll(hover).toContain(image.manifest.digest);
  expect(await hover()).not.toContain(password);
});

it('asks nobody in a workspace that is not trusted', async () => {
  const { client, registry } = await start({ workspaceTrusted: false });
  const login = { registry: registry.host, username, password };
  await expect(client.connection.sendRequest('operatorMirror/checkLogin', login)).rejects.toThrow(
    /not trusted/,
  );
  const asked = client.connection.sendRequest('operatorMirror/askRegistry', { host: registry.host });
  await expect(asked).rejects.toThrow(/not trusted/);
});

it('says which registries files name, and what each says to whoever is logged in', async () => {
  const { client, registry } = await start();
  const rows = await client.connection.sendRequest('operatorMirror/registries', {});
  expect(rows).toMatchObject([
    { host: 'mirror.invalid', sources: 0, mirrors: 1 },
    { host: registry.host, sources: 1, mirrors: 0, files: [{ uri: 'untitled:mapping.txt', places: 1 }] },
  ]);
  const ask = (host: string) => client.connection.sendRequest('operatorMirror/askRegistry', { host });
  expect(await ask(registry.host)).toMatchObject({ state: 'noLogin' });
  const logIn = (secret: string) =>
    client.connection.sendNotification('operatorMirror/credentials', [
      { registry: registry.host, username, password: secret },
    ]);
  await logIn('another');
  expect(await ask(registry.host)).toMatchObject({ state: 'refused' });
  await logIn(password);
  expect(await ask(registry.host)).toEqual({ state: 'accepted', problem: null });
  expect(await ask('localhost:1')).toMatchObject({
    state: 'failed',
    problem: expect.stringContaining('localhost:1'),
  });
  await expect(ask('not a registry')).rejects.toThrow('not a registry is no registry');
});
