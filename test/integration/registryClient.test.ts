import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseReference } from '../../server/src/documents/imageReference.ts';
import { readImageFacts } from '../../server/src/lookup/imageFacts.ts';
import { RegistryClient } from '../../server/src/registry/client.ts';
import type { RegistryOptions } from '../../server/src/registry/options.ts';
import type { ImageStore } from '../../server/src/stores/imageStore.ts';
import { openDestination } from '../../server/src/stores/open.ts';
import { bytesOf, failure, never } from '../parts/registry/harness.ts';
import { makeCertificates, type TestCertificates } from '../support/certificates.ts';
import { DockerRegistry, type DockerRegistryOptions } from '../support/dockerRegistry.ts';
import { FakeTokenService } from '../support/fakeAuth.ts';
import { blobOf, multiArchImage, type TestImage, testImage } from '../support/images.ts';
import { signToken } from '../support/jwt.ts';

const run = promisify(execFile);
const images: Record<string, TestImage> = {
  docker: testImage({ labels: { name: 'docker' } }),
  oci: testImage({ format: 'oci', created: '2023-03-03T03:03:03Z' }),
  list: multiArchImage({ seed: 'list', labels: { name: 'list' } }),
  index: multiArchImage({ format: 'oci', seed: 'index' }),
};

async function write(to: ImageStore, image: TestImage, tags: readonly string[]): Promise<void> {
  for (const child of image.children) await write(to, child, []);
  for (const blob of image.blobs) await to.putBlob(blob, async () => Readable.from([blob.bytes]), never);
  await to.putManifest(image.manifest, tags, never);
}

let directory: string;
let certificates: TestCertificates;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-client-'));
  certificates = await makeCertificates(directory, ['IP:0.0.0.0']);
});
afterAll(() => rm(directory, { recursive: true }));

const variants: Record<string, () => { server: DockerRegistryOptions; client: Partial<RegistryOptions> }> = {
  'without authentication': () => ({ server: {}, client: {} }),
  'with htpasswd': () => ({ server: { users: { anna: 'se:cret' } }, client: {} }),
  'with TLS and its own authority': () => ({
    server: { tls: certificates, name: '0.0.0.0' },
    client: { caFile: certificates.caFile },
  }),
};

