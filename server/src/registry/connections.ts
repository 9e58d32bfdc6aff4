import { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import type { RegistryOptions } from './options.ts';
import { ProxySettings } from './proxySettings.ts';
import { proxyAuthorization, toProxy, tunnelled } from './proxyTunnel.ts';
import type { Timeouts } from './timeouts.ts';
import { Trust } from './trust.ts';

/** The bundle has these and nothing else of it: `httpParts` in `esbuild.mjs`. */
type Undici = Pick<typeof import('undici'), 'Agent' | 'Pool' | 'buildConnector'>;

let loaded: Promise<Undici> | undefined;

/**
 * Loaded with the first request: it is large, and a server that starts, or a check, may never ask anybody. Once, since a bundle
 * makes all its exports anew each time.
 */
function undici(): Promise<Undici> {
  loaded ??= import('undici');
  return loaded;
}

/** On whose behalf a connection is made, which decides what is trusted on it. */
export interface Party {
  /** `HOST[:PORT]` of the registry, as it stands in references. */
  readonly registry: string;
  /** The host of the URL is the registry itself, and no token service or storage of it. */
  readonly own: boolean;
  /** Plain HTTP is allowed, and the certificate is not checked. */
  readonly insecure: boolean;
}

/** How to send one request. */
export interface Way {
  readonly dispatcher: Dispatcher;
  readonly path: string;
  /** For the proxy on the way. */
  readonly headers: Readonly<Record<string, string>>;
  /** The proxy that reads and forwards the request; undefined when nobody on the way does. */
  readonly proxy: URL | undefined;
}

/**
 * Connections to all hosts, kept for the next request. Which certificates are trusted, and which proxy is on the
 * way, is decided here, for each request.
 */
export class Connections {
  readonly #trust: Trust;
  readonly #proxies: ProxySettings;
  readonly #timeouts: Timeouts;
  readonly #onSecret: (secret: string) => void;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();
  /** All that are open, or on their way to it. */
  readonly #sockets = new Set<Socket>();

  /** @param onSecret told of a proxy's password before it is sent */
  constructor(
    options: Pick<RegistryOptions, 'caFile' | 'environment'>,
    timeouts: Timeouts,
    now: () => number,
    onSecret: (secret: string) => void,
  ) {
    this.#trust = new Trust(options, now);
    this.#proxies = new ProxySettings(options.environment.env);
    this.#timeouts = timeouts;
    this.#onSecret = onSecret;
  }

  /** How a request to this URL goes out. @throws UserError `caFile`, `certificates`, `proxy` */
  async to(url: URL, party: Party): Promise<Way> {
    const proxy = this.#proxies.proxyFor(url);
    const path = url.pathname + url.search;
    if (proxy !== undefined) this.#noteSecrets(proxy);
    if (proxy !== undefined && url.protocol === 'http:') {
      const dispatcher = await this.#forwarder(proxy);
      const headers: Record<string, string> = { host: url.host };
      const authorization = proxyAuthorization(proxy);
      if (authorization !== undefined) headers['proxy-authorization'] = authorization;
      return { dispatcher, path: url.origin + path, headers, proxy };
    }
    return { dispatcher: await this.#agent(party, proxy), path, headers: {}, proxy: undefined };
  }

  /** Ends all connections, also those in use, and those that do not stand yet: a silent host is not waited for. */
  async close(): Promise<void> {
    const dispatchers = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    const ending = dispatchers.map(async (made) => (await made.catch(() => undefined))?.destroy());
    // Those on their way are nobody's yet, and would keep the process alive until they stand or time out.
    const closed = Object.assign(new Error('the client is closed'), { code: 'UND_ERR_CLOSED' });
    for (const socket of this.#sockets) socket.destroy(closed);
    await Promise.all(ending);
  }

  async #agent(party: Party, proxy: URL | undefined): Promise<Dispatcher> {
    const checked = !party.insecure;
    const { key, context } = await this.#trust.of(party.registry, { own: party.own, checked });
    const way = proxy === undefined ? `${checked} ${key}` : `${checked} ${key} by ${proxy.href}`;
    return this.#kept(way, async () => {
      const { Agent } = await undici();
      const direct = await this.#connector({ secureContext: context, rejectUnauthorized: checked });
      const connect =
        proxy === undefined
          ? direct
          : tunnelled(proxy, direct, await this.#toProxy(proxy), this.#timeouts.connect);
      return new Agent({ ...this.#limits(), connect });
    });
  }

  async #forwarder(proxy: URL): Promise<Dispatcher> {
    return this.#kept(`by ${proxy.href}`, async () => {
      const { Pool } = await undici();
      return new Pool(proxy.origin, { ...this.#limits(), connect: await this.#toProxy(proxy) });
    });
  }

  async #toProxy(proxy: URL): Promise<buildConnector.connector> {
    const { context } = await this.#trust.usual();
    return toProxy(proxy, await this.#connector({ secureContext: context }));
  }

  async #connector(options: buildConnector.BuildOptions): Promise<buildConnector.connector> {
    const { buildConnector } = await undici();
    const connect = buildConnector({ timeout: this.#timeouts.connect, ...options });
    return (to, callback) => {
      const connecting: unknown = connect(to, (...result) => {
        const [, socket] = result;
        // A server says why it ends a TLS connection, and undici would hear only that it ended.
        socket?.once('error', () => socket.destroy());
        callback(...result);
      });
      if (connecting instanceof Socket) this.#note(connecting);
    };
  }

  #note(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #limits() {
    return { headersTimeout: this.#timeouts.headers, bodyTimeout: this.#timeouts.body };
  }

  /** What was made once for all requests that go this way. */
  #kept(key: string, make: () => Promise<Dispatcher>): Promise<Dispatcher> {
    const known = this.#dispatchers.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#dispatchers.set(key, made);
    made.catch(() => this.#dispatchers.delete(key));
    return made;
  }

  #noteSecrets(proxy: URL): void {
    this.#onSecret(decodeURIComponent(proxy.password));
    this.#onSecret(proxy.password);
    this.#onSecret(proxyAuthorization(proxy)?.slice('Basic '.length) ?? '');
  }
}
