import { createSecureContext, type SecureContext } from 'node:tls';
import { UserError } from '../base/errors.ts';
import { distinct, readAuthorities, usualAuthorities } from './authorities.ts';
import { readCertificateFolder } from './certificateFolder.ts';
import type { RegistryOptions } from './options.ts';

/** Whom we believe on a connection, and who we are on it. Equal keys have equal contexts. */
export interface TrustContext {
  readonly key: string;
  readonly context: SecureContext;
}

/**
 * The certificates that decide about a connection: the usual authorities, those of `caFile`, and what `certs.d`
 * says of the registry. They are read when first needed, and once.
 */
export class Trust {
  readonly #options: Pick<RegistryOptions, 'caFile' | 'environment'>;
  readonly #contexts = new Map<string, Promise<TrustContext>>();
  #common: Promise<string[]> | undefined;

  constructor(options: Pick<RegistryOptions, 'caFile' | 'environment'>) {
    this.#options = options;
  }

  /**
   * The context for a connection that is made for `registry` (`HOST[:PORT]`). Its authorities count for its token
   * service and its storage too, as in podman; its client certificate goes to itself (`own`) only.
   * @throws UserError `caFile`, `certificates`
   */
  of(registry: string, own: boolean): Promise<TrustContext> {
    return this.#once(`${own ? 'to' : 'for'} ${registry}`, async (key) => {
      const folder = await readCertificateFolder(registry, this.#options.environment);
      if (folder === undefined) return this.usual();
      const identities = own ? folder.identities : [];
      const ca = distinct([...(await this.#authorities()), ...folder.authorities]);
      try {
        const cert = identities.map((identity) => identity.cert);
        const context = createSecureContext({
          ca,
          allowPartialTrustChain: true,
          ...(cert.length === 0 ? {} : { cert, key: identities.map((identity) => identity.key) }),
        });
        return { key, context };
      } catch (error) {
        // OpenSSL's words may quote the key.
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
        throw new UserError(
          'certificates',
          `the client certificate for ${registry} cannot be used (${code})`,
          {
            nextStep: `check the .cert and .key files in certs.d/${registry}`,
          },
        );
      }
    });
  }

  /** The context for everybody of whom `certs.d` says nothing. @throws UserError `caFile` */
  usual(): Promise<TrustContext> {
    return this.#once('usual', async (key) => {
      // Go trusts an authority that is no root too when it is told to.
      const context = createSecureContext({ ca: await this.#authorities(), allowPartialTrustChain: true });
      return { key, context };
    });
  }

  #once(key: string, make: (key: string) => Promise<TrustContext>): Promise<TrustContext> {
    let made = this.#contexts.get(key);
    if (made === undefined) {
      made = make(key);
      this.#contexts.set(key, made);
      // A file that could not be read may be there the next time.
      made.catch(() => this.#contexts.delete(key));
    }
    return made;
  }

  #authorities(): Promise<string[]> {
    if (this.#common === undefined) {
      this.#common = this.#readCommon();
      this.#common.catch(() => {
        this.#common = undefined;
      });
    }
    return this.#common;
  }

  async #readCommon(): Promise<string[]> {
    const { caFile, environment } = this.#options;
    const usual = await usualAuthorities(environment);
    if (caFile === undefined) return usual;
    const named = await readAuthorities(caFile, '--ca-file, operatorMirror.registries.caFile');
    return distinct([...usual, ...named]);
  }
}
