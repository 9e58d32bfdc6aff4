import type { Credential } from '../registry/authFile.ts';
import { readAuthorities } from '../registry/authorities.ts';
import { readCertificateFolder } from '../registry/certificateFolder.ts';
import { Credentials } from '../registry/credentials.ts';
import { RegistriesConfFiles } from '../registry/registriesConfFiles.ts';
import { type Access, registryOptionsOf } from './access.ts';

/**
 * The user and password by which this machine reaches a registry, for whoever is to hand them on; undefined where there are none. A
 * token that only this machine may use is none.
 * @param host `HOST[:PORT]`
 * @throws UserError as `CredentialSource.find`
 */
export async function passwordFor(
  access: Access,
  host: string,
  repository: string,
): Promise<Extract<Credential, { kind: 'password' }> | undefined> {
  const options = registryOptionsOf(access);
  const files = new RegistriesConfFiles(options, Date.now);
  const found = await new Credentials(options, files.rules, Date.now).find(host, repository);
  return found?.kind === 'password' ? found : undefined;
}

/**
 * The certificate authorities in PEM that this machine trusts for a registry besides the usual ones: those of the file that is named,
 * and of `certs.d`. Empty where there are none.
 * @throws UserError `caFile`, `certificates`
 */
export async function authoritiesFor(access: Access, host: string): Promise<string> {
  const { caFile, environment } = registryOptionsOf(access);
  const named = caFile === undefined ? [] : await readAuthorities(caFile, '--ca-file');
  const folder = await readCertificateFolder(host, environment);
  const all = new Set([...named, ...(folder?.authorities ?? [])].map((one) => one.trim()));
  return [...all].map((one) => `${one}\n`).join('');
}
