import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fileStore.ts';
import { LspClient } from '../support/lspClient.ts';
import { type ManyImages, manyImages } from '../support/manyImages.ts';

const count = 200;
const uri = 'file:///many/mapping.txt';
const cleanups: (() => unknown)[] = [];
let many: ManyImages;
let folder: string;

beforeEach(async () => {
  many = await manyImages(count, 20);
  folder = temporaryFolder();
  cleanups.push(
    () => many.registry.stop(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(network: 'on' | 'off'): Promise<LspClient> {
  const client = await LspClient.start({
    environment: { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') },
    initializationOptions: { network, storagePath: join(folder, 'storage') },
  });
  await client.open(uri, 'oc-mapping', many.mapping);
  return client;
}

/** Lines whose hover does not show the digest of their image. */
async function unanswered(client: LspClient): Promise<number[]> {
  const hovers = await Promise.all(many.images.map((_, line) => client.hover(uri, line, 5)));
  return hovers.flatMap((hover, line) =>
    JSON.stringify(hover).includes(many.images[line]?.manifest.digest ?? '') ? [] : [line],
  );
}

it('hovers over 200 images all at once, and each is asked for once', async () => {
  const client = await start('on');
  await expect.poll(() => unanswered(client), { timeout: 30_000 }).toEqual([]);
  await client.stop();
  const asked = many.registry.log.filter((line) => line.includes('/manifests/'));
  expect(asked).toHaveLength(count);
  expect(new Set(asked).size).toBe(count);

  // A fresh process that may contact nobody remembers all of them.
  many.registry.clear();
  const offline = await start('off');
  expect(await unanswered(offline)).toEqual([]);
  await offline.stop();
  expect(many.registry.requests).toHaveLength(0);
});

it('looks up the lines round a hover before the next one comes', async () => {
  const client = await start('on');
  await client.hover(uri, 100, 5);
  const asked = () => new Set(many.registry.log.filter((line) => line.includes('/manifests/'))).size;
  await expect.poll(asked, { timeout: 30_000 }).toBe(101);
  await client.stop();
});
