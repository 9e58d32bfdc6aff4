import { UserError } from '../base/errors.ts';
import type { PullRules } from '../documents/pullRules.ts';
import {
  type AuthFile,
  type Credential,
  findCredential,
  helperFor,
  type NamedCredential,
  storeFor,
} from './authFile.ts';
import { AuthFiles } from './authFiles.ts';
import { CredentialHelpers } from './credentialHelper.ts';
import type { RegistryOptions } from './options.ts';

/** Where credentials come from. */
export interface CredentialSource {
  /**
   * The credential for a repository of exactly this host (`HOST[:PORT]`); undefined when there is none.
   * @throws UserError `authFile` when a file with credentials cannot be read, `credentialHelper` when a program
   * that keeps them fails
   */
  find(host: string, repository: string): Promise<Credential | undefined>;
  /** Forgets what was read: a file has changed, the user logged in or out. */
  refresh(): void;
}

/** What stands for the auth files in the `credential-helpers` of a registries.conf. */
const authFilesName = 'containers-auth.json';

/**
 * All places for credentials, the first that has one counts: what was given as data; then, in the order of
 * registries.conf's `credential-helpers`, programs and the auth files, which are all there is where it says
 * nothing. Of an auth file, a helper for the host comes first and alone, then the longest key, then the store.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export class Credentials implements CredentialSource {
  readonly #held: AuthFile;
  readonly #files: AuthFiles;
  readonly #helpers: CredentialHelpers;
  readonly #rules: () => Promise<PullRules>;

  constructor(
    options: Pick<RegistryOptions, 'authFile' | 'credentials' | 'allowHelpers' | 'environment'>,
    rules: () => Promise<PullRules>,
    now: () => number,
  ) {
    this.#held = asAuthFile(options.credentials ?? []);
    this.#files = new AuthFiles(options, now);
    this.#helpers = new CredentialHelpers(options, now);
    this.#rules = rules;
  }

  async find(host: string, repository: string): Promise<Credential | undefined> {
    const held = findCredential(this.#held, 'containers', host, repository);
    if (held !== undefined) return held;
    const { credentialHelpers } = await this.#rules();
    const failures: unknown[] = [];
    for (const name of credentialHelpers.length === 0 ? [authFilesName] : credentialHelpers) {
      try {
        const found =
          name === authFilesName
            ? await this.#inFiles(host, repository)
            : await this.#helpers.get({ helper: name, server: host });
        if (found !== undefined) return found;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return undefined;
  }

  refresh(): void {
    this.#files.refresh();
    this.#helpers.refresh();
  }

  async #inFiles(host: string, repository: string): Promise<Credential | undefined> {
    for (const { file, format } of await this.#files.read()) {
      const helper = helperFor(file, host);
      const found =
        helper === undefined
          ? (findCredential(file, format, host, repository) ?? (await this.#inStore(file, host)))
          : await this.#helpers.get(helper);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Podman knows no stores, so one that is not installed here must not keep anybody from what podman reaches. */
  async #inStore(file: AuthFile, host: string): Promise<Credential | undefined> {
    const question = storeFor(file, host);
    if (question === undefined) return undefined;
    try {
      return await this.#helpers.get(question);
    } catch (error) {
      if (error instanceof UserError && error.code === 'noCredentialHelper') return undefined;
      throw error;
    }
  }
}

function asAuthFile(named: readonly NamedCredential[]): AuthFile {
  const credentials = new Map(named.map(({ registry, credential }) => [registry, credential]));
  return { credentials, helpers: new Map(), store: undefined };
}
