import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { reasonInBrackets } from '../disk/diskError.ts';
import { mostConfiguration, readFileWithin } from '../disk/readFile.ts';
import type { RegistryEnvironment } from './options.ts';

/** Where Linux distributions keep the authorities that the system trusts, below `/etc`; Go reads the first. */
const systemBundles = [
  'ssl/certs/ca-certificates.crt',
  'pki/tls/certs/ca-bundle.crt',
  'ssl/ca-bundle.pem',
  'pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  'ssl/cert.pem',
];

/**
 * The authorities, in PEM, that are trusted without being told: Node's own (NODE_EXTRA_CA_CERTS included where
 * this Node can say) and the system's, which `SSL_CERT_FILE` replaces, as for `oc` and `podman`. Node alone knows
 * nothing of a company's authority that the system trusts. Never rejects: a bundle that cannot be read is none.
 */
export async function usualAuthorities(environment: RegistryEnvironment): Promise<string[]> {
  const { getCACertificates }: Partial<typeof tls> = tls;
  const own = getCACertificates?.('default') ?? tls.rootCertificates;
  return distinct([...own, ...(await systemAuthorities(environment, getCACertificates))]);
}

async function systemAuthorities(
  { env, etc = '/etc', platform }: RegistryEnvironment,
  getCACertificates: typeof tls.getCACertificates | undefined,
): Promise<readonly string[]> {
  if (!env.SSL_CERT_FILE && (platform === 'darwin' || platform === 'win32')) {
    return getCACertificates?.('system') ?? [];
  }
  const paths = env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : systemBundles.map((path) => join(etc, path));
  for (const path of paths) {
    const text = await readText(path).catch(() => undefined);
    if (text !== undefined) return certificatesIn(text).filter(isCertificate);
  }
  return [];
}

/**
 * The authorities in a file that somebody named.
 * @param setting what names the file, for the next step
 * @throws UserError `caFile` when the file cannot be read or holds no certificate
 */
export async function readAuthorities(path: string, setting: string): Promise<string[]> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    const reason = reasonInBrackets(error);
    throw new UserError(
      'caFile',
      t('{0}: the file with certificate authorities cannot be read ({1})', path, reason),
      {
        nextStep: t('check the path ({0})', setting),
      },
    );
  }
  const found = certificatesIn(text);
  if (found.length > 0 && found.every(isCertificate)) return found;
  throw new UserError(
    'caFile',
    t('{0}: there is no certificate in PEM in this file, or a damaged one', path),
    {
      nextStep: t('give a file with -----BEGIN CERTIFICATE----- blocks ({0})', setting),
    },
  );
}

/** Each certificate once: two lists of authorities have most in common, and each costs time to read. */
export function distinct(certificates: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const certificate of certificates) {
    const key = certificate.replace(/\s+/g, '');
    if (!seen.has(key)) seen.set(key, certificate);
  }
  return [...seen.values()];
}

async function readText(path: string): Promise<string> {
  return (await readFileWithin(path, { most: mostConfiguration })).toString('utf8');
}

function certificatesIn(text: string): string[] {
  return (
    text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? []
  );
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate;
  } catch {
    return false;
  }
}