for (const [name, options] of Object.entries(variants)) {
  describe(`docker-registry ${name}`, () => {
    let registry: DockerRegistry;
    let client: RegistryClient;
    let authFile: string;
    const store = (repository: string) => {
      const parsed = parseReference(`${registry.host}/${repository}`);
      if (!parsed.ok) throw new Error(parsed.problem);
      return openDestination(parsed.reference, client);
    };

    beforeAll(async () => {
      const { server, client: rest } = options();
      registry = await DockerRegistry.start(server);
      authFile = join(registry.directory, 'auth.json');
      const auth = Buffer.from('anna:se:cret').toString('base64');
      await writeFile(authFile, JSON.stringify({ auths: server.users ? { [registry.host]: { auth } } : {} }));
      client = new RegistryClient({
        insecure: [],
        environment: { home: registry.directory, env: {} },
        userAgent: 'operator-mirror/test',
        authFile,
        ...rest,
      });
    });
    afterAll(async () => {
      await client.close();
      await registry.stop();
    });

    it('answers a ping', async () => {
      await client.ping(registry.host, never);
    });

    for (const [kind, image] of Object.entries(images)) {
      it(`takes an image and gives it back: ${kind}`, async () => {
        const app = store(`team/${kind}`);
        await write(app, image, ['v1', 'latest']);
        expect(await app.listTags(never)).toEqual(['latest', 'v1']);
        expect(await app.resolveTag('v1', never)).toBe(image.manifest.digest);
        const manifest = await app.getManifest(image.manifest.digest, never);
        expect(image.manifest.bytes.equals(manifest?.bytes ?? Buffer.of())).toBe(true);
        for (const part of [image, ...image.children]) {
          expect(await app.hasManifest(part.manifest.digest, never)).toBe(true);
          for (const blob of part.blobs) {
            expect((await bytesOf(await app.getBlob(blob, never))).equals(blob.bytes)).toBe(true);
          }
        }
      });

      it(`is described as skopeo describes it: ${kind}`, async () => {
        const facts = await readImageFacts(store(`team/${kind}`), 'v1', never);
        const inspect = async (...more: string[]) => {
          const { stdout } = await run('skopeo', [
            ...['inspect', '--tls-verify=false', '--authfile', authFile],
            ...['--override-os', 'linux', '--override-arch', 'amd64', ...more],
            `docker://${registry.host}/team/${kind}:v1`,
          ]);
          return JSON.parse(stdout);
        };
        const { Digest, Created, Labels, Os, Architecture } = await inspect();
        expect(facts?.digest).toBe(Digest);
        expect(facts?.created).toBe(Created);
        expect(facts?.labels).toEqual(Labels ?? {});
        expect(facts?.platforms).toContain(`${Os}/${Architecture}`);
        const raw = await inspect('--raw');
        expect(facts?.mediaType).toBe(raw.mediaType);
        if (raw.manifests !== undefined) {
          expect(facts?.platforms).toEqual(
            raw.manifests.map((child: { platform: { os: string; architecture: string } }) =>
              [child.platform.os, child.platform.architecture].join('/'),
            ),
          );
        } else {
          const bytes = [raw.config, ...raw.layers].reduce(
            (total, blob: { size: number }) => total + blob.size,
            0,
          );
          expect(facts?.size).toBe(bytes);
        }
      });
    }

    it('mounts a blob from a neighbour, and not one that is nowhere', async () => {
      const [config] = images.docker?.blobs ?? [];
      if (config === undefined) throw new Error('no config');
      expect(await store('team/mounted').mountBlob(config, store('team/docker'), never)).toBe(true);
      expect(await store('team/mounted').hasBlob(config.digest, never)).toBe(true);
      const nowhere = blobOf('x/y', Buffer.from('nowhere'));
      expect(await store('team/mounted').mountBlob(nowhere, store('team/docker'), never)).toBe(false);
    });

    it('has nothing of what nobody wrote', async () => {
      expect(await store('team/none').getManifest('v1', never)).toBeUndefined();
      expect(await store('team/none').listTags(never)).toBeUndefined();
      expect(await store('team/docker').resolveTag('v2', never)).toBeUndefined();
      expect(await readImageFacts(store('team/none'), 'v1', never)).toBeUndefined();
    });

    it('refuses a manifest whose content is missing', async () => {
      const orphan = testImage({ seed: 'orphan' });
      const error = await failure(store('team/orphan').putManifest(orphan.manifest, ['v1'], never));
      expect(error.code).toBe('blobUnknown');
    });

    it('moves a large blob', async () => {
      const large = blobOf('application/octet-stream', Buffer.alloc(32 * 1024 * 1024, 'operator'));
      const app = store('team/large');
      await app.putBlob(large, async () => Readable.from(parts(large.bytes), { objectMode: false }), never);
      expect((await bytesOf(await app.getBlob(large, never))).equals(large.bytes)).toBe(true);
    });
  });
}

