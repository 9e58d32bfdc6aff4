import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
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
    throw new UserError('authFile', `${runtime}, which XDG_RUNTIME_DIR names, is not there`, {
      nextStep: 'create or unset it, or name a file with --authfile',
    });
  }
  return path;
}

/**
 * Writes a user and a password into an auth file under `key` (`HOST[:PORT]` or a namespace of it), in one step
 * and for nobody else to read (mode 0600). Whatever else is in the file stays. Nothing of the file is part of an
 * error.
 * @throws UserError `authFile` when the file is none, or cannot be written; `credentialHelper` when a program
 * keeps the credential of this registry, so that the file's would not count
 */
export async function writeLogin(
  path: string,
  key: string,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<void> {
  try {
    // A link stays one: what it points to is replaced.
    const target = await realpath(path).catch(() => path);
    const file = parse(await readOrEmpty(target), path);
    const helper = file.credHelpers?.[key];
    if (typeof helper === 'string' && helper !== '') {
      throw new UserError(
        'credentialHelper',
        `${path}: docker-credential-${helper} keeps the credential for ${key}`,
        {
          nextStep: `log in with \`podman login ${key}\`, or name another file with --authfile`,
        },
      );
    }
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const content = { ...file, auths: { ...file.auths, [key]: { auth } } };
    await replace(target, `${JSON.stringify(content, undefined, '\t')}\n`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new UserError('authFile', `${path} cannot be written (${code})`, {
      nextStep: 'check who may write there, or name another file with --authfile',
    });
  }
}

function parse(text: string, path: string): z.infer<typeof fileSchema> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw noAuthFile(path);
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) throw noAuthFile(path);
  return parsed.data;
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
