import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ownTemporaryName } from '../../../server/src/disk/ownTemporary.ts';
import { LayoutNames, type NewName } from '../../../server/src/stores/ociLayoutNames.ts';
import { StoreFiles } from '../../../server/src/stores/storeFiles.ts';
import { temporaryFolder } from '../../support/fileStore.ts';
import { digestOf } from '../../support/images.ts';
import { never } from '../registry/harness.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = () => new StoreFiles(folder, { mode: 0o644, temporaryName: ownTemporaryName });
const names = () => new LayoutNames(files());
const text = () => readFileSync(join(folder, 'index.json'), 'utf8');
const named = (name: string, content = name): NewName => ({
  name,
  descriptor: {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(Buffer.from(content)),
    size: 7,
  },
});
const inText = () =>
  JSON.parse(text()).manifests.map((entry: { digest: string; annotations: Record<string, string> }) => [
    entry.annotations['org.opencontainers.image.ref.name'],
    entry.digest,
  ]);
const pairs = (...all: readonly NewName[]) => all.map(({ name, descriptor }) => [name, descriptor.digest]);

it('adds to what it has written before, and gives a name to another image', async () => {
  const one = names();
  const [a, b, c, other] = [named('a'), named('b'), named('c'), named('b', 'another')];
  await one.add([a], never);
  await one.add([b, c], never);
  expect(inText()).toEqual(pairs(a, b, c));
  await one.add([other], never);
  expect(inText()).toEqual(pairs(a, c, other));
  await one.add([named('d')], never);
  expect(inText()).toEqual(pairs(a, c, other, named('d')));
  expect(text()).toBe(JSON.stringify(JSON.parse(text())));
  expect(await one.digestOf('b')).toBe(other.descriptor.digest);
  expect(await one.all()).toEqual(['a', 'b', 'c', 'd']);
});

it('keeps what another process has written meanwhile', async () => {
  const [one, other] = [names(), names()];
  const all = Array.from({ length: 20 }, (_, n) => named(`image${n}`));
  for (const [n, each] of all.entries()) await (n % 3 === 0 ? one : other).add([each], never);
  expect(inText()).toEqual(pairs(...all));
  expect(await one.all()).toEqual(await other.all());
});

it('writes names that come at the same time together', async () => {
  const one = names();
  const all = Array.from({ length: 200 }, (_, n) => named(`image${n}`));
  await Promise.all(all.map((each) => one.add([each], never)));
  expect(inText()).toEqual(pairs(...all));
});

it('writes at once when nothing but names is waited for', async () => {
  let pauses = 0;
  const untilFired = (_: number, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      pauses++;
      signal.addEventListener('abort', reject, { once: true });
    });
  const one = new LayoutNames(files(), untilFired);
  const [a, b, c] = [named('a'), named('b'), named('c')];
  const first = one.add([a], never);
  await vi.waitFor(() => expect(pauses).toBe(1));
  one.isHurried = true;
  await first;
  await one.add([b], never);
  expect(pauses).toBe(1);
  one.isHurried = false;
  const last = one.add([c], never);
  await vi.waitFor(() => expect(pauses).toBe(2));
  expect(inText()).toEqual(pairs(a, b));
  one.isHurried = true;
  await last;
  expect(inText()).toEqual(pairs(a, b, c));
});
