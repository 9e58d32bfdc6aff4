import { messageOf, UserError } from '../base/errors.ts';
import { RegistryClient } from '../registry/client.ts';
import { Credentials } from '../registry/credentials.ts';
import { RegistriesConfFiles } from '../registry/registriesConfFiles.ts';
import { type Access, registryOptionsOf } from './access.ts';

/**
 * What a registry says to whoever is logged in here:
 * - `accepted`: it takes the login; `open`: it asks nobody who he is
 * - `anonymous`: it answers without a login, and there is none: what is not for everybody, it keeps to itself
 * - `noLogin`: it wants a login, and there is none; `refused`: it does not take the one that there is
 * - `failed`: it could not be asked
 */
export interface RegistryState {
  readonly state: 'accepted' | 'open' | 'anonymous' | 'noLogin' | 'refused' | 'failed';
  /** Why, in words for a person with the next step; undefined where nothing is wrong. */
  readonly problem: string | undefined;
}

/**
 * Asks a registry whether it answers, and whether it takes the login that is kept for it.
 * @param host `HOST[:PORT]`
 * @throws the signal's reason
 */
export async function registryState(
  access: Access,
  host: string,
  namespace: string,
  signal: AbortSignal,
): Promise<RegistryState> {
  const options = registryOptionsOf(access);
  const { rules } = new RegistriesConfFiles(options, Date.now);
  const kept = new Credentials(options, rules, Date.now);
  let isAsked = false;
  let isFound = false;
  const client = new RegistryClient(options, {
    credentials: {
      find: async (wanted) => {
        isAsked = true;
        const found = await kept.find(wanted, namespace);
        isFound ||= found !== undefined;
        return found;
      },
      refresh: () => kept.refresh(),
    },
  });
  try {
    await client.ping(host, signal);
    return { state: isFound ? 'accepted' : isAsked ? 'anonymous' : 'open', problem: undefined };
  } catch (error) {
    signal.throwIfAborted();
    const isLogin = error instanceof UserError && ['unauthorized', 'denied'].includes(error.code);
    const state = isLogin ? (isFound ? 'refused' : 'noLogin') : 'failed';
    return { state, problem: messageOf(error) };
  } finally {
    await client.close();
  }
}
