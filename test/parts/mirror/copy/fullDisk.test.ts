import { expect, it } from 'vitest';
import { UserError } from '../../../../server/src/base/errors.ts';
import { copyImage } from '../../../../server/src/mirror/copy/copyImage.ts';
import { CopyRun } from '../../../../server/src/mirror/copy/copyRun.ts';
import { testImage } from '../../../support/images.ts';
import { MemoryPlace } from '../../../support/memoryStore.ts';

const full = (file: string) => new UserError('diskFull', `${file} could not be written`);

it('names an image that is whole when the blobs of another one, which fill the disk, have failed and left it', async () => {
  const { copy, destination, app, big } = places();
  const filled = new Signal();
  const refused = new Signal();
  let tries = 0;
  destination.before = async ({ what, repository }) => {
    if (what === 'putBlob' && repository === 'big') {
      filled.give();
      await refused.given;
      throw full('blob');
    }
    if (what !== 'putManifest' || ++tries > 1) return;
    await filled.given;
    refused.give();
    throw full('index.json');
  };
  const [whole, tooBig] = await Promise.allSettled([copy('app'), copy('big')]);
  expect(whole).toMatchObject({ status: 'fulfilled', value: { result: 'copied', digest: app } });
  expect(tooBig).toMatchObject({ status: 'rejected', reason: { code: 'diskFull', side: 'destination' } });
  expect(tries).toBe(2);
  expect(destination.content('big').manifests.has(big)).toBe(false);
});

it('names an image that is whole also where the disk is known to be full, and fails where it has no room even then', async () => {
  const { copy, destination, app } = places();
  let names = true;
  destination.before = ({ what, repository }) => {
    if (what === 'putBlob' && repository === 'big') throw full('blob');
    if (what === 'putManifest' && !names) throw full('index.json');
  };
  for (const { digest, bytes } of appImage.blobs) destination.content('app').blobs.set(digest, bytes);
  const first = await copy('big').catch((error: unknown) => error);
  expect(first).toMatchObject({ message: 'blob could not be written' });
  expect(await copy('app')).toMatchObject({ result: 'copied', digest: app });
  names = false;
  destination.content('app').tags.clear();
  destination.content('app').manifests.clear();
  expect(await copy('app').catch((error: unknown) => error)).toBe(first);
});

/** What one of two waits for. */
class Signal {
  give = () => {};
  readonly given = new Promise<void>((resolve) => {
    this.give = resolve;
  });
}

const appImage = testImage({ seed: 'app' });
const bigImage = testImage({ seed: 'big' });

function places() {
  const source = new MemoryPlace('source.test');
  const destination = new MemoryPlace('destination.test');
  source.add('app', 'v1', appImage);
  source.add('big', 'v1', bigImage);
  const { signal } = new AbortController();
  const run = new CopyRun({ parallelLayers: 6, signal, listener: () => {} });
  const copy = (name: string) =>
    copyImage(
      { source: source.store(name), reference: 'v1', destination: destination.store(name), tags: ['v1'] },
      run,
    );
  return { copy, destination, app: appImage.manifest.digest, big: bigImage.manifest.digest };
}
