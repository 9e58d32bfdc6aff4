import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { isAbsent, reasonInBrackets } from '../disk/diskError.ts';
import { mostConfiguration, readFileWithin } from '../disk/readFile.ts';
import { type AuthFile, type AuthFileFormat, parseAuthFile } from './authFile.ts';
import type { RegistryOptions } from './options.ts';

/** A place for credentials. */
export interface AuthFilePlace {
  readonly path: string;
  readonly format: AuthFileFormat;
  /** Somebody named this very file, so it has to be there. */
  readonly required: boolean;
}

/** Milliseconds for which files are not read again; a `podman login` counts after that by itself. */
const freshFor = 2000;

/** The usual files with credentials, or the one that is named. */
export class AuthFiles {
  readonly #places: readonly AuthFilePlace[];
  readonly #now: () => number;
  #loaded: { at: number; files: Promise<LoadedFile[]> } | undefined;

  constructor(options: Pick<RegistryOptions, 'authFile' | 'environment'>, now: () => number) {
    this.#places = authFilePlaces(options);
    this.#now = now;
  }

  /** All that are there, in the order in which they are asked. @throws UserError `authFile` */
  read(): Promise<LoadedFile[]> {
    const now = this.#now();
    if (this.#loaded === undefined || now - this.#loaded.at >= freshFor) {
      this.#loaded = { at: now, files: load(this.#places) };
    }
    return this.#loaded.files;
  }

  /** Reads them anew the next time. */
  refresh(): void {
    this.#loaded = undefined;
  }
}

interface LoadedFile {
  readonly path: string;
  readonly file: AuthFile;
  readonly format: AuthFileFormat;
}

/**
 * The files that may hold credentials, in the order in which they are asked; podman writes into the first.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function authFilePlaces({
  authFile,
  environment,
}: Pick<RegistryOptions, 'authFile' | 'environment'>): [AuthFilePlace, ...AuthFilePlace[]] {
  const { home, env, uid, platform = 'linux' } = environment;
  const place = (path: string, format: AuthFileFormat = 'containers', required = false) => ({
    path,
    format,
    required,
  });
  if (authFile !== undefined) return [place(authFile, 'containers', true)];
  if (env.REGISTRY_AUTH_FILE) return [place(env.REGISTRY_AUTH_FILE)];
  const users = place(join(env.XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'auth.json'));
  const others = [
    users,
    place(join(env.DOCKER_CONFIG || join(home, '.docker'), 'config.json')),
    place(join(home, '.dockercfg'), 'legacy'),
  ];
  if (platform !== 'linux') return [place(join(home, '.config', 'containers', 'auth.json')), ...others];
  if (env.XDG_RUNTIME_DIR) return [place(join(env.XDG_RUNTIME_DIR, 'containers', 'auth.json')), ...others];
  return uid === undefined
    ? [users, ...others.slice(1)]
    : [place(`/run/containers/${uid}/auth.json`), ...others];
}

async function load(places: readonly AuthFilePlace[]): Promise<LoadedFile[]> {
  const files: LoadedFile[] = [];
  for (const { path, format, required } of places) {
    const text = await read(path, required);
    if (text === undefined || text.trim() === '') continue;
    const parsed = parseAuthFile(text, format);
    if (!parsed.ok) throw parsed.key === undefined ? noAuthFile(path) : noEntry(path, parsed.key);
    files.push({ path, file: parsed.file, format });
  }
  return files;
}

/** The error for a file that is something else. Nothing of its text is part of it. */
export function noAuthFile(path: string): UserError {
  return new UserError('authFile', t('{0}: this is no file with registry credentials', path), {
    nextStep: t(
      'it has to be JSON with "auths": write it with `operator-mirror login HOST` or `podman login`',
    ),
  });
}

/** The error for a file of which one entry is something else. */
function noEntry(path: string, key: string): UserError {
  return new UserError('authFile', t('{0}: the entry {1} is no credential', path, JSON.stringify(key)), {
    nextStep: t('it has to be an object whose "auth" is a text: take it out, or log in again'),
  });
}

async function read(path: string, required: boolean): Promise<string | undefined> {
  try {
    return (await readFileWithin(path, { most: mostConfiguration })).toString('utf8');
  } catch (error) {
    const absent = isAbsent(error);
    if (absent && !required) return undefined;
    const reason = reasonInBrackets(error);
    throw new UserError(
      'authFile',
      t('{0}: the file with registry credentials cannot be read ({1})', path, reason),
      {
        nextStep: absent
          ? t('check the path (--authfile, operatorMirror.registries.authFile)')
          : t('check who may read the file'),
        cause: error,
      },
    );
  }
}
