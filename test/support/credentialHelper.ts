import { join } from 'node:path';
import { writeProgram } from './writeProgram.ts';

/**
 * Puts a program `docker-credential-NAME` into a folder, for `PATH`. It writes what it is asked to `NAME.log`
 * beside it and then does what `script` (sh) says; `$server` is the registry.
 */
export async function putCredentialHelper(folder: string, name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  const log = join(folder, `${name}.log`);
  writeProgram(path, `#!/bin/sh\nserver=$(cat)\necho "$* $server" >> '${log}'\n${script}\n`);
}

/** The script of a helper that knows one user. */
export function knows(username: string, secret: string): string {
  return `printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' "$server" '${username}' '${secret}'`;
}

/** The script of a helper that knows nobody. */
export const knowsNobody = 'echo "credentials not found in native keychain"; exit 1';
