import { inspect } from 'node:util';
import { parseReference } from '../../../server/src/documents/imageReference.ts';
import type { Credential } from '../../../server/src/registry/authFile.ts';
import { type ClientSeams, RegistryClient } from '../../../server/src/registry/client.ts';
import type { RegistryOptions } from '../../../server/src/registry/options.ts';
import type { RemoteRepository } from '../../../server/src/registry/repository.ts';

/** A client that reads nothing of this machine, never really waits, and remembers how long it would have. */
export interface TestClient {
  readonly client: RegistryClient;
  /** Milliseconds of every pause. */
  readonly pauses: number[];
  repository(name: string): RemoteRepository;
}

export interface TestClientOptions extends Omit<Partial<RegistryOptions>, 'credentials'> {
  /** By exact host. */
  readonly credentials?: Readonly<Record<string, Credential>>;
  readonly now?: () => number;
  readonly elapsed?: () => number;
  readonly seams?: Partial<ClientSeams>;
}

export function testClient(options: TestClientOptions = {}): TestClient {
  const { credentials, now = Date.now, elapsed = () => performance.now(), seams, ...rest } = options;
  const pauses: number[] = [];
  const client = new RegistryClient(
    {
      insecure: [],
      environment: { home: '/nonexistent', env: {}, etc: '/nonexistent' },
      userAgent: 'operator-mirror/test',
      ...rest,
    },
    {
      ...(credentials === undefined
        ? {}
        : { credentials: { find: async (host) => credentials[host], refresh: () => {} } }),
      policy: {
        sleep: async (milliseconds, signal) => {
          signal.throwIfAborted();
          pauses.push(milliseconds);
        },
        random: () => 0.5,
        now,
        elapsed,
      },
      ...seams,
    },
  );
  return {
    client,
    pauses,
    repository: (name) => {
      const parsed = parseReference(name);
      if (!parsed.ok) throw new Error(parsed.problem);
      return client.repository(parsed.reference);
    },
  };
}

/** A user name and a password. */
export function password(username: string, secret: string): Credential {
  return { kind: 'password', username, password: secret };
}

/** A signal for tests that abort nothing. */
export const never = new AbortController().signal;

/** Part of every secret of these tests, so that one can be recognised wherever it turns up. */
export const planted = 'pl4nted';

/** What a promise is rejected with; no secret is anywhere in it, causes included. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ code: string; message: string; line: string }> {
  try {
    await promise;
  } catch (error) {
    const shown = inspect(error, { depth: 12, showHidden: true, maxStringLength: null });
    for (const secret of [planted, Buffer.from(`:${planted}`).toString('base64').slice(2, -4)]) {
      if (shown.includes(secret)) throw new Error(`a secret is in an error: ${shown}`);
    }
    return error as { code: string; message: string; line: string };
  }
  throw new Error('it did not fail');
}

/** All bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
