import { type RegistryEnvironment, type RegistryOptions, usualRetries } from '../registry/options.ts';
import type { Settings } from '../workspace/settings.ts';

/** A user and a password for `HOST[:PORT][/NAMESPACE]` that no file holds, such as an editor keeps. */
export interface Login {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** How registries are reached, in one form for whoever uses them: an editor's settings, or a command's options. */
export interface Access {
  readonly registries: Settings['registries'];
  readonly logins: readonly Login[];
  /** False in a workspace that nobody trusts: no program that keeps credentials is started. */
  readonly trusted: boolean;
  readonly environment: RegistryEnvironment;
  /** How often a request that fails for the moment is repeated; as usual when left out. */
  readonly retryTimes?: number | undefined;
  /** Told once, in words for a person, of what cannot be used. */
  readonly report?: ((message: string) => void) | undefined;
}

/** What a registry client is told. Whoever needs registries gets it from here, so that all reach them in the same way. */
export function registryOptionsOf(access: Access): RegistryOptions {
  const { authFile, caFile, configFile, insecure } = access.registries;
  return {
    authFile: authFile === '' ? undefined : authFile,
    caFile: caFile === '' ? undefined : caFile,
    registriesConf: configFile === '' ? undefined : configFile,
    allowHelpers: access.trusted,
    credentials: access.logins.map(({ registry, username, password }) => ({
      registry,
      credential: { kind: 'password', username, password },
    })),
    insecure,
    retryTimes: access.retryTimes ?? usualRetries,
    environment: access.environment,
    userAgent: 'operator-mirror',
    report: access.report,
  };
}

/** The surroundings of this process; `home` and `env` as somebody else has them, where a test or a terminal does. */
export function environmentOf(
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): RegistryEnvironment {
  return { home, env, uid: process.getuid?.(), platform: process.platform };
}
