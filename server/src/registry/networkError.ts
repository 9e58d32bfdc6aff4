import { messageOf, UserError } from '../base/errors.ts';
import { sentence, t } from '../base/sentences.ts';
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
  ['DEPTH_ZERO_SELF_SIGNED_CERT', sentence('the certificate is self-signed')],
  ['SELF_SIGNED_CERT_IN_CHAIN', sentence('the certificate comes from an authority that is not trusted here')],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    sentence('the certificate comes from an authority that is not known here'),
  ],
  ['UNABLE_TO_GET_ISSUER_CERT', sentence('the certificate comes from an authority that is not known here')],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    sentence('the certificate comes from an authority that is not known here'),
  ],
  ['CERT_HAS_EXPIRED', sentence('the certificate has expired')],
  ['CERT_NOT_YET_VALID', sentence('the certificate is not valid yet: compare the clocks')],
  ['ERR_TLS_CERT_ALTNAME_INVALID', sentence('the certificate is for another host name')],
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
    return new UserError('tls', `${host}: ${t(certificate)} (x509, ${code})`, {
      nextStep: t(
        "name the authority's certificate (--ca-file FILE, operatorMirror.registries.caFile), or add {0} to operatorMirror.registries.insecure (--insecure {0})",
        host,
      ),
      cause: error,
    });
  }
  if (wantsCertificate(code)) {
    return new UserError('tls', t('{0} wants a client certificate that it accepts ({1})', host, code), {
      nextStep: t('put it as NAME.cert with its key as NAME.key into ~/.config/containers/certs.d/{0}', host),
      cause: error,
    });
  }
  if (isTlsCode(code)) {
    return new UserError(
      'tls',
      speaksPlainHttp(error) ? t('{0} speaks HTTP, not HTTPS', host) : t('{0}: TLS fails ({1})', host, code),
      {
        nextStep: allowInsecure(host),
        cause: error,
      },
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unreachable(
      t('the name {0} is not known ({1})', host, code),
      t('check the name, DNS and the proxy'),
      error,
    );
  }
  if (code === 'ECONNREFUSED') {
    return unreachable(
      t('{0} refuses the connection', host),
      t('check host and port, and that the registry runs'),
      error,
    );
  }
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return silent(host, waited, error);
  }
  if (/^(?:UND_ERR_|HPE_|E(?!RR_))[A-Z0-9_]+$/.test(code)) {
    return unreachable(t('the connection to {0} broke ({1})', host, code), t('try again'), error);
  }
  return error;
}

/**
 * The error for a host that takes its time.
 * @param waited milliseconds for which nothing came, where they are known
 */
export function silent(host: string, waited: number | undefined, cause?: unknown): UserError {
  const seconds = waited === undefined ? undefined : Math.round(waited / 100) / 10;
  const message =
    seconds === undefined
      ? t('{0} does not answer in time', host)
      : t('{0} does not answer within {1} s', host, seconds);
  return new UserError('timeout', message, {
    nextStep: t('check that the host can be reached from here (firewall, proxy, VPN)'),
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
    return new UserError(
      'proxy',
      t('the proxy {0} on the way to {1} cannot be reached ({2})', proxy, host, code),
      {
        nextStep: t("check the proxy's address ({0})", variables),
        cause: failure,
      },
    );
  }
  if (status === 407) {
    return new UserError(
      'proxy',
      t('the proxy {0} on the way to {1} wants a user and a password', proxy, host),
      {
        nextStep: t('write them in HTTPS_PROXY and HTTP_PROXY: http://USER:PASSWORD@HOST:PORT'),
        cause: failure,
      },
    );
  }
  return new UserError(
    'proxy',
    t('the proxy {0} does not let us through to {1} ({2})', proxy, host, status),
    {
      nextStep: t('ask who runs the proxy, or name {0} in NO_PROXY where it is reached directly', host),
      cause: failure,
    },
  );
}

/** What to do about a host whose TLS is missing or not trusted. */
export function allowInsecure(host: string): string {
  return t('add {0} to operatorMirror.registries.insecure (--insecure {0})', host);
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
