import { createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { distinct, readAuthorities, usualAuthorities } from './authorities.ts';
import { byHost } from './byHost.ts';
import { type CertificateFolder, readCertificateFolder } from './certificateFolder.ts';
import type { RegistryOptions } from './options.ts';

/** Whom we believe on a connection, and who we are on it. Equal keys have equal contexts. */
export interface TrustContext {
  readonly key: string;
  readonly context: SecureContext;
}

/** Milliseconds for which files with certificates are not read again; a new one counts after that by itself. */
const freshFor = 15_000;
const nothing: CertificateFolder = { authorities: [], identities: [] };

/**
 * The certificates that decide about a connection: the usual authorities, those of `caFile`, and what `certs.d`
 * says of the registry. They are read when they are needed.
 */
export class Trust {
  readonly #options: Pick<RegistryOptions, 'caFile' | 'environment'>;
  readonly #now: () => number;
  readonly #fresh = byHost<{ at: number; trust: Promise<TrustContext> }>();
  readonly #contexts = new Map<string, SecureContext>();
  #usual: Promise<string[]> | undefined;

  constructor(options: Pick<RegistryOptions, 'caFile' | 'environment'>, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /**
   * The context for a connection that is made for `registry` (`HOST[:PORT]`). Its authorities count for its token
   * service and its storage too, as in podman; its client certificate goes to itself (`own`) only. Where nobody checks (`checked`) the
   * certificate of the other side, no authorities are read: hundreds of them take longer than a small copy.
   * @throws UserError `caFile`, `certificates`
   */
  of(
    registry: string,
    { own, checked }: { readonly own: boolean; readonly checked: boolean },
  ): Promise<TrustContext> {
    return this.#once(`${own ? 'to' : 'for'} ${checked ? 'checked' : 'any'} ${registry}`, async () => {
      const folder = (await readCertificateFolder(registry, this.#options.environment)) ?? nothing;
      return this.#context(own ? folder : { ...folder, identities: [] }, registry, checked);
    });
  }

  /** The context for everybody of whom `certs.d` says nothing. @throws UserError `caFile` */
  usual(): Promise<TrustContext> {
    return this.#once('usual', () => this.#context(nothing, '', true));
  }

  #once(key: string, make: () => Promise<TrustContext>): Promise<TrustContext> {
    const known = this.#fresh.get(key);
    if (known !== undefined && this.#now() - known.at < freshFor) return known.trust;
    const trust = make();
    this.#fresh.set(key, { at: this.#now(), trust });
    // A file that could not be read may be there the next time.
    trust.catch(() => this.#fresh.delete(key));
    return trust;
  }

  async #context(
    { authorities, identities }: CertificateFolder,
    registry: string,
    checked: boolean,
  ): Promise<TrustContext> {
    const { caFile } = this.#options;
    const setting = '--ca-file, operatorMirror.registries.caFile';
    const named = caFile === undefined ? [] : await readAuthorities(caFile, setting);
    const key = createHash('sha256')
      .update(JSON.stringify([checked, named, authorities, identities]))
      .digest('hex');
    let context = this.#contexts.get(key);
    if (context === undefined) {
      const trusted = checked ? distinct([...(await this.#usualOnes()), ...named, ...authorities]) : [];
      context = contextOf(trusted, identities, registry);
      this.#contexts.set(key, context);
    }
    return { key, context };
  }

  #usualOnes(): Promise<string[]> {
    this.#usual ??= usualAuthorities(this.#options.environment);
    return this.#usual;
  }
}

function contextOf(
  ca: string[],
  identities: CertificateFolder['identities'],
  registry: string,
): SecureContext {
  try {
    return createSecureContext({
      ca,
      // Go, too, trusts an authority that is no root when it is told to.
      allowPartialTrustChain: true,
      ...(identities.length === 0
        ? {}
        : { cert: identities.map(({ cert }) => cert), key: identities.map(({ key }) => key) }),
    });
  } catch (error) {
    // OpenSSL's words may quote the key.
    const code = error instanceof Error && 'code' in error ? String(error.code) : t('unknown error');
    throw new UserError(
      'certificates',
      t('the client certificate for {0} cannot be used ({1})', registry, code),
      {
        nextStep: t('check the .cert and .key files in certs.d/{0}', registry),
      },
    );
  }
}
