import { Buffer } from 'node:buffer';
import * as http from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { buildConnector } from 'undici';

/** A proxy that cannot be reached, or that does not let us through. */
export class ProxyFailure extends Error {
  /** `HOST:PORT` of the proxy. */
  readonly proxy: string;
  /** What the proxy answered; undefined when it was not reached. */
  readonly status: number | undefined;
  /** Node's code of the failure, or that of a proxy which could not reach the registry for the moment. */
  readonly code: string;

  constructor(proxy: URL, status: number | undefined, cause?: unknown) {
    super(`proxy ${proxy.host}`, { cause });
    this.proxy = proxy.host;
    this.status = status;
    this.code =
      status !== undefined && [502, 503, 504].includes(status)
        ? 'EHOSTUNREACH'
        : cause instanceof Error && 'code' in cause
          ? String(cause.code)
          : 'PROXY_REFUSED';
  }
}

/** The `Proxy-Authorization` that a proxy's address asks for, to be sent to the proxy and to nobody else. */
export function proxyAuthorization(proxy: URL): string | undefined {
  if (proxy.username === '' && proxy.password === '') return undefined;
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/**
 * Asks a proxy for a connection to `HOST:PORT` that it passes on unread.
 * https://www.rfc-editor.org/rfc/rfc9110#name-connect
 * @param target `host` without brackets
 * @param timeout milliseconds for the proxy's answer
 * Rejects with a `ProxyFailure`.
 */
async function openTunnel(
  proxy: URL,
  target: { readonly host: string; readonly port: string },
  connect: buildConnector.connector,
  timeout: number,
): Promise<Socket> {
  const path = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  const authorization = proxyAuthorization(proxy);
  const connection = await connectTo(proxy, connect);
  return new Promise((resolve, reject) => {
    const request = http.request({
      method: 'CONNECT',
      path,
      headers: {
        host: path,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
      createConnection: () => connection,
    });
    const late = Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => request.destroy(late), timeout);
    request.once('connect', ({ statusCode = 0 }, socket, rest) => {
      clearTimeout(timer);
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        return reject(new ProxyFailure(proxy, statusCode));
      }
      if (rest.length > 0) socket.unshift(rest);
      resolve(connection);
    });
    request.once('error', (error) => {
      clearTimeout(timer);
      reject(new ProxyFailure(proxy, undefined, error));
    });
    request.end();
  });
}

function connectTo(proxy: URL, connect: buildConnector.connector): Promise<Socket> {
  const { protocol, host, hostname, port } = proxy;
  const options = { protocol, host, hostname: hostname.replace(/^\[|\]$/g, ''), port };
  return new Promise((resolve, reject) => {
    connect(options, (...[error, socket]) => (error === null ? resolve(socket) : reject(error)));
  });
}

/**
 * Connects through a tunnel.
 * @param connect puts TLS on it where the target speaks that
 * @param connectToProxy as `toProxy` gives it
 */
export function tunnelled(
  proxy: URL,
  connect: buildConnector.connector,
  connectToProxy: buildConnector.connector,
  timeout: number,
): buildConnector.connector {
  return (options, callback) => {
    const secure = options.protocol === 'https:';
    const target = { host: options.hostname, port: options.port || (secure ? '443' : '80') };
    openTunnel(proxy, target, connectToProxy, timeout).then(
      (socket) => (secure ? connect({ ...options, httpSocket: socket }, callback) : callback(null, socket)),
      (error: Error) => callback(error, null),
    );
  };
}

/** Connects to the proxy itself, and says so of a failure: it is not the registry's. */
export function toProxy(proxy: URL, connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) callback(new ProxyFailure(proxy, undefined, error), null);
      else if (socket !== null) callback(null, socket);
    });
}
