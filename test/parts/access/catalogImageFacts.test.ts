import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogImageFacts } from '../../../server/src/access/catalogImageFacts.ts';
import { anyStore } from '../../../server/src/access/localFacts.ts';
import type { ImagesInWorker } from '../../../server/src/access/workerCatalogs.ts';
import { imagesNamed } from '../../../server/src/catalog/catalogImages.ts';
import { CommandLine } from '../cli/copyHarness.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

const known: ImagesInWorker = {
  fact: { state: 'known', value: imagesNamed(['quay.io/a/b:v1']), at: 0 },
  digest: 'sha256:1',
};

/** @param answer what the worker says to each question in turn */
function factsWith(answer: (question: number) => ImagesInWorker, offline?: 'untrusted') {
  const asked: { text: string; known: string; store: string | undefined }[] = [];
  const clock = { now: 0 };
  let arrived = 0;
  const facts = new CatalogImageFacts({
    catalogs: {
      images: async (text, before, options) => {
        asked.push({ text, known: before, store: options?.store });
        return answer(asked.length);
      },
    },
    stores: anyStore,
    offline: () => offline,
    onArrived: () => {
      arrived++;
    },
    now: () => clock.now,
  });
  return { facts, asked, clock, arrived: () => arrived };
}

describe('the images of a catalog', () => {
  it('are found in the v2/ folder near the file that names it, and nowhere else', async () => {
    mkdirSync(line.path('v2/hop/ns/index'), { recursive: true });
    mkdirSync(line.path('other'));
    const { facts, asked } = factsWith(() => known);
    const from = line.path('manifests-x/policy.yaml');
    expect(facts.ask('file://hop/ns/index:v1', from).state).toBe('pending');
    await expect.poll(() => facts.ask('file://hop/ns/index:v1', from).state).toBe('known');
    expect(asked).toEqual([{ text: 'file://hop/ns/index:v1', known: '', store: line.folder }]);
    // A folder of this name is no store, and a text on no disk has none near it.
    mkdirSync(join(line.folder, 'hop'));
    facts.ask('file://elsewhere/ns/index:v1', from);
    await expect
      .poll(() => facts.ask('file://elsewhere/ns/index:v1', from))
      .toMatchObject({ state: 'failed', reason: expect.stringMatching(/no v2/) });
    expect(facts.ask('file://hop/ns/index:v1', 'untitled:one')).toEqual({ state: 'pending' });
    expect(asked).toHaveLength(1);
  });

  it('are the same object while the catalog is the same, and another one once it is another', async () => {
    const other: ImagesInWorker = {
      fact: { state: 'known', value: imagesNamed([]), at: 0 },
      digest: 'sha256:2',
    };
    const { facts, asked, clock, arrived } = factsWith((question) => [known, undefined, other][question - 1]);
    const ask = () => facts.ask('quay.io/a/index:v1', '/a.yaml');
    ask();
    await expect.poll(ask).toBe(known.fact);
    clock.now = 600_000;
    expect(ask()).toBe(known.fact);
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]).toEqual({ text: 'docker://quay.io/a/index:v1', known: 'sha256:1', store: undefined });
    expect(arrived()).toBe(1);
    await expect
      .poll(() => {
        facts.forget('docker://quay.io/a/index:v1');
        return ask();
      })
      .toBe(other.fact);
    expect(arrived()).toBe(2);
  });

  it('are asked for again where nobody could tell: after a minute, and when images were copied', async () => {
    const failed: ImagesInWorker = { fact: { state: 'failed', reason: 'nobody answers' }, digest: '' };
    const { facts, asked, clock, arrived } = factsWith((question) => (question < 3 ? failed : known));
    const ask = () => facts.ask('quay.io/a/index:v1', '/a.yaml').state;
    ask();
    await expect.poll(ask).toBe('failed');
    expect(asked).toHaveLength(1);
    clock.now = 60_000;
    ask();
    await expect.poll(() => asked.length).toBe(2);
    // The same failure is no news.
    facts.forgetFailures();
    ask();
    await expect.poll(ask).toBe('known');
    expect(asked).toHaveLength(3);
    expect(arrived()).toBe(2);
  });

  it('are not asked for without trust', () => {
    const { facts, asked } = factsWith(() => known, 'untrusted');
    expect(facts.ask('oci:///somewhere', '/a.yaml').state).toBe('failed');
    expect(facts.ask('file://hop/ns/index:v1', '/a.yaml').state).toBe('failed');
    expect(asked).toEqual([]);
  });
});
