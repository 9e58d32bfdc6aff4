import type { Readable } from 'node:stream';
import { orAborted } from '../base/abort.ts';
import { UserError } from '../base/errors.ts';
import { Limiter } from '../base/limiter.ts';
import { t } from '../base/sentences.ts';
import { isDockerHub } from '../documents/imageReference.ts';
import { findPullRule, type PullRules } from '../documents/pullRules.ts';
import { type Answer, headerOf } from './answer.ts';
import { Authorizer, type Grant, type Wish } from './authorizer.ts';
import { longestTokenAnswer, Tokens, type TokenTransport } from './bearer.ts';
import { byHost } from './byHost.ts';
import { hasEndedToken, parseChallenges } from './challenge.ts';
import { Connections } from './connections.ts';
import type { CredentialSource } from './credentials.ts';
import { apiHost, Endpoints, InsecureHosts } from './endpoint.ts';
import { discard, type HopRequest, type HopResponse, type Method, type StreamBody, send } from './hop.ts';
import { HostLoad } from './hostLoad.ts';
import { isPassingNetworkError, networkError, silent } from './networkError.ts';
import type { RegistryOptions } from './options.ts';
import { Outages } from './outages.ts';
import { Secrets } from './redact.ts';
import { longestErrorBody, type Purpose, registryError } from './registryError.ts';
import { isPassing, type Judge, type RetryPolicy, retryAfter, retrying } from './retry.ts';
import type { Scope } from './scope.ts';
import { Pace, type Timeouts } from './timeouts.ts';
import { collected, readWhole } from './wholeAnswer.ts';

/** One request to the API of a registry. */
export interface RegistryRequest {
  readonly method: Method;
  readonly host: string;
  /** Whose credential is taken; empty for the host's own. */
  readonly repository: string;
  /** Path and query below the host, or a whole address that the registry gave. */
  readonly target: string | URL;
  readonly scopes: readonly Scope[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | StreamBody;
  /** Bytes of a good answer's body that are accepted. */
  readonly limit?: number;
  /** Whether the host may be reached without TLS; what registries.conf says of the repository when left out. */
  readonly insecure?: boolean | undefined;
  /** Repetitions of a request that failed for the moment; those of the policy when left out. */
  readonly times?: number | undefined;
  /** What it is about, for errors. */
  readonly purpose: Purpose;
}

/** An answer whose body is still to be read, or a whole one that is not what was wanted. */
export type Opened =
  | { readonly opened: true; readonly response: HopResponse }
  | { readonly opened: false; readonly answer: Answer };

/** Requests that one host works on at the same time. */
const mostPerHost = 16;
const usualLimit = longestErrorBody;
/** Credentials that one request is sent with at most, one after the other, where the registry says of each that it has ended. */
const mostGrants = 3;

/** How many there have been in this process. */
let transports = 0;

/**
 * Sends requests to registries: scheme, credentials, redirects, repetitions and bounds, each of which has a file
 * of its own. Rejects with a `UserError`, or with the signal's reason once that fires.
 */
export class Transport {
  readonly secrets = new Secrets();
  readonly policy: RetryPolicy;
  /** Bytes of the largest body that a host takes, where it has refused a larger one. */
  readonly largestBodies = byHost<number>();
  /** Whether a host mounts blobs from a repository to itself, where somebody has tried or tries now. */
  readonly selfMounts = byHost<boolean>();
  readonly #userAgent: string;
  readonly #insecure: InsecureHosts;
  readonly #endpoints = new Endpoints();
  readonly #connections: Connections;
  readonly #authorizer: Authorizer;
  readonly #limiters = byHost<Limiter>();
  readonly #loads = byHost<HostLoad>();
  readonly #rules: () => Promise<PullRules>;
  readonly #timeouts: Timeouts;
  readonly #outages: Outages;
  readonly #number = ++transports;

