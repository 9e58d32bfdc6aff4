import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { longer, registryFault, slow, tampered, withHeaders } from '../../support/faults.ts';
import { blobOf, digestOf, mediaTypes, multiArchImage, testImage, testIndex } from '../../support/images.ts';
import { bytesOf, failure, never, type TestClient, testClient } from './harness.ts';

describe('a repository of a registry', () => {
  let registry: FakeRegistry;
  let test: TestClient;

  const start = async (options: FakeRegistryOptions = {}) => {
    registry = await FakeRegistry.start(options);
    test = testClient();
  };
  const repository = (name = 'team/app') => test.repository(`${registry.host}/${name}`);
  beforeEach(() => start());
  afterEach(async () => {
    await test.client.close();
    await registry.stop();
  });

  describe('manifests', () => {
    it('are read by tag and by digest, as the bytes that they are', async () => {
      const image = testImage({ format: 'oci' });
      registry.add('team/app', 'v1', image);
      const byTag = await repository().manifest('v1', never);
      const byDigest = await repository().manifest(image.manifest.digest, never);
      expect(byTag).toEqual(byDigest);
      expect(byTag?.digest).toBe(image.manifest.digest);
      expect(byTag?.mediaType).toBe(mediaTypes.oci.manifest);
      expect(Buffer.from(byTag?.bytes ?? []).equals(image.manifest.bytes)).toBe(true);
    });

    it('are asked for in all four kinds', async () => {
      registry.add('team/app', 'v1', testImage());
      await repository().manifest('v1', never);
      for (const type of [...Object.values(mediaTypes.docker), ...Object.values(mediaTypes.oci)]) {
        if (type.includes('manifest') || type.includes('index')) {
          expect(registry.requests.at(-1)?.headers.accept).toContain(type);
        }
      }
    });

    it('that are not there are undefined', async () => {
      expect(await repository().manifest('v1', never)).toBeUndefined();
      expect(await repository().resolve('v1', never)).toBeUndefined();
      expect(await repository().resolve(digestOf(Buffer.from('x')), never)).toBeUndefined();
    });

    it('are refused when they were tampered with, whether by tag or by digest', async () => {
      const image = testImage();
      registry.add('team/app', 'v1', image);
      registry.inject(tampered(), { method: 'GET', path: /manifests/ });
      for (const reference of ['v1', image.manifest.digest]) {
        const error = await failure(repository().manifest(reference, never));
        expect(error.code).toBe('digestMismatch');
        expect(error.message).toContain(`${registry.host}/team/app`);
      }
    });

    it('have a tag resolved with HEAD alone, and with GET where the registry does not say the digest', async () => {
      const image = testImage();
      registry.add('team/app', 'v1', image);
      expect(await repository().resolve('v1', never)).toBe(image.manifest.digest);
      expect(registry.log.filter((line) => line.startsWith('GET /v2/team'))).toEqual([]);

      await registry.stop();
      await start({ withoutDigestHeader: true });
      registry.add('team/app', 'v1', image);
      expect(await repository().resolve('v1', never)).toBe(image.manifest.digest);
      expect((await repository().manifest('v1', never))?.digest).toBe(image.manifest.digest);
    });

    it('larger than the limit are not read', async () => {
      registry.add('team/app', 'v1', testImage());
      registry.inject(longer(17 * 1024 * 1024), { method: 'GET', path: /manifests/ });
      expect((await failure(repository().manifest('v1', never))).code).toBe('tooLarge');
    });

    it('are written by digest and by tag, and what the registry says it stored is checked', async () => {
      const image = testImage();
      registry.add('team/app', undefined, image);
      await repository().putManifest(image.manifest, undefined, never);
      await repository().putManifest(image.manifest, 'v2', never);
      expect(registry.manifest('team/app', 'v2')?.bytes.equals(image.manifest.bytes)).toBe(true);

      registry.inject(withHeaders({ 'docker-content-digest': digestOf(Buffer.from('other')) }), {
        method: 'PUT',
      });
      expect((await failure(repository().putManifest(image.manifest, 'v3', never))).code).toBe(
        'digestMismatch',
      );
    });

    it('are sent again to a registry that reads half of what it writes for somebody else', async () => {
      const image = testImage();
      registry.add('team/app', undefined, image);
      const half = registryFault(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
      registry.inject(half, { method: 'PUT', times: 1 });
      await repository().putManifest(image.manifest, 'v1', never);
      expect(registry.manifest('team/app', 'v1')?.bytes.equals(image.manifest.bytes)).toBe(true);
    });

    it('are not sent when they are not their digest', async () => {
      const image = testImage();
      const wrong = { ...image.manifest, digest: digestOf(Buffer.from('other')) };
      expect((await failure(repository().putManifest(wrong, 'v1', never))).code).toBe('digestMismatch');
      expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([]);
    });

    it('whose content is missing are refused in a way that a copy can tell', async () => {
      const orphan = testIndex([testImage({ seed: 'elsewhere' })]);
      const error = await failure(repository().putManifest(orphan.manifest, 'v1', never));
      expect(error.code).toBe('blobUnknown');
      expect(error.message).toContain('MANIFEST_BLOB_UNKNOWN');
    });
  });

  describe('blobs', () => {
    const bytes = randomBytes(300_000);
    const blob = blobOf(mediaTypes.oci.layer, bytes);

    it('are streamed', async () => {
      registry.addBlob('team/app', bytes);
      expect((await bytesOf(await repository().blob(blob, never))).equals(bytes)).toBe(true);
      expect(await repository().hasBlob(blob.digest, never)).toBe(true);
      expect(await repository().hasBlob(digestOf(Buffer.from('no')), never)).toBe(false);
    });

    it('may be empty', async () => {
      const empty = blobOf('text/plain', Buffer.alloc(0));
      await repository().uploadBlob(empty, async () => Readable.from([]), never);
      expect(await bytesOf(await repository().blob(empty, never))).toHaveLength(0);
    });

    it('that are not there are an error before the first byte', async () => {
      expect((await failure(repository().blob(blob, never))).code).toBe('missing');
    });

    it('are uploaded in one session, with their length', async () => {
      await repository().uploadBlob(blob, async () => Readable.from([bytes]), never);
      expect(registry.blob('team/app', blob.digest)?.equals(bytes)).toBe(true);
      expect(registry.log.slice(-2).map((line) => line.split(' ')[0])).toEqual(['POST', 'PUT']);
      const put = registry.requests.at(-1);
      expect(put?.headers['content-length']).toBe(String(bytes.length));
      expect(put?.path).toContain('_state=');
    });

    it('are never completed with other bytes than their digest names', async () => {
      const other = Buffer.from(bytes);
      other[7] = (other[7] ?? 0) ^ 1;
      const error = await failure(repository().uploadBlob(blob, async () => Readable.from([other]), never));
      expect(error.code).toBe('digestMismatch');
      const short = await failure(
        repository().uploadBlob(blob, async () => Readable.from([bytes.subarray(1)]), never),
      );
      expect(short.code).toBe('digestMismatch');
      expect(registry.blob('team/app', blob.digest)).toBeUndefined();
    });

    it('give the source its own error when it breaks', async () => {
      const broken = new Error('the disk is gone');
      const source = async function* () {
        yield bytes.subarray(0, 1000);
        throw broken;
      };
      await expect(
        repository().uploadBlob(blob, async () => Readable.from(source(), { objectMode: false }), never),
      ).rejects.toBe(broken);
      await expect(repository().uploadBlob(blob, () => Promise.reject(broken), never)).rejects.toBe(broken);
    });

    it('are mounted, and a session that comes instead is cancelled', async () => {
      registry.addBlob('team/base', bytes);
      expect(await repository().mountBlob(blob.digest, repository('team/base'), never)).toBe(true);
      expect(registry.blob('team/app', blob.digest)).toBeDefined();

      await registry.stop();
      await start({ mounts: false });
      registry.addBlob('team/base', bytes);
      expect(await repository().mountBlob(blob.digest, repository('team/base'), never)).toBe(false);
      expect(registry.openUploads).toBe(0);
      expect(registry.blob('team/app', blob.digest)).toBeUndefined();
    });

    it('are not mounted from another registry, nor where the registry says no', async () => {
      const other = testClient();
      expect(await repository().mountBlob(blob.digest, other.repository(`${registry.host}/a/b`), never)).toBe(
        false,
      );
      expect(registry.requests).toHaveLength(0);
      registry.inject(registryFault(405, 'UNSUPPORTED', 'no'), { method: 'POST' });
      expect(await repository().mountBlob(blob.digest, repository('team/base'), never)).toBe(false);
    });
  });

  describe('tags', () => {
    it('are collected from all pages, sorted', async () => {
      await registry.stop();
      await start({ pageSize: 3 });
      const image = testImage();
      for (const tag of ['v9', 'v1', 'v10', 'a', 'b', 'c', 'latest']) registry.add('team/app', tag, image);
      expect(await repository().tags(never)).toEqual(['a', 'b', 'c', 'latest', 'v1', 'v10', 'v9']);
      expect(registry.log.filter((line) => line.includes('tags/list'))).toHaveLength(3);
    });

    it('of no repository are not there', async () => {
      expect(await repository('no/such').tags(never)).toBeUndefined();
    });

    it('that never end are given up', async () => {
      await registry.stop();
      await start({ endlessTags: true });
      expect((await failure(repository().tags(never))).code).toBe('tooLarge');
    });

    it('that one page has too many of are given up too', async () => {
      const tags = Array.from({ length: 100_001 }, (_, at) => `v${at}`);
      registry.inject(() => ({ status: 200, body: JSON.stringify({ tags }) }), { path: /tags/ });
      expect((await failure(repository().tags(never))).code).toBe('tooLarge');
    });

    it('whose next page is the same page end there', async () => {
      registry.add('team/app', 'v1', testImage());
      registry.inject(withHeaders({ link: '</v2/team/app/tags/list?n=1000>; rel="next"' }), { path: /tags/ });
      expect(await repository().tags(never)).toEqual(['v1']);
    });
  });

  it('refuses references that could smuggle something into a request', async () => {
    for (const bad of [
      'v1/../../x',
      'v1\r\nx: y',
      'v 1',
      '..',
      'v1?x=1',
      'sha256:../x',
      `v1@${digestOf(Buffer.from(''))}`,
    ]) {
      expect((await failure(repository().manifest(bad, never))).code).toBe('badReference');
    }
    expect((await failure(repository().manifest(`md5:${'0'.repeat(32)}`, never))).code).toBe('unverifiable');
    expect(registry.requests).toHaveLength(0);
    const reference = { transport: 'registry' as const, tag: undefined, digest: undefined };
    const repositories = [
      { ...reference, registry: 'evil.example/x', repository: 'a/b' },
      { ...reference, registry: registry.host, repository: 'a/../b' },
      { ...reference, registry: registry.host, repository: 'a/b?c' },
      { ...reference, registry: 'user@host.example', repository: 'a/b' },
    ];
    for (const bad of repositories)
      expect(() => test.client.repository(bad)).toThrow(/no repository of a registry/);
  });

  it('gives up at once when it is told to', async () => {
    registry.add('team/app', 'v1', multiArchImage());
    registry.inject(slow(5000));
    const controller = new AbortController();
    const asked = repository().manifest('v1', controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(asked).rejects.toThrow('enough');
  });
});
