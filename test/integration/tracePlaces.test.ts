import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TraceAnswer, TraceQuestion } from '../../server/src/protocol/trace.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { pushImage, testImage } from '../support/images.ts';
import { LspClient } from '../support/lspClient.ts';
import { namedSet } from '../support/mirrorSets.ts';

/** Two mirrors of which the second has the image, and a source that does not. */
let registry: DockerRegistry;
let folder: string;

beforeAll(async () => {
  registry = await DockerRegistry.start();
  await pushImage(registry.url, 'full/app', 'v1', testImage({ seed: 'trace' }));
  folder = await mkdtemp(join(tmpdir(), 'om-places-'));
  const set = namedSet(
    'ITMS',
    'tags',
    `${registry.host}/source <- ${registry.host}/empty, ${registry.host}/full`,
  );
  await writeFile(join(folder, 'itms.yaml'), set);
});

afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true, force: true });
});

const results = async (network: 'on' | 'off', question: Partial<TraceQuestion>) => {
  const client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') },
    initializationOptions: { network },
  });
  try {
    const text = `${registry.host}/source/app:v1`;
    const answer = await client.connection.sendRequest<TraceAnswer | null>('operatorMirror/trace', {
      text,
      ...question,
    });
    return {
      verdict: answer?.verdict,
      results: answer?.places.map(({ result }) => result),
      mayAsk: answer?.mayAsk,
    };
  } finally {
    await client.stop();
  }
};

it('says of each place whether it has the image, when somebody asks', async () => {
  expect(await results('on', { ask: true })).toEqual({
    verdict: 'mirror',
    results: ['missing', 'found', 'missing'],
    mayAsk: true,
  });
});

it('asks nobody unasked, and nobody while the network is off', async () => {
  const untested = { verdict: 'mirror', results: ['untested', 'untested', 'untested'] };
  expect(await results('on', {})).toEqual({ ...untested, mayAsk: true });
  expect(await results('off', { ask: true })).toEqual({ ...untested, mayAsk: false });
});
