import type { UserError } from '../base/errors.ts';
import { byHost } from './byHost.ts';
import { cannotConnect, isSilence, silent } from './networkError.ts';
import type { RetryPolicy } from './retry.ts';

/** Milliseconds after which one request may find out whether a host that is down is back. */
const untilNextProbe = 10_000;
/** Milliseconds: a host that answered so shortly before is alive, and it is the one request that gets no answer. */
const alive = 60_000;

/** A host as one registry's requests reach it, which decides what is trusted there. */
export interface OutageHost {
  /** `HOST[:PORT]` of the registry on whose behalf it is asked. */
  readonly registry: string;
  /** Scheme, host and port: the registry's own, its token service's or its storage's. */
  readonly origin: string;
  /** It may be reached without TLS, or with a certificate that nobody checks. */
  readonly insecure: boolean;
  /** How a person knows it. */
  readonly name: string;
}

interface Outage {
  readonly reason: UserError;
  /** Milliseconds since the epoch. */
  probeAt: number;
  probing: boolean;
  /** Origins that were tried since then: of one host, HTTP may be tried after HTTPS. */
  readonly tried: Set<string>;
}

interface Failure {
  readonly host: OutageHost;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly sentAt: number;
}

/**
 * Hosts that cannot be reached. Whoever asks one of them is told the same reason at once, so that a host that is
 * down costs its repetitions once and not for every image. Now and then a single request finds out whether it is
 * back; any answer at all ends the outage. An answer with an error in it is an answer.
 */
export class Outages {
  readonly #now: () => number;
  readonly #elapsed: () => number;
  readonly #silence: number;
  readonly #down = byHost<Outage>();
  readonly #answeredAt = byHost<number>();
  readonly #failures = new WeakMap<object, Failure>();

  /** @param silence milliseconds of waiting after which somebody who gives up says something of the host */
  constructor(clocks: Pick<RetryPolicy, 'now' | 'elapsed'>, silence: number) {
    this.#now = clocks.now;
    this.#elapsed = clocks.elapsed;
    this.#silence = silence;
  }

  /**
   * Sends one request to a host, unless that is down.
   * @param signal the request's own: when it fires after a long silence, the host is down
   * @throws UserError the reason of the outage
   */
  async attempt<T>(host: OutageHost, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    const key = hostKey(host);
    const outage = this.#down.get(key);
    if (outage !== undefined) {
      if (!this.#admits(outage, host.origin)) throw outage.reason;
      outage.probing = true;
    }
    const sentAt = this.#now();
    const sent = this.#elapsed();
    try {
      const answer = await send();
      this.#answeredAt.set(key, this.#now());
      this.#down.delete(key);
      return answer;
    } catch (error) {
      const failure = { host, sentAt };
      if (typeof error === 'object' && error !== null) this.#failures.set(error, failure);
      const waited = this.#elapsed() - sent;
      if (signal.aborted && waited >= this.#silence && !this.#wasAlive(failure)) {
        this.#end(key, silent(host.name, waited));
      }
      throw error;
    } finally {
      if (outage !== undefined) outage.probing = false;
    }
  }

  /** The host that an error came from, where it came from sending a request. */
  hostOf(error: unknown): OutageHost | undefined {
    return this.#failureOf(error)?.host;
  }

  /**
   * Notes that a request failed for good. The host counts as down from now on when the error says so: a name that
   * is not known, a refused connection, TLS that fails, a timeout.
   * @param reason the same error in words
   */
  failed(error: unknown, reason: UserError): void {
    const failure = this.#failureOf(error);
    if (failure === undefined) return;
    const down = cannotConnect(error) || (isSilence(error) && !this.#wasAlive(failure));
    if (down) this.#end(hostKey(failure.host), reason);
  }

  #admits(outage: Outage, origin: string): boolean {
    if (outage.probing || this.#now() < outage.probeAt) return false;
    if (outage.tried.has(origin)) {
      outage.tried.clear();
      outage.probeAt = this.#now() + untilNextProbe;
      return false;
    }
    outage.tried.add(origin);
    return true;
  }

  #failureOf(error: unknown): Failure | undefined {
    return typeof error === 'object' && error !== null ? this.#failures.get(error) : undefined;
  }

  #wasAlive({ host, sentAt }: Failure): boolean {
    const answeredAt = this.#answeredAt.get(hostKey(host));
    return answeredAt !== undefined && answeredAt > sentAt - alive;
  }

  #end(key: string, reason: UserError): void {
    this.#down.set(key, { reason, probeAt: this.#now() + untilNextProbe, probing: false, tried: new Set() });
  }
}

/** One key for both schemes: where no connection comes to stand, the other one need not be tried for each request. */
function hostKey({ registry, origin, insecure }: OutageHost): string {
  return `${registry} ${origin.slice(origin.indexOf('//') + 2)} ${insecure}`;
}
