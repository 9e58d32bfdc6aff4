import { messageOf, UserError } from '../base/errors.ts';
import { ProxyFailure } from './proxyTunnel.ts';

/** Codes of Node and undici after which the same request may well succeed. */
const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** True for a broken or refused connection that may stand the next time. */
export function isPassingNetworkError(error: unknown): boolean {
  return !(error instanceof UserError) && passing.has(codeOf(error));
}

/** Codes that say that no connection comes to stand, whatever is asked for on it. */
const unconnected = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** True for an error with which any other request to the host would fail too: DNS, TCP, TLS, the proxy. */
export function cannotConnect(error: unknown): boolean {
  if (error instanceof UserError) return false;
  if (proxyFailureIn(error) !== undefined) return true;
  const code = codeOf(error);
  return unconnected.has(code) || certificateProblems.has(code) || wantsCertificate(code) || isTlsCode(code);
}

/** True when a host took a request and sent nothing. */
export function isSilence(error: unknown): boolean {
  return !(error instanceof UserError) && codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT';
}

/** OpenSSL's and Node's words for a certificate that is not trusted. */
const certificateProblems = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate is self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'the certificate comes from an authority that is not trusted here'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the certificate comes from an authority that is not known here'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'the certificate comes from an authority that is not known here'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the certificate comes from an authority that is not known here'],
  ['CERT_HAS_EXPIRED', 'the certificate has expired'],
  ['CERT_NOT_YET_VALID', 'the certificate is not valid yet: compare the clocks'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another host name'],
]);

/**
 * A failed connection in words: `unreachable`, `timeout` or `tls`. An error that a person can read already, and
 * one that no network made, is given back as it is.
 * @param waited milliseconds, where they are known
 */
export function networkError(error: unknown, host: string, waited?: number): unknown {
  if (error instanceof UserError) return error;
  const proxy = proxyFailureIn(error);
  if (proxy !== undefined) return proxyError(proxy, host);
  const code = codeOf(error);
  const certificate = certificateProblems.get(code);
  if (certificate !== undefined) {
    return new UserError('tls', `${host}: ${certificate} (x509, ${code})`, {
      nextStep: `name the authority's certificate (--ca-file FILE, operatorMirror.registries.caFile), or ${allowInsecure(host)}`,
      cause: error,
    });
  }
  if (wantsCertificate(code)) {
    return new UserError('tls', `${host} wants a client certificate that it accepts (${code})`, {
      nextStep: `put it as NAME.cert with its key as NAME.key into ~/.config/containers/certs.d/${host}`,
      cause: error,
    });
  }
  if (isTlsCode(code)) {
    return new UserError(
      'tls',
      speaksPlainHttp(error) ? `${host} speaks HTTP, not HTTPS` : `${host}: TLS fails (${code})`,
      {
        nextStep: allowInsecure(host),
        cause: error,
      },
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unreachable(`the name ${host} is not known (${code})`, 'check the name, DNS and the proxy', error);
  }
  if (code === 'ECONNREFUSED') {
    return unreachable(
      `${host} refuses the connection`,
      'check host and port, and that the registry runs',
      error,
    );
  }
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return silent(host, waited, error);
  }
  if (/^(?:UND_ERR_|HPE_|E(?!RR_))[A-Z0-9_]+$/.test(code)) {
    return unreachable(`the connection to ${host} broke (${code})`, 'try again', error);
  }
  return error;
}

/**
 * The error for a host that takes its time.
 * @param waited milliseconds for which nothing came, where they are known
 */
export function silent(host: string, waited: number | undefined, cause?: unknown): UserError {
  const seconds = waited === undefined ? undefined : Math.round(waited / 100) / 10;
  const long = seconds === undefined ? 'in time' : `within ${seconds} s`;
  return new UserError('timeout', `${host} does not answer ${long}`, {
    nextStep: 'check that the host can be reached from here (firewall, proxy, VPN)',
    ...(cause === undefined ? {} : { cause }),
  });
}

function wantsCertificate(code: string): boolean {
  return /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN)$/.test(code);
}

function isTlsCode(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_');
}

/** True when a TLS handshake got an answer that is none, or none at all: nothing need listen on 443. */
export function mayBePlainHttp(error: unknown): boolean {
  if (proxyFailureIn(error) !== undefined) return true;
  return speaksPlainHttp(error) || noTls.has(codeOf(error));
}

const noTls = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** OpenSSL finds the first bytes of a plain HTTP answer to be of a wrong version. */
function speaksPlainHttp(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return true;
  return code === 'EPROTO' && messageOf(error).includes('wrong version number');
}

function proxyFailureIn(error: unknown): ProxyFailure | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth++) {
    if (current instanceof ProxyFailure) return current;
    current = current.cause;
  }
  return undefined;
}

function proxyError(failure: ProxyFailure, host: string): UserError {
  const { proxy, status, code } = failure;
  const variables = 'HTTPS_PROXY, HTTP_PROXY, NO_PROXY';
  if (status === undefined) {
    return new UserError('proxy', `the proxy ${proxy} on the way to ${host} cannot be reached (${code})`, {
      nextStep: `check the proxy's address (${variables})`,
      cause: failure,
    });
  }
  if (status === 407) {
    return new UserError('proxy', `the proxy ${proxy} on the way to ${host} wants a user and a password`, {
      nextStep: 'write them in HTTPS_PROXY and HTTP_PROXY: http://USER:PASSWORD@HOST:PORT',
      cause: failure,
    });
  }
  return new UserError('proxy', `the proxy ${proxy} does not let us through to ${host} (${status})`, {
    nextStep: `ask who runs the proxy, or name ${host} in NO_PROXY where it is reached directly`,
    cause: failure,
  });
}

/** What to do about a host whose TLS is missing or not trusted. */
export function allowInsecure(host: string): string {
  return `add ${host} to operatorMirror.registries.insecure (--insecure ${host})`;
}

function unreachable(message: string, nextStep: string, cause: unknown): UserError {
  return new UserError('unreachable', message, { nextStep, cause });
}

/** The code of the first error that has one: an `AggregateError` of several addresses, a cause. */
function codeOf(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth++) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return '';
}
