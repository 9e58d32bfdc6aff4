import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { Agent, type Dispatcher } from 'undici';
import { UserError } from '../base/errors.ts';
import type { InsecureHosts } from './endpoint.ts';

/** Milliseconds until a connection has to stand. */
const connectTimeout = 15_000;
/** Milliseconds until the headers of an answer, and between two parts of its body. */
const answerTimeout = 60_000;

/**
 * Connections to all hosts, kept for the next request. Which certificates are trusted is decided here, by host;
 * proxies and client certificates belong here too.
 */
export class Connections {
  readonly #insecure: InsecureHosts;
  readonly #caFile: string | undefined;
  #checked: Promise<Agent> | undefined;
  #unchecked: Agent | undefined;

  constructor(insecure: InsecureHosts, caFile: string | undefined) {
    this.#insecure = insecure;
    this.#caFile = caFile;
  }

  /** What sends a request to this URL. @throws UserError `caFile` */
  async to(url: URL): Promise<Dispatcher> {
    if (this.#insecure.has(url.host)) {
      this.#unchecked ??= new Agent({ ...timeouts, connect: { ...connect, rejectUnauthorized: false } });
      return this.#unchecked;
    }
    this.#checked ??= this.#open();
    return this.#checked;
  }

  /** Ends all connections, also those in use. */
  async close(): Promise<void> {
    const agents = await Promise.allSettled([this.#checked, this.#unchecked]);
    await Promise.all(
      agents.map((agent) => (agent.status === 'fulfilled' ? agent.value?.destroy() : undefined)),
    );
  }

  async #open(): Promise<Agent> {
    if (this.#caFile === undefined) return new Agent({ ...timeouts, connect });
    const ca = [...usualAuthorities(), ...(await readAuthorities(this.#caFile))];
    return new Agent({ ...timeouts, connect: { ...connect, ca } });
  }
}

const connect = { timeout: connectTimeout };
const timeouts = { headersTimeout: answerTimeout, bodyTimeout: answerTimeout };

/** What Node trusts by itself, NODE_EXTRA_CA_CERTS included where this Node can say; `ca` would replace it. */
function usualAuthorities(): readonly string[] {
  const { getCACertificates }: Partial<typeof tls> = tls;
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

async function readAuthorities(path: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new UserError('caFile', `${path}: the file with certificate authorities cannot be read (${code})`, {
      nextStep: 'check the path (--ca-file, operatorMirror.registries.caFile)',
    });
  }
  const blocks = text.match(
    /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g,
  );
  if (blocks === null || !blocks.every(isCertificate)) {
    throw new UserError('caFile', `${path}: there is no certificate in PEM in this file, or a damaged one`, {
      nextStep:
        'give a file with -----BEGIN CERTIFICATE----- blocks (--ca-file, operatorMirror.registries.caFile)',
    });
  }
  return blocks;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate;
  } catch {
    return false;
  }
}
