import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate authority and a server certificate that it signed, as files and as PEM text. */
export interface TestCertificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes a CA and a certificate for `localhost`, `127.0.0.1` and `names` (`DNS:…`, `IP:…`) in `directory`, with openssl. */
export async function makeCertificates(
  directory: string,
  names: readonly string[] = [],
): Promise<TestCertificates> {
  const file = (name: string) => join(directory, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subjects = ['DNS:localhost', 'IP:127.0.0.1', ...names].join(',');
  await writeFile(file('extensions.cnf'), `subjectAltName=${subjects}\nbasicConstraints=CA:FALSE\n`);
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Test CA'],
    ...['-addext', 'keyUsage=critical,keyCertSign', '-keyout', file('ca.key'), '-out', file('ca.crt')],
  ]);
  await run('openssl', [
    ...['req', ...newKey, '-subj', '/CN=localhost'],
    ...['-keyout', file('server.key'), '-out', file('server.csr')],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', file('server.csr'), '-CA', file('ca.crt'), '-CAkey', file('ca.key')],
    ...['-CAcreateserial', '-days', '2', '-extfile', file('extensions.cnf'), '-out', file('server.crt')],
  ]);
  const paths = { caFile: file('ca.crt'), certFile: file('server.crt'), keyFile: file('server.key') };
  const [ca, cert, key] = await Promise.all(
    [paths.caFile, paths.certFile, paths.keyFile].map((path) => readFile(path, 'utf8')),
  );
  return { ...paths, ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
}