function* parts(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

describe('docker-registry with a token service', () => {
  it('lets in whom the service lets in, and to no more than that', async () => {
    const issuer = 'test';
    const service = await FakeTokenService.start({
      users: { anna: 'se:cret' },
      grants: (user, repository) => {
        if (user === 'anna') return repository === 'closed/app' ? [] : ['pull', 'push'];
        return repository.startsWith('open/') ? ['pull'] : [];
      },
      issue: (access, life) => signToken(certificates, { issuer, service: 'docker-registry', access, life }),
    });
    onTestFinished(() => service.stop());
    const registry = await DockerRegistry.start({
      token: { realm: service.realm, service: 'docker-registry', issuer, bundle: certificates.caFile },
    });
    onTestFinished(() => registry.stop());
    const authFile = join(registry.directory, 'auth.json');
    const auth = Buffer.from('anna:se:cret').toString('base64');
    await writeFile(authFile, JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const clients = [undefined, authFile].map(
      (file) =>
        new RegistryClient({
          insecure: [],
          environment: { home: registry.directory, env: {} },
          userAgent: 'operator-mirror/test',
          authFile: file,
        }),
    );
    for (const client of clients) onTestFinished(() => client.close());
    const [nobody, anna] = clients.map((client) => (name: string) => {
      const parsed = parseReference(`${registry.host}/${name}`);
      if (!parsed.ok) throw new Error(parsed.problem);
      return openDestination(parsed.reference, client);
    });
    if (nobody === undefined || anna === undefined || images.list === undefined) throw new Error();

    await write(anna('open/app'), images.list, ['v1']);
    // One token, however many requests there were.
    expect(service.requests.map(({ url }) => url.searchParams.getAll('scope').join(' '))).toEqual([
      'repository:open/app:pull,push',
    ]);
    await write(anna('team/app'), images.list, ['v1']);
    expect(await nobody('open/app').resolveTag('v1', never)).toBe(images.list.manifest.digest);
    expect((await failure(nobody('team/app').resolveTag('v1', never))).code).toBe('unauthorized');
    expect((await failure(write(nobody('open/app'), images.list, ['v2']))).code).toBe('unauthorized');
    expect((await failure(anna('closed/app').resolveTag('v1', never))).code).toBe('unauthorized');
    const blob = images.list.children[0]?.blobs[0];
    if (blob === undefined) throw new Error();
    expect(await anna('team/mounted').mountBlob(blob, anna('open/app'), never)).toBe(true);
  });
});

it('the authority of docker-registry has to be known', async () => {
  const registry = await DockerRegistry.start({ tls: certificates, name: '0.0.0.0' });
  onTestFinished(() => registry.stop());
  const environment = { home: registry.directory, env: {} };
  const client = new RegistryClient({ insecure: [], environment, userAgent: 'operator-mirror/test' });
  onTestFinished(() => client.close());
  const error = await failure(client.ping(registry.host, never));
  expect(error.code).toBe('tls');
  expect(error.line).toContain('--ca-file');
});

describe('docker-registry with a password', () => {
  it('says how to log in when nobody did, and when the password is wrong', async () => {
    const registry = await DockerRegistry.start({ users: { anna: 'right' } });
    onTestFinished(() => registry.stop());
    const authFile = join(registry.directory, 'auth.json');
    const auth = Buffer.from('anna:wrong').toString('base64');
    await writeFile(authFile, JSON.stringify({ auths: { [registry.host]: { auth } } }));
    for (const file of [undefined, authFile]) {
      const client = new RegistryClient({
        insecure: [],
        environment: { home: registry.directory, env: {} },
        userAgent: 'operator-mirror/test',
        authFile: file,
      });
      onTestFinished(() => client.close());
      const error = await failure(client.ping(registry.host, never));
      expect(error.code).toBe('unauthorized');
      expect(error.line).toContain(`operator-mirror login ${registry.host}`);
    }
  });
});

it('takes a blob again whose upload broke off, in docker-registry, which forgets what had arrived', async () => {
  const registry = await DockerRegistry.start();
  onTestFinished(() => registry.stop());
  let left = 20 * 1024 * 1024;
  const requests: string[] = [];
  const proxy = createServer((socket) => {
    const onward = connect(Number(new URL(registry.url).port), '127.0.0.1');
    for (const end of [socket, onward]) end.on('error', () => {});
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    onward.pipe(socket);
    socket.on('data', (chunk) => {
      const method = /^(GET|HEAD|POST|PUT|PATCH|DELETE) \S*blobs\/uploads/.exec(
        chunk.toString('latin1'),
      )?.[1];
      if (method !== undefined) requests.push(method);
      left -= chunk.length;
      onward.write(chunk);
      // Once, in the middle of the blob.
      if (left <= 0 && left + chunk.length > 0) socket.destroy();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const environment = { home: registry.directory, env: {} };
  const client = new RegistryClient({ insecure: [], environment, userAgent: 'operator-mirror/test' });
  onTestFinished(() => client.close());
  const { port } = proxy.address() as AddressInfo;
  const parsed = parseReference(`localhost:${port}/team/large`);
  if (!parsed.ok) throw new Error(parsed.problem);
  const app = openDestination(parsed.reference, client);
  const large = blobOf('application/octet-stream', Buffer.alloc(32 * 1024 * 1024, 'operator'));
  await app.putBlob(large, async () => Readable.from(parts(large.bytes), { objectMode: false }), never);
  expect((await bytesOf(await app.getBlob(large, never))).equals(large.bytes)).toBe(true);
  // The last one asks, once it is there, whether the registry mounts blobs from a repository to itself.
  expect(requests).toEqual(['POST', 'PUT', 'GET', 'POST', 'PUT', 'POST']);
});
