import { randomUUID } from 'node:crypto';
import { type Exchange, FakeServer, type Reply, type ServerTls } from './fakeServer.ts';
import { errorReply } from './faults.ts';
import type { Access } from './jwt.ts';

/** What a request needs: an action on a repository. */
export interface Need {
  readonly repository: string;
  readonly action: 'pull' | 'push';
}

/** Lets a request pass (`undefined`) or answers in its place. */
export type FakeAuth = (exchange: Exchange, needs: readonly Need[]) => Reply | undefined;

/** User names and their passwords. */
export type Users = Readonly<Record<string, string>>;

/** Basic authentication for everything, as docker-registry does it with an htpasswd file. */
export function basicAuth(users: Users): FakeAuth {
  return (exchange) => {
    if (userOf(exchange, users) !== undefined) return undefined;
    return unauthorized('Basic realm="fake registry"');
  };
}

/** Answers 401 whatever is sent. */
export function neverEnough(challenge: string): FakeAuth {
  return () => unauthorized(challenge);
}

/** What a `FakeTokenService` may be told. */
export interface TokenServiceOptions {
  readonly users?: Users;
  /** Users' refresh tokens, for the OAuth2 form of the request. */
  readonly identityTokens?: Users;
  /** Actions that a user (`undefined`: nobody in particular) gets on a repository; everybody gets all. */
  readonly grants?: (user: string | undefined, repository: string) => readonly string[];
  /** Seconds. */
  readonly expiresIn?: number;
  /** Name of the field that holds the token. */
  readonly field?: 'token' | 'access_token';
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly tls?: ServerTls;
  /** The name in `realm`, where it is not `127.0.0.1`. */
  readonly name?: string;
  /** Makes the text of a token, for a registry that can read it; a random one when left out. */
  readonly issue?: (access: readonly Access[], expiresIn: number) => string;
}

/** A token service of its own, and the gate of a registry that trusts it. */
export class FakeTokenService {
  readonly #options: TokenServiceOptions;
  readonly #tokens = new Map<string, { granted: Set<string>; expires: number }>();
  #server!: FakeServer;
  /** Faults for the service itself: the first one is taken off and answered. */
  readonly replies: Reply[] = [];

  private constructor(options: TokenServiceOptions) {
    this.#options = options;
  }

  static async start(options: TokenServiceOptions = {}): Promise<FakeTokenService> {
    const service = new FakeTokenService(options);
    service.#server = await FakeServer.start(
      (exchange) => service.replies.shift() ?? service.#grant(exchange),
      options.tls,
    );
    return service;
  }

  get requests(): readonly Exchange[] {
    return this.#server.requests;
  }

  get host(): string {
    return this.#server.host;
  }

  get realm(): string {
    const { name } = this.#options;
    return `${name === undefined ? this.#server.url : this.#server.url.replace('127.0.0.1', name)}/token`;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Forgets every token, as a service does that was restarted with a new key. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  /** The gate to give to the registry. */
  readonly gate: FakeAuth = (exchange, needs) => {
    const token = /^Bearer (.+)$/.exec(exchange.headers.authorization ?? '')?.[1];
    const known = token === undefined ? undefined : this.#tokens.get(token);
    const valid = known !== undefined && known.expires > this.#now();
    if (valid && needs.every((need) => known.granted.has(`${need.repository}:${need.action}`)))
      return undefined;
    const scope = scopeOf(needs);
    return unauthorized(
      `Bearer realm="${this.realm}",service="fake"${scope === '' ? '' : `,scope="${scope}"`}${
        token === undefined ? '' : `,error="${valid ? 'insufficient_scope' : 'invalid_token'}"`
      }`,
    );
  };

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  #grant(exchange: Exchange): Reply {
    const form = exchange.method === 'POST' ? new URLSearchParams(exchange.body.toString()) : undefined;
    const asked = form ?? exchange.url.searchParams;
    let user: string | undefined;
    if (form !== undefined) {
      const found = Object.entries(this.#options.identityTokens ?? {}).find(
        ([, token]) => token === form.get('refresh_token'),
      );
      if (found === undefined) return errorReply(401, 'UNAUTHORIZED', 'unknown refresh token');
      user = found[0];
    } else if (exchange.headers.authorization !== undefined) {
      user = userOf(exchange, this.#options.users ?? {});
      if (user === undefined) return errorReply(401, 'UNAUTHORIZED', 'incorrect username or password');
    }
    const granted = new Set<string>();
    for (const scope of asked.getAll('scope').flatMap((text) => text.split(' '))) {
      const [, repository = '', actions = ''] = scope.split(':');
      const allowed = this.#options.grants?.(user, repository) ?? ['pull', 'push'];
      for (const action of actions.split(',')) {
        if (allowed.includes(action)) granted.add(`${repository}:${action}`);
      }
    }
    const expiresIn = this.#options.expiresIn ?? 300;
    const token = this.#options.issue?.(accessOf(granted), expiresIn) ?? randomUUID();
    this.#tokens.set(token, { granted, expires: this.#now() + expiresIn * 1000 });
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ [this.#options.field ?? 'token']: token, expires_in: expiresIn }),
    };
  }
}

function accessOf(granted: ReadonlySet<string>): Access[] {
  return [...granted].map((right) => {
    const colon = right.lastIndexOf(':');
    return { repository: right.slice(0, colon), actions: [right.slice(colon + 1)] };
  });
}

function scopeOf(needs: readonly Need[]): string {
  const actions = new Map<string, string[]>();
  for (const { repository, action } of needs) {
    actions.set(repository, [...(actions.get(repository) ?? []), action]);
  }
  return [...actions].map(([repository, list]) => `repository:${repository}:${list.join(',')}`).join(' ');
}

function userOf(exchange: Exchange, users: Users): string | undefined {
  const encoded = /^Basic (.+)$/.exec(exchange.headers.authorization ?? '')?.[1];
  const [user = '', ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString()
    .split(':');
  return users[user] !== undefined && users[user] === rest.join(':') ? user : undefined;
}

function unauthorized(challenge: string): Reply {
  return errorReply(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
}
