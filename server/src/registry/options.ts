/** What a registry client must be told. Nothing is read from the process: tests and editors inject it. */
export interface RegistryOptions {
  /** The only file with credentials, in place of the usual ones. */
  readonly authFile?: string | undefined;
  /** Certificate authorities in PEM, trusted besides the usual ones. */
  readonly caFile?: string | undefined;
  /** `HOST[:PORT]`s that may speak plain HTTP, and whose TLS certificate is not checked. */
  readonly insecure: readonly string[];
  readonly environment: RegistryEnvironment;
  /** Sent to every registry as it stands. */
  readonly userAgent: string;
  /** How often a request that failed for the moment is repeated; 4 when left out. */
  readonly retryTimes?: number | undefined;
}

/** The parts of a process's surroundings that decide where credentials are. */
export interface RegistryEnvironment {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's number, for `/run/containers/UID/auth.json`; undefined where there is none (Windows). */
  readonly uid?: number | undefined;
}
