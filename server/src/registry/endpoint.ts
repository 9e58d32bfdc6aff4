import { isDockerHub } from '../documents/imageReference.ts';
import { byHost } from './byHost.ts';
import { mayBePlainHttp } from './networkError.ts';

/** Where the API of a registry is: scheme, host and port, as in `URL.origin`. */
export type Origin = string;

/** Which hosts may go without TLS, or with a certificate that nobody checks. */
export class InsecureHosts {
  readonly #hosts: ReadonlySet<string>;

  constructor(hosts: readonly string[]) {
    // The port of HTTPS is left out of a URL, so it is left out here too.
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase().replace(/:443$/, '')));
  }

  /** True for a `HOST[:PORT]` of the list, exactly, and for this machine, as in Docker. */
  has(host: string): boolean {
    return this.names(host) || isLoopback(host);
  }

  /** True for a `HOST[:PORT]` of the list, exactly. */
  names(host: string): boolean {
    return this.#hosts.has(host.toLowerCase().replace(/:443$/, ''));
  }
}

/** True when the name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** The host that answers for a registry: Docker Hub's API is not where its name says. */
export function apiHost(host: string): string {
  return isDockerHub(host) ? 'registry-1.docker.io' : host;
}

/** Finds the scheme of each registry once: HTTPS, and for insecure hosts HTTP where HTTPS gets no answer. */
export class Endpoints {
  readonly #known = byHost<Promise<Origin>>();
  readonly #found = byHost<Origin>();

  /**
   * The origin to send requests for `host` to. `answers` sends one request to an origin and resolves when
   * anything comes back; it is called for insecure hosts only. A failure is not remembered.
   */
  origin(host: string, insecure: boolean, answers: (origin: Origin) => Promise<void>): Promise<Origin> {
    const name = apiHost(host);
    const key = keyOf(name, insecure);
    if (!insecure) {
      const origin = originOf('https', name);
      this.#found.set(key, origin);
      return Promise.resolve(origin);
    }
    let found = this.#known.get(name);
    if (found === undefined) {
      found = probe(name, answers);
      this.#known.set(name, found);
      found.then(
        (origin) => this.#found.set(key, origin),
        () => this.#known.delete(name),
      );
    }
    return found;
  }

  /** The same where it was found before, for those who need not wait then. */
  found(host: string, insecure: boolean): Origin | undefined {
    return this.#found.get(keyOf(apiHost(host), insecure));
  }
}

function keyOf(name: string, insecure: boolean): string {
  return `${name} ${insecure}`;
}

async function probe(name: string, answers: (origin: Origin) => Promise<void>): Promise<Origin> {
  const secure = originOf('https', name);
  try {
    await answers(secure);
    return secure;
  } catch (error) {
    if (!mayBePlainHttp(error)) throw error;
    const plain = originOf('http', name);
    await answers(plain);
    return plain;
  }
}

/** Lower case and without a default port, so that origins can be compared. */
function originOf(scheme: 'http' | 'https', name: string): Origin {
  return new URL(`${scheme}://${name}`).origin;
}
