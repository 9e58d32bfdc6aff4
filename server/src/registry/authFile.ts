import { z } from 'zod';
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
 * Credentials by registry host or namespace.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export interface AuthFile {
  readonly credentials: ReadonlyMap<string, Credential>;
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

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const entries = z.record(z.string(), z.unknown());
const file = z.object({
  auths: entries.optional(),
  credHelpers: z.record(z.string(), z.string()).optional().catch(undefined),
  credsStore: z.string().optional().catch(undefined),
});

/**
 * Reads the text of a credentials file; undefined when it is none. Entries that hold no credential (Docker
 * leaves `{}` where a helper has it) or that cannot be read are passed over. Nothing of the text is ever part
 * of an error.
 */
export function parseAuthFile(text: string, format: AuthFileFormat): AuthFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = file.safeParse(format === 'legacy' ? { auths: value } : value);
  if (!parsed.success) return undefined;
  const credentials = new Map<string, Credential>();
  for (const [key, raw] of Object.entries(parsed.data.auths ?? {})) {
    const credential = credentialOf(raw);
    if (credential !== undefined) credentials.set(key, credential);
  }
  const { credHelpers = {}, credsStore } = parsed.data;
  return { credentials, helpers: new Map(Object.entries(credHelpers)), store: credsStore || undefined };
}

function credentialOf(raw: unknown): Credential | undefined {
  const parsed = entry.safeParse(raw);
  if (!parsed.success) return undefined;
  const { auth, identitytoken } = parsed.data;
  if (identitytoken !== undefined && identitytoken !== '')
    return { kind: 'identityToken', token: identitytoken };
  let { username, password } = parsed.data;
  if (auth !== undefined && auth !== '') {
    const decoded = Buffer.from(auth, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon === -1) return undefined;
    username = decoded.slice(0, colon);
    // Docker once padded passwords with zero bytes.
    password = decoded.slice(colon + 1).replace(/\0+$/, '');
  }
  if (username === undefined || username === '' || password === undefined) return undefined;
  return { kind: 'password', username, password };
}

/**
 * The credential for `repository` on `host`. Keys are compared exactly, the longest namespace first
 * (`quay.io/team/app`, `quay.io/team`, `quay.io`); only then are old-style URLs read as the host in them. A
 * host's credential is never given to another host, nor to another port of it.
 */
export function findCredential(
  authFile: AuthFile,
  format: AuthFileFormat,
  host: string,
  repository: string,
): Credential | undefined {
  const wanted = canonicalHost(host);
  const hosts = wanted === host ? [host] : [host, wanted];
  for (const name of hosts) {
    for (const key of format === 'legacy' ? [name] : keysOf(name, repository)) {
      const credential = authFile.credentials.get(key);
      if (credential !== undefined) return credential;
    }
  }
  for (const [key, credential] of authFile.credentials) {
    if (hostOfKey(key, format) === wanted) return credential;
  }
  return undefined;
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
