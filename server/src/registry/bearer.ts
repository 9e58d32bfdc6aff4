import * as z from 'zod';
import { orAborted } from '../base/abort.ts';
import { UserError } from '../base/errors.ts';
import { jsonIn } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import type { Answer } from './answer.ts';
import type { Credential } from './authFile.ts';
import { networkError } from './networkError.ts';
import type { Secrets } from './redact.ts';
import { type Purpose, registryError, unauthorized } from './registryError.ts';

/** Bytes of a token service's answer that are read: far more than any header may carry. */
export const longestTokenAnswer = 131_072;

/** What to ask a token service for. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  /** As `mergeScopes` gives them. */
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
  /** The registry may be reached without TLS, and so may the service that it names. */
  readonly insecure: boolean;
  /** Why nothing may be sent to an address, which the service may redirect to; undefined where it may. */
  readonly problemOf: (place: URL) => UserError | undefined;
  readonly purpose: Purpose;
}

/** A request to a token service. */
export interface TokenQuestion {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** `HOST[:PORT]` of the registry that named the service. */
  readonly registry: string;
  readonly insecure: boolean;
  readonly problemOf: TokenRequest['problemOf'];
}

/**
 * Sends a question to a token service. The answer's body is bounded by `longestTokenAnswer`, and the question's
 * never reaches another origin: it may be a secret.
 */
export type TokenTransport = (question: TokenQuestion, signal: AbortSignal) => Promise<Answer>;

interface Token {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

/** https://distribution.github.io/distribution/spec/auth/token/#token-response-fields */
const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional().catch(undefined),
});

/** What the specification says of an answer without `expires_in`, in seconds. */
const usualLife = 60;
/** Milliseconds for the whole exchange with a token service, repetitions included. */
const longestFetch = 60_000;
const mostTokens = 1000;

/**
 * Bearer tokens by host and wanted scopes: fetched once however many ask at the same time, and renewed before
 * they expire.
 */
export class Tokens {
  readonly #transport: TokenTransport;
  readonly #secrets: Secrets;
  readonly #now: () => number;
  readonly #known = new Map<string, Token>();
  readonly #underWay = new Map<string, Promise<Token>>();
  #generation = 0;

  constructor(transport: TokenTransport, secrets: Secrets, now: () => number) {
    this.#transport = transport;
    this.#secrets = secrets;
    this.#now = now;
  }

  /**
   * The token under `key`, other than `refused`, which a registry did not accept. `request` makes the question
   * for the token service when one has to be asked.
   * @throws UserError
   */
  async get(
    key: string,
    request: () => Promise<TokenRequest>,
    refused: string | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const known = this.#known.get(key);
    if (known !== undefined && known.text !== refused && known.renewAt > this.#now()) return known.text;
    let fetching = this.#underWay.get(key);
    if (fetching === undefined) {
      fetching = this.#fetch(key, request);
      this.#underWay.set(key, fetching);
      const done = () => {
        if (this.#underWay.get(key) === fetching) this.#underWay.delete(key);
      };
      fetching.then(done, done);
    }
    return (await orAborted(fetching, signal)).text;
  }

  /** Forgets all tokens: other credentials may give other rights. */
  clear(): void {
    this.#generation++;
    this.#known.clear();
    this.#underWay.clear();
  }

  async #fetch(key: string, request: () => Promise<TokenRequest>): Promise<Token> {
    const generation = this.#generation;
    // Whoever asked first may give up while others still wait, so the fetch has a signal of its own.
    const token = await this.#ask(await request(), AbortSignal.timeout(longestFetch));
    if (generation === this.#generation) {
      if (this.#known.size >= mostTokens) this.#dropExpired();
      this.#known.set(key, token);
    }
    return token;
  }

  #dropExpired(): void {
    for (const [key, token] of this.#known) if (token.renewAt <= this.#now()) this.#known.delete(key);
    if (this.#known.size >= mostTokens) this.#known.clear();
  }

  async #ask(request: TokenRequest, signal: AbortSignal): Promise<Token> {
    const { purpose, credential, realm } = request;
    const asked = this.#now();
    let answer: Answer;
    try {
      answer = await this.#transport(questionOf(request), signal);
    } catch (error) {
      if (signal.aborted) throw noToken(purpose, realm, t('it does not answer in time'));
      throw networkError(error, realm.host);
    }
    const hadCredential = credential !== undefined;
    if (answer.status === 401 || answer.status === 403) throw unauthorized(purpose, hadCredential);
    if (answer.status !== 200) {
      const place = t('a token for {0}', purpose.place);
      throw registryError(
        { ...answer, hadCredential },
        { ...purpose, host: realm.host, place },
        this.#secrets,
      );
    }
    const { text, life } = readToken(answer.body, purpose, realm);
    this.#secrets.add(text);
    // Renewed early, so that a long upload does not outlive its token.
    return { text, renewAt: asked + life * 1000 - Math.min(10_000, life * 200) };
  }
}

function questionOf(request: TokenRequest): TokenQuestion {
  const { realm, service, scopes, credential, insecure, problemOf, purpose } = request;
  const party = { registry: purpose.host, insecure, problemOf };
  if (credential?.kind === 'identityToken') {
    // https://distribution.github.io/distribution/spec/auth/oauth/
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      service: service ?? '',
      client_id: 'operator-mirror',
      scope: scopes.join(' '),
      refresh_token: credential.token,
    });
    return {
      method: 'POST',
      url: realm,
      authorization: undefined,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(form.toString()),
      ...party,
    };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return {
    method: 'GET',
    url,
    authorization: credential === undefined ? undefined : basic(credential.username, credential.password),
    headers: {},
    body: undefined,
    ...party,
  };
}

/** The value of an `Authorization` header. https://www.rfc-editor.org/rfc/rfc7617 */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function readToken(body: Uint8Array, purpose: Purpose, realm: URL): { text: string; life: number } {
  const value = jsonIn(body);
  if (value === undefined) throw noToken(purpose, realm, t('its answer is not JSON'));
  const parsed = tokenAnswer.safeParse(value);
  const text = parsed.success ? parsed.data.token || parsed.data.access_token : undefined;
  if (text === undefined) throw noToken(purpose, realm, t('there is no token in its answer'));
  // Anything else in a header would be a way to smuggle in another one.
  if (!/^[\x21-\x7e]+$/.test(text))
    throw noToken(purpose, realm, t('its token has characters that no token has'));
  const life = parsed.success ? (parsed.data.expires_in ?? usualLife) : usualLife;
  return { text, life: life > 0 && Number.isFinite(life) ? life : usualLife };
}

function noToken({ place }: Purpose, realm: URL, problem: string): UserError {
  return new UserError(
    'tokenService',
    t('the token service {0} gives no token for {1}: {2}', realm.host, place, problem),
    {
      nextStep: t('try again later, and look into the log of the registry'),
    },
  );
}
