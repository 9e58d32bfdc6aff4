import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import {
  type AuthFile,
  type AuthFileFormat,
  type Credential,
  findCredential,
  parseAuthFile,
} from './authFile.ts';
import type { RegistryOptions } from './options.ts';

/** Where credentials come from. A source for credential helpers can stand before or behind that of the files. */
export interface CredentialSource {
  /**
   * The credential for a repository of exactly this host (`HOST[:PORT]`); undefined when there is none.
   * @throws UserError `authFile` when a file with credentials cannot be read
   */
  find(host: string, repository: string): Promise<Credential | undefined>;
  /** Forgets what was read: a file has changed. */
  refresh(): void;
}

interface Candidate {
  readonly path: string;
  readonly format: AuthFileFormat;
  /** Somebody named this very file, so it has to be there. */
  readonly required: boolean;
}

/** Milliseconds for which files are not read again; a `podman login` counts after that by itself. */
const freshFor = 2000;

/** The credentials of the usual files, or of the one that is named. */
export class FileCredentials implements CredentialSource {
  readonly #candidates: readonly Candidate[];
  readonly #now: () => number;
  #loaded: { at: number; files: Promise<readonly (readonly [AuthFile, AuthFileFormat])[]> } | undefined;

  constructor(options: Pick<RegistryOptions, 'authFile' | 'environment'>, now: () => number) {
    this.#candidates = authFileCandidates(options);
    this.#now = now;
  }

  async find(host: string, repository: string): Promise<Credential | undefined> {
    for (const [file, format] of await this.#files()) {
      const credential = findCredential(file, format, host, repository);
      if (credential !== undefined) return credential;
    }
    return undefined;
  }

  refresh(): void {
    this.#loaded = undefined;
  }

  #files(): Promise<readonly (readonly [AuthFile, AuthFileFormat])[]> {
    const now = this.#now();
    if (this.#loaded === undefined || now - this.#loaded.at >= freshFor) {
      this.#loaded = { at: now, files: load(this.#candidates) };
    }
    return this.#loaded.files;
  }
}

/**
 * The files that may hold credentials, in the order in which they are asked.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function authFileCandidates(options: Pick<RegistryOptions, 'authFile' | 'environment'>): Candidate[] {
  const { home, env, uid } = options.environment;
  const file = (path: string, format: AuthFileFormat = 'containers', required = false) => ({
    path,
    format,
    required,
  });
  if (options.authFile !== undefined) return [file(options.authFile, 'containers', true)];
  if (env.REGISTRY_AUTH_FILE) return [file(env.REGISTRY_AUTH_FILE)];
  const candidates: Candidate[] = [];
  if (env.XDG_RUNTIME_DIR) candidates.push(file(join(env.XDG_RUNTIME_DIR, 'containers', 'auth.json')));
  else if (uid !== undefined) candidates.push(file(`/run/containers/${uid}/auth.json`));
  return [
    ...candidates,
    file(join(env.XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'auth.json')),
    file(join(env.DOCKER_CONFIG || join(home, '.docker'), 'config.json')),
    file(join(home, '.dockercfg'), 'legacy'),
  ];
}

async function load(candidates: readonly Candidate[]): Promise<(readonly [AuthFile, AuthFileFormat])[]> {
  const files: (readonly [AuthFile, AuthFileFormat])[] = [];
  for (const { path, format, required } of candidates) {
    const text = await read(path, required);
    if (text === undefined || text.trim() === '') continue;
    const parsed = parseAuthFile(text, format);
    if (parsed === undefined) {
      throw new UserError('authFile', `${path}: this is no file with registry credentials`, {
        nextStep:
          'it has to be JSON with "auths": write it with `operator-mirror login HOST` or `podman login`',
      });
    }
    files.push([parsed, format]);
  }
  return files;
}

async function read(path: string, required: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const absent = code === 'ENOENT' || code === 'ENOTDIR';
    if (absent && !required) return undefined;
    throw new UserError('authFile', `${path}: the file with registry credentials cannot be read (${code})`, {
      nextStep: absent
        ? 'check the path (--authfile, operatorMirror.registries.authFile)'
        : 'check who may read the file',
    });
  }
}
