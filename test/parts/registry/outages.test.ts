import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { slow, status } from '../../support/faults.ts';
import { testImage } from '../../support/images.ts';
import { RawServer } from '../../support/rawServer.ts';
import { failure, never, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();

/** A client, and a clock that stands still until the test moves it. */
function clientWith(options: TestClientOptions = {}) {
  const clock = { now: 1_000_000_000 };
  const test = testClient({ now: () => clock.now, ...options });
  onTestFinished(() => test.client.close());
  const ask = (host: string, name = 'team/app') => test.repository(`${host}/${name}`).manifest('v1', never);
  return { ...test, clock, ask };
}

async function registryWith(): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start();
  registry.add('team/app', 'v1', image);
  return registry;
}

/** A server that takes connections, counts them, and says nothing. */
async function silentServer() {
  let questions = 0;
  const server = await RawServer.start(async () => {
    questions++;
  });
  onTestFinished(() => server.stop());
  return { host: server.host, questions: () => questions };
}

/** A host on which nobody listens, and a port that nobody else is given meanwhile. */
async function deadHost(): Promise<string> {
  const registry = await registryWith();
  const { host } = registry;
  await registry.stop();
  return host;
}

const seconds = 1000;

describe('a host to which no connection comes to stand', () => {
  it('costs its repetitions once: then everybody is told the same at once', async () => {
    const { ask, pauses } = clientWith();
    const host = await deadHost();
    const first = await failure(ask(host));
    expect(first.line).toBe(
      `${host} refuses the connection; check host and port, and that the registry runs`,
    );
    expect(pauses).toHaveLength(4);
    for (const name of ['team/app', 'team/other'])
      expect((await failure(ask(host, name))).line).toBe(first.line);
    expect(pauses).toHaveLength(4);
  });

  it('delays no other', async () => {
    const { ask } = clientWith();
    const registry = await registryWith();
    onTestFinished(() => registry.stop());
    const host = await deadHost();
    await failure(ask(host));
    expect((await ask(registry.host))?.digest).toBe(image.manifest.digest);
  });

  it('is asked again now and then, by one request without repetitions', async () => {
    const { ask, pauses, clock } = clientWith();
    const host = await deadHost();
    await failure(ask(host));
    clock.now += 11 * seconds;
    // The probe’s own failure is followed by one pause, and then by what everybody is told.
    expect((await failure(ask(host))).code).toBe('unreachable');
    expect(pauses).toHaveLength(5);
    await failure(ask(host));
    expect(pauses).toHaveLength(5);
  });

  it('is as good as any other once it has answered again', async () => {
    const { ask, clock } = clientWith();
    const host = await deadHost();
    await failure(ask(host));
    const back = createHttpServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => back.listen(Number(host.split(':')[1]), '127.0.0.1', resolve));
    onTestFinished(() => void back.close());
    expect((await failure(ask(host))).code).toBe('unreachable');
    clock.now += 11 * seconds;
    // Any answer will do, and nobody has to wait after it.
    expect(await ask(host)).toBeUndefined();
    expect(await ask(host)).toBeUndefined();
  });
});

describe('a host that takes connections and says nothing', () => {
  const timeouts = { probe: 300, silence: 100 };

  it('is given up in words for a person, with the time and the next step', async () => {
    const { ask, pauses } = clientWith({ seams: { timeouts } });
    const { host, questions } = await silentServer();
    // How long exactly is up to the machine.
    const told = async (name: string) => (await failure(ask(host, name))).line.replace(/\d+(\.\d)? s/, 'N s');
    const line = `${host} does not answer within N s; check that the host can be reached from here (firewall, proxy, VPN)`;
    expect(await told('team/app')).toBe(line);
    const asked = questions();
    expect(await told('team/other')).toBe(line);
    expect(questions()).toBe(asked);
    expect(pauses).toEqual([]);
  });

  it('is down too for who comes after somebody that gave up waiting for it', async () => {
    const stopwatch = { elapsed: 0 };
    const { repository, ask, clock } = clientWith({ elapsed: () => stopwatch.elapsed });
    const registry = await registryWith();
    onTestFinished(() => registry.stop());
    await ask(registry.host);
    clock.now += 120 * seconds;
    registry.inject(slow(60_000));
    registry.clear();
    const enough = new AbortController();
    const asking = repository(`${registry.host}/team/app`).manifest('v1', enough.signal);
    await expect.poll(() => registry.requests.length).toBe(1);
    stopwatch.elapsed += 12 * seconds;
    enough.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    expect((await failure(ask(registry.host))).line).toContain(' does not answer within 12 s; check ');
    expect(registry.requests).toHaveLength(1);
  });
});

describe('a host that is alive', () => {
  it('is not down because of errors that it answers', async () => {
    const { ask, pauses } = clientWith();
    const registry = await registryWith();
    onTestFinished(() => registry.stop());
    registry.inject(status(503));
    expect((await failure(ask(registry.host))).code).toBe('unavailable');
    expect((await failure(ask(registry.host))).code).toBe('unavailable');
    expect(pauses).toHaveLength(8);
  });

  it('is not down because of one request that it does not answer', async () => {
    const { ask, pauses } = clientWith({
      retryTimes: 0,
      seams: { timeouts: { headers: 1000, silence: 500 } },
    });
    const registry = await registryWith();
    onTestFinished(() => registry.stop());
    await ask(registry.host);
    registry.inject(slow(60_000), { path: /other/ });
    expect((await failure(ask(registry.host, 'team/other'))).line).toMatch(/does not answer within \d/);
    expect((await ask(registry.host))?.digest).toBe(image.manifest.digest);
    expect(pauses).toEqual([]);
  });
});

it('a client that is closed lets go of connections that do not stand yet', async () => {
  const open = new Set<unknown>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.resume();
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const { client, ask } = clientWith();
  const asking = failure(ask(`127.0.0.1:${port}`));
  await expect.poll(() => open.size).toBe(1);
  await client.close();
  await asking;
  // A TLS handshake that nobody answers would hold it for 15 seconds.
  await expect.poll(() => open.size, { timeout: 12_000 }).toBe(0);
});
