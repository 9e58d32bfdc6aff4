import * as z from 'zod';
import { parsedJson } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { isDockerHub } from '../documents/imageReference.ts';

/** What proves to a registry who we are. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token, to be changed into a bearer token at the registry's token service. */
  | { readonly kind: 'identityToken'; readonly token: string };

/** A credential and what it is for. */
export interface NamedCredential {
  /** `HOST[:PORT]` or `HOST[:PORT]/NAMESPACE`, as the keys of an auth file. */
  readonly registry: string;
  readonly credential: Credential;
}

/**
 * What stands under a key of an auth file. Docker leaves an `empty` entry where a helper has the credential; a
 * `broken` one seems to hold one and does not, `problem` says why. An `undecodable` one is an error for whoever
 * needs it, as in podman and skopeo.
 */
export type AuthEntry =
  | Credential
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken' | 'undecodable'; readonly problem: string };

/**
 * Credentials by registry host or namespace.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export interface AuthFile {
  readonly entries: ReadonlyMap<string, AuthEntry>;
  /** The programs that hold the credential of a host: `docker-credential-` and what is here. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The program that holds the credentials of all hosts that are not in the file. Docker's, unknown to podman. */
  readonly store: string | undefined;
}

/**
 * - `containers`: auth.json and Docker's config.json; keys are hosts, namespaces or old-style URLs
 * - `legacy`: .dockercfg; keys are hosts or URLs, and there is no `auths` around them
 */
export type AuthFileFormat = 'containers' | 'legacy';

/** A file with credentials, or else the key whose entry makes it none, where it is one entry. */
export type ParsedAuthFile =
  | { readonly ok: true; readonly file: AuthFile }
  | { readonly ok: false; readonly key: string | undefined };

const entry = z.object({
  auth: z.string().nullish(),
  username: z.string().optional().catch(undefined),
  password: z.string().optional().catch(undefined),
  identitytoken: z.string().nullish(),
});
const entries = z.record(z.string(), z.unknown());
const fileShape = z.object({
  auths: entries.nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().optional().catch(undefined),
});

/**
 * Reads the text of a credentials file. Like podman and skopeo, it takes no file in which an entry is of a wrong
 * type. Nothing but keys of the text is ever part of the result's words.
 */
export function parseAuthFile(text: string, format: AuthFileFormat): ParsedAuthFile {
  const value = parsedJson(text);
  if (value === undefined) return { ok: false, key: undefined };
  const parsed = fileShape.safeParse(format === 'legacy' ? { auths: value } : value);
  if (!parsed.success) return { ok: false, key: undefined };
  const found = new Map<string, AuthEntry>();
  for (const [key, raw] of Object.entries(parsed.data.auths ?? {})) {
    const read = entryOf(raw);
    if (read === undefined) return { ok: false, key };
    found.set(key, read);
  }
  const { credHelpers, credsStore } = parsed.data;
  const helpers = new Map(Object.entries(credHelpers ?? {}));
  return { ok: true, file: { entries: found, helpers, store: credsStore || undefined } };
}

/** Undefined for what is no entry at all. */
function entryOf(raw: unknown): AuthEntry | undefined {
  const parsed = entry.safeParse(raw ?? {});
  if (!parsed.success) return undefined;
  const { auth, identitytoken } = parsed.data;
  let { username, password } = parsed.data;
  if (auth) {
    const decoded = decodeBase64(auth);
    if (decoded === undefined) return { kind: 'undecodable', problem: t('its "auth" is no base64') };
    const colon = decoded.indexOf(':');
    if (colon === -1) return { kind: 'broken', problem: t('its "auth" has no colon after the user') };
    username = decoded.slice(0, colon);
    // Docker once padded passwords with zero bytes.
    password = decoded.slice(colon + 1).replace(/\0+$/, '');
  }
  if (identitytoken) return { kind: 'identityToken', token: identitytoken };
  if (username === undefined || password === undefined) return { kind: 'empty' };
  if (username === '') return { kind: 'broken', problem: t('it names no user') };
  return { kind: 'password', username, password };
}

/** Base64 as Go reads it: padded, with line ends anywhere. */
function decodeBase64(text: string): string | undefined {
  const joined = text.replace(/[\r\n]/g, '');
  if (joined.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(joined)) return undefined;
  return Buffer.from(joined, 'base64').toString('utf8');
}

/** An entry, and the key that it stands under. */
export interface FoundEntry {
  readonly key: string;
  readonly entry: AuthEntry;
}

/**
 * The entry for `repository` on `host`. Keys are compared exactly, the longest namespace first
 * (`quay.io/team/app`, `quay.io/team`, `quay.io`), and the first that is there counts, whatever it holds; only
 * then are old-style URLs read as the host in them. A host's credential is never given to another host, nor to
 * another port of it.
 */
export function findEntry(
  authFile: AuthFile,
  format: AuthFileFormat,
  host: string,
  repository: string,
): FoundEntry | undefined {
  const wanted = canonicalHost(host);
  const hosts = wanted === host ? [host] : [host, wanted];
  for (const name of hosts) {
    for (const key of format === 'legacy' ? [name] : keysOf(name, repository)) {
      const found = authFile.entries.get(key);
      if (found !== undefined) return { key, entry: found };
    }
  }
  for (const [key, found] of authFile.entries) {
    if (hostOfKey(key, format) === wanted) return { key, entry: found };
  }
  return undefined;
}

/** The credential that an entry holds; undefined when it holds none. */
export function credentialIn(found: FoundEntry | undefined): Credential | undefined {
  const held = found?.entry;
  return held?.kind === 'password' || held?.kind === 'identityToken' ? held : undefined;
}

/** Who is to be asked for a credential: a program, and what it knows the registry by. */
export interface HelperQuestion {
  readonly helper: string;
  readonly server: string;
}

/** The program that alone holds the credential of `host`; the file's own credentials do not count then. */
export function helperFor(authFile: AuthFile, host: string): HelperQuestion | undefined {
  for (const server of namesOf(host)) {
    const helper = authFile.helpers.get(server);
    if (helper) return { helper, server };
  }
  return undefined;
}

/** The program that is asked when the file itself has no credential for `host`. */
export function storeFor({ store }: AuthFile, host: string): HelperQuestion | undefined {
  if (store === undefined) return undefined;
  return { helper: store, server: canonicalHost(host) === 'docker.io' ? dockerHubKey : host };
}

/** Docker's own name for Docker Hub. */
const dockerHubKey = 'https://index.docker.io/v1/';

/** All keys that mean a host. */
function namesOf(host: string): string[] {
  const name = canonicalHost(host);
  return name === 'docker.io' ? [host, name, dockerHubKey] : [host, name];
}

/** `HOST/a/b`, `HOST/a`, `HOST`. */
function keysOf(host: string, repository: string): string[] {
  const parts = repository === '' ? [] : repository.split('/');
  return parts.map((_, index) => `${host}/${parts.slice(0, parts.length - index).join('/')}`).concat(host);
}

/** The host of an old-style key such as `https://index.docker.io/v1/`; undefined for a namespace. */
function hostOfKey(key: string, format: AuthFileFormat): string | undefined {
  const scheme = /^https?:\/\//.exec(key)?.[0];
  if (scheme === undefined && format !== 'legacy' && key.includes('/')) return undefined;
  const rest = key.slice(scheme?.length ?? 0);
  const slash = rest.indexOf('/');
  return canonicalHost(slash === -1 ? rest : rest.slice(0, slash));
}

/** One name for all of Docker Hub's, and lower case, in which DNS compares. */
function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return isDockerHub(lower) ? 'docker.io' : lower;
}
