import { describe, expect, it, onTestFinished } from 'vitest';
import { referrersTag } from '../../../server/src/content/referrers.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { FakeServer } from '../../support/fakeServer.ts';
import { digestOf, mediaTypes, testImage } from '../../support/images.ts';
import { failure, never, testClient } from './harness.ts';

const image = testImage();
const { digest } = image.manifest;
const signature = {
  mediaType: mediaTypes.oci.manifest,
  digest: digestOf(Buffer.from('signature')),
  size: 9,
  artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
};
const plain = { mediaType: mediaTypes.oci.manifest, digest: digestOf(Buffer.from('plain')), size: 5 };
const index = (...manifests: unknown[]) =>
  JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests });

describe('the referrers of an image', () => {
  const repository = (host: string) => {
    const { client, repository: open } = testClient({ retryTimes: 0 });
    onTestFinished(() => client.close());
    return open(`${host}/team/app`);
  };
  const server = async (handler: Parameters<typeof FakeServer.start>[0]) => {
    const started = await FakeServer.start(handler);
    onTestFinished(() => started.stop());
    return started;
  };

  it('are listed by the API, page by page, each once', async () => {
    const { host, requests } = await server(({ path }) => {
      if (path === `/v2/team/app/referrers/${digest}`) {
        const link = `</v2/team/app/referrers/${digest}?page=2>; rel="next"`;
        return { status: 200, headers: { link }, body: index(signature, 'nonsense', { digest: 'x' }) };
      }
      return path.endsWith('?page=2') ? { status: 200, body: index(signature, plain) } : { status: 200 };
    });
    expect(await repository(host).referrers(digest, never)).toEqual([
      signature,
      { ...plain, artifactType: '' },
    ]);
    expect(requests.at(-1)?.headers.accept).toBe(mediaTypes.oci.index);
  });

  it('are not known where the registry does not know the API, or answers with something else', async () => {
    const registry = await FakeRegistry.start();
    onTestFinished(() => registry.stop());
    expect(await repository(registry.host).referrers(digest, never)).toBeUndefined();
    const { host } = await server(({ path }) =>
      path.includes('/referrers/')
        ? { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }
        : { status: path === '/v2/' ? 200 : 404 },
    );
    expect(await repository(host).referrers(digest, never)).toBeUndefined();
  });

  it('are an error where the registry fails', async () => {
    const { host } = await server(({ path }) => ({ status: path === '/v2/' ? 200 : 503 }));
    expect((await failure(repository(host).referrers(digest, never))).code).toBe('unavailable');
    expect((await failure(repository(host).referrers('v1', never))).code).toBe('unverifiable');
  });

  it('end, however many a registry makes up', async () => {
    let count = 0;
    const { host } = await server(() => ({
      status: 200,
      headers: { link: `</v2/team/app/referrers/x?page=${++count}>; rel="next"` },
      body: index(
        ...Array.from({ length: 200 }, (_, n) => ({
          ...plain,
          digest: digestOf(Buffer.from(`${count} ${n}`)),
        })),
      ),
    }));
    expect((await repository(host).referrers(digest, never))?.length).toBeLessThan(11_000);
  });

  it('have a tag for digests of any length', () => {
    expect(referrersTag(`sha512:${'a'.repeat(128)}`)).toBe(`sha512-${'a'.repeat(64)}`);
  });
});
