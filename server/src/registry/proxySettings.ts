import { BlockList, isIP } from 'node:net';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';

/** Decides by host and port whether something applies; `port` is never empty. */
type Matcher = (host: string, port: string) => boolean;

/**
 * Which proxy a request goes through, from `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` or their lower-case forms.
 * The rules are those of Go, and so those of `oc`, `podman` and `skopeo`: this machine is never reached through
 * a proxy; `NO_PROXY` has names (with all below them, or, with a leading dot, only those below), addresses, CIDR
 * ranges, each but the last with a port or without, or `*`.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export class ProxySettings {
  readonly #http: string;
  readonly #https: string;
  readonly #direct: Matcher;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    // A web server that starts programs by CGI puts a header of the client into HTTP_PROXY.
    this.#http = env.REQUEST_METHOD ? '' : anyOf(env, 'HTTP_PROXY');
    this.#https = anyOf(env, 'HTTPS_PROXY');
    this.#direct = exceptions(anyOf(env, 'NO_PROXY'));
  }

  /**
   * The proxy for requests to `url`, with its user and password; undefined where the way is direct.
   * @throws UserError `proxy` when what is set is no address of a proxy
   */
  proxyFor(url: URL): URL | undefined {
    const secure = url.protocol === 'https:';
    const text = secure ? this.#https : this.#http;
    if (text === '') return undefined;
    const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const port = url.port === '' ? (secure ? '443' : '80') : url.port;
    if (isThisMachine(host) || this.#direct(host, port)) return undefined;
    return parseProxy(text, secure ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  }
}

function anyOf(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return env[name] || env[name.toLowerCase()] || '';
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The text is never quoted: it may hold a password. */
function parseProxy(text: string, variable: string): URL {
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && url.hostname !== '' && ['http:', 'https:'].includes(url.protocol)) return url;
  const scheme = /^[a-z][a-z0-9+.-]{0,20}(?=:\/\/)/i.exec(text)?.[0];
  const message =
    scheme === undefined || /^https?$/i.test(scheme)
      ? t('{0} is no address', variable)
      : t('{0} names a {1} proxy', variable, scheme);
  throw new UserError('proxy', message, {
    nextStep: t('set it to http://[USER:PASSWORD@]HOST:PORT, or name the registry in NO_PROXY'),
  });
}

function exceptions(list: string): Matcher {
  const matchers: Matcher[] = [];
  for (const part of list.split(',')) {
    const entry = part.trim().toLowerCase();
    if (entry === '*') return () => true;
    const matcher = entry === '' ? undefined : exception(entry);
    if (matcher !== undefined) matchers.push(matcher);
  }
  return (host, port) => matchers.some((matches) => matches(host, port));
}

/** Undefined for what is none of the forms: it is passed over, as Go does. */
function exception(entry: string): Matcher | undefined {
  if (entry.includes('/')) return subnet(entry);
  const { host, port } = splitPort(entry);
  if (host === '') return undefined;
  const ofPort = (asked: string) => port === '' || port === asked;
  if (isIP(host) !== 0) {
    const addresses = new BlockList();
    addresses.addAddress(host, familyOf(host));
    return (asked, askedPort) => holds(addresses, asked) && ofPort(askedPort);
  }
  const name = host.startsWith('*.') ? host.slice(1) : host;
  const below = name.startsWith('.') ? name : `.${name}`;
  return (asked, askedPort) =>
    isIP(asked) === 0 && (asked.endsWith(below) || asked === name) && ofPort(askedPort);
}

function subnet(entry: string): Matcher | undefined {
  const [network = '', bits = '', ...rest] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  if (Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  const addresses = new BlockList();
  addresses.addSubnet(network, Number(bits), familyOf(network));
  return (asked) => holds(addresses, asked);
}

/** `HOST`, `HOST:PORT`, `[ADDRESS]:PORT` or a bare IPv6 address. */
function splitPort(entry: string): { host: string; port: string } {
  if (isIP(entry) !== 0) return { host: entry, port: '' };
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] ?? '' };
  const colon = entry.indexOf(':');
  return colon === -1
    ? { host: entry, port: '' }
    : { host: entry.slice(0, colon), port: entry.slice(colon + 1) };
}

function holds(addresses: BlockList, host: string): boolean {
  return isIP(host) !== 0 && addresses.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
