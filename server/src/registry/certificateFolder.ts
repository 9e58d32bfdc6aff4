import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { reasonInBrackets } from '../disk/diskError.ts';
import { mostConfiguration, readFileWithin } from '../disk/readFile.ts';
import { readAuthorities } from './authorities.ts';
import type { RegistryEnvironment } from './options.ts';

/** What a folder below `certs.d` says of one registry. */
export interface CertificateFolder {
  /** Certificate authorities in PEM, trusted for this registry besides the usual ones. */
  readonly authorities: readonly string[];
  /** Who we are for this registry: certificates with their keys, in PEM. */
  readonly identities: readonly { readonly cert: string; readonly key: string }[];
}

/**
 * Reads the certificates for a registry: `*.crt` are authorities, `NAME.cert` with `NAME.key` is a client
 * certificate. Undefined when there is no folder for it.
 * https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
 * @param host `HOST[:PORT]` as it stands in references
 * @throws UserError `certificates` when a certificate or its key is missing or cannot be read, `caFile`
 */
export async function readCertificateFolder(
  host: string,
  environment: RegistryEnvironment,
): Promise<CertificateFolder | undefined> {
  for (const root of certificateRoots(environment)) {
    const folder = join(root, host);
    const names = await readdir(folder).catch(absent);
    if (names !== undefined) return readFolder(folder, names.sort());
  }
  return undefined;
}

/** The first of these that has a folder for a registry counts, and only that one. */
function certificateRoots({ home, etc = '/etc' }: RegistryEnvironment): string[] {
  return [
    join(home, '.config', 'containers', 'certs.d'),
    join(etc, 'containers', 'certs.d'),
    join(etc, 'docker', 'certs.d'),
  ];
}

async function readFolder(folder: string, names: readonly string[]): Promise<CertificateFolder> {
  const authorities: string[] = [];
  const identities: { cert: string; key: string }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (name.endsWith('.crt')) authorities.push(...(await readAuthorities(path, 'certs.d')));
    if (name.endsWith('.key')) requirePartner(folder, names, name, '.key', '.cert');
    if (name.endsWith('.cert')) {
      const key = join(folder, requirePartner(folder, names, name, '.cert', '.key'));
      identities.push({ cert: await readPart(path), key: await readPart(key) });
    }
  }
  return { authorities, identities };
}

function requirePartner(
  folder: string,
  names: readonly string[],
  name: string,
  own: string,
  other: string,
): string {
  const partner = name.slice(0, -own.length) + other;
  if (names.includes(partner)) return partner;
  throw new UserError('certificates', t('{0}: {1} is missing beside it', join(folder, name), partner), {
    nextStep: t(
      'a client certificate is NAME.cert with its key in NAME.key; the certificate of an authority ends in .crt',
    ),
  });
}

async function readPart(path: string): Promise<string> {
  try {
    return (await readFileWithin(path, { most: mostConfiguration })).toString('utf8');
  } catch (error) {
    throw new UserError('certificates', t('{0} cannot be read ({1})', path, reasonInBrackets(error)), {
      nextStep: t('check who may read the file'),
    });
  }
}

/** A folder that is not there, or that is somebody else's, is passed over. */
function absent(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EINVAL'].includes(String(code))) return undefined;
  throw error;
}
