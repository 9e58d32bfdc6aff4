import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { UserError } from '../base/errors.ts';
import { parsedJson } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { createFile } from '../disk/createFile.ts';
import { DiskError, isAbsent, reasonInBrackets } from '../disk/diskError.ts';
import { mostConfiguration, readFileWithin } from '../disk/readFile.ts';
import { replaceFile } from '../disk/replaceFile.ts';
import { authFilePlaces, noAuthFile } from './authFiles.ts';
import type { RegistryOptions } from './options.ts';

const record = z.record(z.string(), z.unknown());
const fileSchema = z.looseObject({
  auths: record.optional(),
  credHelpers: record.optional().catch(undefined),
});

/**
 * Where a login is written: the file that is named, else `$REGISTRY_AUTH_FILE`, else podman's own place.
 * @throws UserError `authFile` when `$XDG_RUNTIME_DIR` names a folder that is not there
 */
export async function loginPlace(
  options: Pick<RegistryOptions, 'authFile' | 'environment'>,
): Promise<string> {
  const [{ path }] = authFilePlaces(options);
  const runtime = options.environment.env.XDG_RUNTIME_DIR;
  const inRuntime = runtime !== undefined && runtime !== '' && path.startsWith(runtime);
  if (
    options.authFile === undefined &&
    inRuntime &&
    !(await access(runtime).then(
      () => true,
      () => false,
    ))
  ) {
    throw new UserError('authFile', t('{0}, which XDG_RUNTIME_DIR names, is not there', runtime), {
      nextStep: t('create or unset it, or name a file with --authfile'),
    });
  }
  return path;
}

/** Logins that others may write at the same moment before we give up. */
const mostAttempts = 5;

/**
 * Writes a user and a password into an auth file under `key` (`HOST[:PORT]` or a namespace of it), in one step
 * and for nobody else to read (mode 0600). Whatever else is in the file stays, and so do its owner and what another
 * login writes into it at the same moment. Nothing of the file is part of an error.
 * @throws UserError `authFile` when the file is none, or cannot be written; `credentialHelper` when a program
 * keeps the credential of this registry, so that the file's would not count
 */
export async function writeLogin(
  path: string,
  key: string,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<void> {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await writeEntry(path, key, auth);
      } catch (error) {
        const overtaken = error instanceof DiskError && error.code === 'changed';
        if (!overtaken || attempt === mostAttempts) throw error;
      }
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('authFile', t('{0} cannot be written ({1})', path, reasonInBrackets(error)), {
      nextStep: t('check who may write there, or name another file with --authfile'),
    });
  }
}

async function writeEntry(path: string, key: string, auth: string): Promise<void> {
  const expected = await readFileWithin(path, { most: mostConfiguration }).catch(undefinedWhenAbsent);
  const file = parse(expected?.toString('utf8') ?? '', path);
  const helper = file.credHelpers?.[key];
  if (typeof helper === 'string' && helper !== '') {
    throw new UserError(
      'credentialHelper',
      t('{0}: docker-credential-{1} keeps the credential for {2}', path, helper, key),
      { nextStep: t('log in with `podman login {0}`, or name another file with --authfile', key) },
    );
  }
  const written = { ...file, auths: { ...file.auths, [key]: { auth } } };
  const content = Buffer.from(`${JSON.stringify(written, undefined, '\t')}\n`);
  // A link stays one: what it points to is replaced.
  if (expected !== undefined) return replaceFile(path, { expected, content, mode: 0o600 });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return createFile(path, content, 0o600);
}

function parse(text: string, path: string): z.infer<typeof fileSchema> {
  if (text.trim() === '') return {};
  const parsed = fileSchema.safeParse(parsedJson(text));
  if (!parsed.success) throw noAuthFile(path);
  return parsed.data;
}

function undefinedWhenAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}
