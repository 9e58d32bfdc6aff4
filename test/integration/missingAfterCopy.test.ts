import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serverCommands } from '../../server/src/protocol/names.ts';
import { FakeRegistry } from '../support/fakeRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { testImage } from '../support/images.ts';
import { LspClient } from '../support/lspClient.ts';

const image = testImage();

let registry: FakeRegistry;
let client: LspClient;
let uri: string;
beforeEach(async () => {
  registry = await FakeRegistry.start();
  registry.add('ns/app', 'v1', image);
  const folder = temporaryFolder();
  client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    initializationOptions: { trusted: true },
  });
  uri = pathToFileURL(join(folder, 'mapping.txt')).href;
  const names = ['one', 'two'].map(
    (name) => `${registry.host}/ns/app@${image.manifest.digest}=${registry.host}/copied/${name}\n`,
  );
  await client.open(uri, 'oc-mapping', names.join(''));
  // Both destinations are known to be missing before anything else is asked.
  for (const line of [0, 1]) {
    await vi.waitFor(async () => {
      const hover = await client.hover(uri, line, (names[line]?.indexOf('=') ?? 0) + 5);
      expect(JSON.stringify(hover)).toContain('does not have');
    }, 30_000);
  }
});
afterEach(async () => {
  await client.stop();
  await registry.stop();
});

async function missing(): Promise<number[]> {
  const found = (await client.diagnostics(uri)).filter(({ code }) => code === 'mapping/missing-image');
  return found.map(({ range }) => range.start.line);
}

it('says nothing of a mapping.txt that is about to be copied, and what is missing once somebody verifies it', async () => {
  expect(await missing()).toEqual([]);
  const command = { command: serverCommands.verifyDestinations, arguments: [uri] };
  await client.connection.sendRequest('workspace/executeCommand', command);
  expect(await missing()).toEqual([0, 1]);
});

it('says what is missing once a copy of the file has ended, whatever came of it', async () => {
  expect(await missing()).toEqual([]);
  await client.connection.sendNotification('operatorMirror/imagesWritten', { uri: `${uri}.other` });
  expect(await missing()).toEqual([]);
  await client.connection.sendNotification('operatorMirror/imagesWritten', { uri });
  await vi.waitFor(async () => expect(await missing()).toEqual([0, 1]), 30_000);
});

it('says what is missing once one image of the file is there', async () => {
  registry.add('copied/one', 'v1', image);
  await client.connection.sendNotification('operatorMirror/imagesWritten', {});
  await vi.waitFor(async () => expect(await missing()).toEqual([1]), 30_000);
});
