import type { PullEndpoint } from '../documents/pullEndpoints.ts';
import type { NamedCredential } from './authFile.ts';

/** How often a request that failed for the moment is repeated where nobody says otherwise. */
export const usualRetries = 4;

/** What a registry client must be told. Nothing is read from the process: tests and editors inject it. */
export interface RegistryOptions {
  /** The only file with credentials, in place of the usual ones. */
  readonly authFile?: string | undefined;
  /** Credentials that no file holds, such as an editor's own; they come before those of all files. */
  readonly credentials?: readonly NamedCredential[] | undefined;
  /**
   * Whether programs that keep credentials (`docker-credential-*`) may be started. False when left out: in a
   * workspace that nobody trusts, no process starts.
   */
  readonly allowHelpers?: boolean | undefined;
  /** `registries.conf`, in place of the usual one. */
  readonly registriesConf?: string | undefined;
  /** Certificate authorities in PEM, trusted besides the usual ones. */
  readonly caFile?: string | undefined;
  /** `HOST[:PORT]`s that may speak plain HTTP, and whose TLS certificate is not checked. */
  readonly insecure: readonly string[];
  readonly environment: RegistryEnvironment;
  /** Sent to every registry as it stands. */
  readonly userAgent: string;
  /** How often a request that failed for the moment is repeated; `usualRetries` when left out. */
  readonly retryTimes?: number | undefined;
  /** Told once, in words for a person, of what was passed over in a file with credentials. */
  readonly report?: ((message: string) => void) | undefined;
  /** Told of each place that is asked for an image, before it is asked. */
  readonly onEndpoint?: ((endpoint: PullEndpoint) => void) | undefined;
}

/** The parts of a process's surroundings that decide where credentials, certificates and settings are. */
export interface RegistryEnvironment {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's number, for `/run/containers/UID/auth.json`; undefined where there is none (Windows). */
  readonly uid?: number | undefined;
  /** Linux when left out. */
  readonly platform?: NodeJS.Platform | undefined;
  /** Where the system keeps what it configures, `/etc` when left out. */
  readonly etc?: string | undefined;
}
