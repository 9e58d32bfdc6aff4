import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { isDockerHub, isHost, isPathComponent } from '../documents/imageReference.ts';
import type { Credential } from '../registry/authFile.ts';
import { RegistryClient } from '../registry/client.ts';
import type { RegistryOptions } from '../registry/options.ts';

/** What a registry says of a credential. */
export interface LoginCheck {
  /** False when the registry never asked who we are, so that the credential may be any. */
  readonly asked: boolean;
}

/**
 * Asks a registry whether it accepts a credential. The credential goes to this registry, or to the token service
 * that it names, and nowhere else.
 * @param host `HOST[:PORT]`
 * @throws UserError `unauthorized` when it does not, and what else `RegistryClient.ping` throws
 */
export async function checkLogin(
  options: RegistryOptions,
  host: string,
  credential: Credential,
  signal: AbortSignal,
): Promise<LoginCheck> {
  let asked = false;
  const client = new RegistryClient(options, {
    credentials: {
      find: async (wanted) => {
        if (wanted !== host) return undefined;
        asked = true;
        return credential;
      },
      refresh: () => {},
    },
  });
  try {
    await client.ping(host, signal);
    return { asked };
  } catch (error) {
    if (!(error instanceof UserError) || !['unauthorized', 'denied'].includes(error.code)) throw error;
    throw new UserError('unauthorized', t('{0} does not accept this user and password', host), {
      nextStep: t('check both: many registries want a token or a robot account in place of a password'),
      cause: error,
    });
  } finally {
    await client.close();
  }
}

/**
 * The key under which a login is kept, `HOST[:PORT][/NAMESPACE]`, from what a person typed: `https://quay.io/`
 * too. Docker Hub has one name. Undefined when it is none.
 */
export function loginKey(text: string): { readonly key: string; readonly host: string } | undefined {
  const key = text.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const [host = '', ...path] = key.split('/');
  if (!isHost(host) || !path.every(isPathComponent)) return undefined;
  if (!isDockerHub(host)) return { key, host };
  return { key: ['docker.io', ...path].join('/'), host: 'docker.io' };
}