  constructor(
    options: RegistryOptions,
    seams: {
      readonly credentials: CredentialSource;
      readonly rules: () => Promise<PullRules>;
      readonly policy: RetryPolicy;
      readonly timeouts: Timeouts;
    },
  ) {
    const { credentials, rules, policy, timeouts } = seams;
    this.policy = policy;
    this.#rules = rules;
    this.#timeouts = timeouts;
    this.#outages = new Outages(policy, timeouts.silence);
    this.#userAgent = options.userAgent.replace(/[^\x20-\x7e]/g, '');
    this.#insecure = new InsecureHosts(options.insecure);
    this.#connections = new Connections(options, timeouts, policy.now, (secret) => this.secrets.add(secret));
    const tokens = new Tokens(this.#askTokenService, this.secrets, policy.now);
    this.#authorizer = new Authorizer(credentials, tokens, this.secrets, this.#insecure);
  }

  /** A name for a host as it is reached with the credentials of this transport, equal for equal ones. */
  placeOf(host: string): string {
    return `${host} #${this.#number}`;
  }

  /** How a host bears what this transport asks of it. */
  loadOf(host: string): HostLoad {
    const name = apiHost(host);
    const load = this.#loads.get(name) ?? new HostLoad();
    this.#loads.set(name, load);
    return load;
  }

  /** Forgets tokens and credentials: the user logged in or out. */
  credentialsChanged(): void {
    this.#authorizer.credentialsChanged();
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  /**
   * Sends a request and reads the whole answer, whatever its status; after 429 and 5xx again and again as the
   * policy says. A body that breaks off counts as a broken connection.
   */
  async exchange(request: RegistryRequest, signal: AbortSignal): Promise<Answer> {
    const limiter = this.#limiter(request.host);
    const once = () => limiter.run(() => this.#whole(request, signal), signal);
    const judge: Judge<Answer> = (outcome) => this.#judge(outcome.ok ? outcome.value : outcome);
    return this.#worded(() => retrying(once, judge, this.#policyFor(request), signal), request.host, signal);
  }

  /**
   * Sends a request whose answer is a stream. With one of the `wanted` statuses the body is handed over unread;
   * any other answer is read as `exchange` reads it, and repeated likewise.
   *
   * Takes no place at the host: whoever copies bounds its transfers itself, and a read that feeds an upload to
   * the same host would otherwise wait for itself.
   */
  async open(request: RegistryRequest, wanted: readonly number[], signal: AbortSignal): Promise<Opened> {
    const once = async (): Promise<Opened> => {
      const { response, hadCredential } = await this.#authorized(request, signal);
      if (wanted.includes(response.status)) return { opened: true, response };
      return {
        opened: false,
        answer: await this.#toAnswer(response, request, longestErrorBody, hadCredential),
      };
    };
    const judge: Judge<Opened> = (outcome) => {
      if (!outcome.ok) return this.#judge(outcome);
      return outcome.value.opened ? undefined : this.#judge(outcome.value.answer);
    };
    return this.#worded(() => retrying(once, judge, this.#policyFor(request), signal), request.host, signal);
  }

  /** Watches a body that `open` gave, which is to be given up when it comes too slowly. */
  pace(body: Readable): Pace {
    return new Pace(body, this.#timeouts.pace);
  }

  /** Sends a request with a body that is streamed, once: whoever owns the stream decides about repetitions. */
  async upload(request: RegistryRequest, signal: AbortSignal): Promise<Answer> {
    return this.#whole(request, signal);
  }

  /** The error for an answer that is not the one that was wanted. */
  error(answer: Answer, request: Pick<RegistryRequest, 'purpose'>): UserError {
    return registryError(answer, request.purpose, this.secrets);
  }

  #judge(result: Answer | { readonly error: unknown }): { after: number | undefined } | undefined {
    if ('error' in result) return isPassingNetworkError(result.error) ? { after: undefined } : undefined;
    if (!isPassing(result.status)) return undefined;
    return { after: retryAfter(headerOf(result.headers, 'retry-after'), this.policy.now()) };
  }

  /** Runs a request with all its repetitions; what it fails with is for a person to read. */
  async #worded<T>(task: () => Promise<T>, host: string, signal: AbortSignal): Promise<T> {
    const began = performance.now();
    try {
      return await task();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const name = this.#outages.hostOf(error)?.name ?? host;
      const worded = networkError(error, name, performance.now() - began);
      if (worded instanceof UserError) this.#outages.failed(error, worded);
      throw worded;
    }
  }

  async #whole(request: RegistryRequest, signal: AbortSignal): Promise<Answer> {
    const { response, hadCredential } = await this.#authorized(request, signal);
    return this.#toAnswer(response, request, request.limit ?? usualLimit, hadCredential);
  }

  async #authorized(
    request: RegistryRequest,
    signal: AbortSignal,
  ): Promise<{ response: HopResponse; hadCredential: boolean }> {
    const wish: Wish = { ...request, insecure: await this.#mayBeInsecure(request) };
    const origin = await this.#origin(wish, signal);
    const url = request.target instanceof URL ? request.target : new URL(origin + request.target);
    const own = url.origin === origin;
    let grant = own ? await this.#authorizer.prepare(wish, signal) : undefined;
    let response = await this.#send(request, wish, url, grant, signal);
    // Another origin that asks for a credential gets none: it is the registry's, not theirs.
    for (let sent = 1; response.status === 401 && own && !response.elsewhere && sent <= mostGrants; sent++) {
      const challenges = parseChallenges(response.headers['www-authenticate']);
      // What is refused for any other reason is no better with another token of the same kind.
      if (sent > 1 && !hasEndedToken(challenges)) break;
      const next = await this.#authorizer.answer(challenges, wish, grant, url, signal);
      if (next === undefined) break;
      discard(response.body);
      grant = next;
      response = await this.#send(request, wish, url, grant, signal);
    }
    const failed = response.status === 401 || response.status === 429;
    return { response, hadCredential: failed && (await this.#authorizer.hasCredential(wish)) };
  }

  /** What registries.conf says of the very place that is asked. @throws UserError `blocked`, `registriesConf` */
  async #mayBeInsecure({ host, repository, insecure }: RegistryRequest): Promise<boolean> {
    const registry = isDockerHub(host) ? 'docker.io' : host;
    const name = repository === '' ? registry : `${registry}/${repository}`;
    const rule = findPullRule(await this.#rules(), name)?.rule;
    if (rule?.blocked) {
      const place = `${rule.path}:${rule.range.start.line + 1}`;
      throw new UserError('blocked', t('{0} is blocked by {1} (prefix "{2}")', name, place, rule.prefix), {
        nextStep: t('use another registry, or take `blocked = true` away there'),
      });
    }
    return insecure ?? rule?.insecure ?? false;
  }

  #policyFor({ times }: RegistryRequest): RetryPolicy {
    return times === undefined ? this.policy : { ...this.policy, times };
  }

  async #send(
    request: RegistryRequest,
    party: Wish,
    url: URL,
    grant: Grant | undefined,
    signal: AbortSignal,
  ): Promise<HopResponse> {
    const load = this.loadOf(party.host);
    const began = this.policy.elapsed();
    const { method, headers = {}, body } = request;
    const hop = { method, registry: party.host, url, headers, authorization: grant?.header, body };
    try {
      const response = await this.#hop(hop, party.insecure, signal);
      const taken = body === undefined ? this.policy.elapsed() - began : undefined;
      load.answered(method, response.status, taken);
      return response;
    } catch (error) {
      if (isPassingNetworkError(error)) load.failed();
      throw error;
    }
  }

  #hop(request: HopRequest, insecure: boolean, signal: AbortSignal): Promise<HopResponse> {
    // Compressed on the way, content would have another digest.
    const headers = { 'user-agent': this.#userAgent, 'accept-encoding': 'identity', ...request.headers };
    const ways = {
      connections: this.#connections,
      outages: this.#outages,
      isInsecure: (host: string) => insecure || this.#insecure.has(host),
    };
    return send({ ...request, headers }, ways, signal);
  }

  async #origin({ host, insecure }: Wish, signal: AbortSignal): Promise<string> {
    const mayBe = insecure || this.#insecure.has(apiHost(host));
    const found = this.#endpoints.found(host, mayBe);
    if (found !== undefined) return found;
    const began = performance.now();
    const answers = async (origin: string) => {
      // Others may wait for the same origin after this caller gave up, so the probe has a limit of its own.
      const limit = AbortSignal.timeout(this.#timeouts.probe);
      const url = new URL('/v2/', origin);
      try {
        const { body } = await this.#hop({ method: 'GET', registry: host, url, headers: {} }, mayBe, limit);
        discard(body);
      } catch (error) {
        // HTTPS may have been waited for before.
        if (limit.aborted) throw silent(host, performance.now() - began);
        throw error;
      }
    };
    return orAborted(this.#endpoints.origin(host, mayBe, answers), signal);
  }

  readonly #askTokenService: TokenTransport = (question, signal) => {
    const once = async () => {
      const { insecure, ...rest } = question;
      const response = await this.#hop({ ...rest, stay: question.method === 'POST' }, insecure, signal);
      const { bytes } = await collected(response.body, longestTokenAnswer, this.#timeouts.pace);
      const { status, headers, url, elsewhere } = response;
      return {
        status,
        headers,
        url,
        elsewhere,
        body: bytes,
        hadCredential: question.authorization !== undefined,
      };
    };
    const judge: Judge<Answer> = (outcome) => this.#judge(outcome.ok ? outcome.value : outcome);
    return this.#worded(() => retrying(once, judge, this.policy, signal), question.url.host, signal);
  };

  async #toAnswer(
    response: HopResponse,
    request: RegistryRequest,
    limit: number,
    hadCredential: boolean,
  ): Promise<Answer> {
    const { status, headers, url, elsewhere } = response;
    const { method, purpose } = request;
    const body = await readWhole(response, { method, limit, purpose }, this.#timeouts.pace);
    return { status, headers, url, elsewhere, body, hadCredential };
  }

  #limiter(host: string): Limiter {
    const name = apiHost(host);
    let limiter = this.#limiters.get(name);
    if (limiter === undefined) {
      limiter = new Limiter(mostPerHost);
      this.#limiters.set(name, limiter);
    }
    return limiter;
  }
}
