import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { PullRules } from '../documents/pullRules.ts';
import {
  type AuthFile,
  type Credential,
  credentialIn,
  type FoundEntry,
  findEntry,
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
  readonly #report: (message: string) => void;
  readonly #reported = new Set<string>();

  constructor(
    options: Pick<RegistryOptions, 'authFile' | 'credentials' | 'allowHelpers' | 'environment' | 'report'>,
    rules: () => Promise<PullRules>,
    now: () => number,
  ) {
    this.#held = asAuthFile(options.credentials ?? []);
    this.#files = new AuthFiles(options, now);
    this.#helpers = new CredentialHelpers(options, now);
    this.#rules = rules;
    this.#report = options.report ?? (() => {});
  }

  async find(host: string, repository: string): Promise<Credential | undefined> {
    const held = credentialIn(findEntry(this.#held, 'containers', host, repository));
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
    for (const { path, file, format } of await this.#files.read()) {
      const helper = helperFor(file, host);
      const found =
        helper === undefined
          ? (this.#usable(path, findEntry(file, format, host, repository)) ??
            (await this.#inStore(file, host)))
          : await this.#helpers.get(helper);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The credential of an entry. One that is broken is told of once and passed over, and one that cannot be
   * decoded is an error, as in podman and skopeo; what it holds is never said.
   */
  #usable(path: string, found: FoundEntry | undefined): Credential | undefined {
    if (found === undefined) return undefined;
    const { key, entry } = found;
    if (entry.kind !== 'broken' && entry.kind !== 'undecodable') return credentialIn(found);
    const error = new UserError(
      'authFile',
      t('{0}: the entry {1} is no credential: {2}', path, JSON.stringify(key), entry.problem),
      { nextStep: t('log in again with `operator-mirror login`, or take it out') },
    );
    if (entry.kind === 'undecodable') throw error;
    if (!this.#reported.has(error.line)) this.#report(error.line);
    this.#reported.add(error.line);
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
  const entries = new Map(named.map(({ registry, credential }) => [registry, credential]));
  return { entries, helpers: new Map(), store: undefined };
}

/** For a client that must be a stranger to every registry: to see what that gives to everybody. */
export const noCredentials = { find: async () => undefined, refresh: () => {} };
