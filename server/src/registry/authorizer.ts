import type { UserError } from '../base/errors.ts';
import { basic, type TokenRequest, type Tokens } from './bearer.ts';
import { byHost } from './byHost.ts';
import type { Challenge } from './challenge.ts';
import type { CredentialSource } from './credentials.ts';
import type { InsecureHosts } from './endpoint.ts';
import { parseLocation } from './hop.ts';
import type { Secrets } from './redact.ts';
import type { Purpose } from './registryError.ts';
import { mergeScopes, parseScopes, type Scope } from './scope.ts';
import { realmProblem } from './tokenRealm.ts';

/** What one request wants to be allowed. */
export interface Wish {
  readonly host: string;
  /** Whose credential is taken; empty for the host's own. */
  readonly repository: string;
  readonly scopes: readonly Scope[];
  readonly purpose: Purpose;
  /** The registry may be reached without TLS. */
  readonly insecure: boolean;
}

/** The header that a request carries. */
export interface Grant {
  readonly header: string;
  readonly token: string | undefined;
}

type Demand =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: URL;
      readonly service: string | undefined;
      /** The address that named the realm. */
      readonly origin: URL;
    };

/**
 * Decides what a request carries as `Authorization`. What a host demands is learnt from its first 401 and
 * remembered, so that later requests are right at once.
 */
export class Authorizer {
  readonly #credentials: CredentialSource;
  readonly #tokens: Tokens;
  readonly #secrets: Secrets;
  readonly #insecure: InsecureHosts;
  readonly #demands = byHost<Demand>();

  constructor(credentials: CredentialSource, tokens: Tokens, secrets: Secrets, insecure: InsecureHosts) {
    this.#credentials = credentials;
    this.#tokens = tokens;
    this.#secrets = secrets;
    this.#insecure = insecure;
  }

  /** What to send before the host has asked for anything. @throws UserError */
  async prepare(wish: Wish, signal: AbortSignal): Promise<Grant | undefined> {
    const demand = this.#demands.get(wish.host);
    return demand && this.#grant(demand, wish, [], undefined, signal);
  }

  /**
   * What to send after a 401 to a request that carried `refused`; undefined when there is nothing else to send.
   * @throws UserError when the token service refuses or fails
   */
  async answer(
    challenges: readonly Challenge[],
    wish: Wish,
    refused: Grant | undefined,
    origin: URL,
    signal: AbortSignal,
  ): Promise<Grant | undefined> {
    const chosen = this.#choose(challenges, wish, origin);
    if (chosen === undefined) return undefined;
    this.#demands.set(wish.host, chosen.demand);
    const grant = await this.#grant(chosen.demand, wish, chosen.scopes, refused?.token, signal);
    return grant?.header === refused?.header ? undefined : grant;
  }

  /** True when there is a credential for the wish, whatever it is worth. */
  async hasCredential(wish: Wish): Promise<boolean> {
    return (await this.#credentials.find(wish.host, wish.repository)) !== undefined;
  }

  /** Forgets tokens and credentials: the user logged in or out. */
  credentialsChanged(): void {
    this.#credentials.refresh();
    this.#tokens.clear();
  }

  #choose(challenges: readonly Challenge[], wish: Wish, origin: URL) {
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'),
    );
    if (bearer === undefined) {
      const basicOffered = challenges.some(({ scheme }) => scheme === 'basic');
      return basicOffered ? { demand: { scheme: 'basic' } as const, scopes: [] } : undefined;
    }
    const realm = parseLocation(bearer.parameters.get('realm') ?? '', origin);
    if (realm === undefined) return undefined;
    const problem = this.#realmProblem(realm, wish, origin);
    if (problem !== undefined) throw problem;
    const demand: Demand = { scheme: 'bearer', realm, service: bearer.parameters.get('service'), origin };
    return { demand, scopes: parseScopes(bearer.parameters.get('scope') ?? '') };
  }

  #realmProblem(realm: URL, wish: Wish, origin: URL): UserError | undefined {
    const mayBePlain = wish.insecure || this.#insecure.has(realm.host);
    return realmProblem(realm, { asked: origin, mayBePlain, isNamed: this.#insecure.names(realm.host) });
  }

  async #grant(
    demand: Demand,
    wish: Wish,
    demanded: readonly Scope[],
    refused: string | undefined,
    signal: AbortSignal,
  ): Promise<Grant | undefined> {
    if (demand.scheme === 'basic') {
      const credential = await this.#credential(wish);
      if (credential?.kind !== 'password') return undefined;
      return { header: basic(credential.username, credential.password), token: undefined };
    }
    const request = async (): Promise<TokenRequest> => ({
      realm: demand.realm,
      service: demand.service,
      scopes: mergeScopes(wish.scopes, demanded),
      credential: await this.#credential(wish),
      insecure: wish.insecure,
      problemOf: (place) => this.#realmProblem(place, wish, demand.origin),
      purpose: wish.purpose,
    });
    // Kept under what was wished for, so that it is found before the host demands more again.
    const key = [wish.host, ...mergeScopes(wish.scopes)].join(' ');
    const token = await this.#tokens.get(key, request, refused, signal);
    return { header: `Bearer ${token}`, token };
  }

  async #credential(wish: Wish) {
    const credential = await this.#credentials.find(wish.host, wish.repository);
    if (credential?.kind === 'identityToken') this.#secrets.add(credential.token);
    if (credential?.kind === 'password') {
      this.#secrets.add(credential.password);
      this.#secrets.add(basic(credential.username, credential.password).slice('Basic '.length));
    }
    return credential;
  }
}
