import type { Access } from '../access/access.ts';
import { authoritiesFor, passwordFor } from '../access/hostAccess.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import type { Oc } from '../cluster/oc.ts';
import { addLogins, hasLogin, type PullSecret, readPullSecret } from '../cluster/pullSecret.ts';
import { addTrustedCa, isTrusted, readTrustedCa, type TrustedCa } from '../cluster/trustedCa.ts';

/** What nodes need for pulls from mirrors and do not have, and how they get it. */
export interface NodeNeeds {
  /** Registries for which this machine has a login, and nodes have none. */
  readonly logins: readonly string[];
  /** Registries for which this machine trusts an authority that nodes do not. */
  readonly authorities: readonly string[];
  /** Whole sentences, each with its next step. */
  readonly notes: readonly string[];
  /** Writes what somebody wants to be written. @throws UserError as `runOc` */
  provide(wanted: WantedNeeds): Promise<readonly string[]>;
}

/** What is done besides applying the files. */
export interface WantedNeeds {
  readonly addPullSecret: boolean;
  readonly addTrustedCa: boolean;
}

/**
 * Compares what this machine needs for the registries with what nodes have. Nothing that is read is kept, and what the cluster does not
 * show is said.
 * @param mirrors a repository of each registry by its `HOST[:PORT]`
 */
export async function nodeNeeds(
  oc: Oc,
  mirrors: ReadonlyMap<string, string>,
  access: Access,
): Promise<NodeNeeds> {
  const notes: string[] = [];
  const secret = await shown(() => readPullSecret(oc), notes);
  const trusted = await shown(() => readTrustedCa(oc), notes);
  const logins = new Map<string, { readonly username: string; readonly password: string }>();
  const authorities = new Map<string, string>();
  for (const [host, repository] of mirrors) {
    if (secret !== undefined && !hasLogin(secret, host)) {
      const own = await passwordFor(access, host, repository);
      if (own !== undefined) logins.set(host, own);
      notes.push(own === undefined ? withoutLogin(host) : withLogin(host, own.username));
    }
    const pem = trusted === undefined || isTrusted(trusted, host) ? '' : await authoritiesFor(access, host);
    if (pem !== '') {
      authorities.set(host, pem);
      notes.push(untrusted(host));
    }
  }
  return {
    logins: [...logins.keys()],
    authorities: [...authorities.keys()],
    notes,
    provide: (wanted) => provide(oc, wanted, { secret, trusted, logins, authorities }),
  };
}

interface Found {
  readonly secret: PullSecret | undefined;
  readonly trusted: TrustedCa | undefined;
  readonly logins: Parameters<typeof addLogins>[2];
  readonly authorities: Parameters<typeof addTrustedCa>[2];
}

async function provide(
  oc: Oc,
  wanted: WantedNeeds,
  { secret, trusted, logins, authorities }: Found,
): Promise<readonly string[]> {
  const done: string[] = [];
  if (wanted.addPullSecret && secret !== undefined && logins.size > 0) {
    await addLogins(oc, secret, logins);
    done.push(t('The global pull secret has logins now for {0}.', inRow([...logins.keys()])));
  }
  if (wanted.addTrustedCa && trusted !== undefined && authorities.size > 0) {
    await addTrustedCa(oc, trusted, authorities);
    done.push(t('Nodes trust authorities of their own now for {0}.', inRow([...authorities.keys()])));
  }
  return done;
}

/** Who may apply mirror sets may not always read this. */
async function shown<Result>(read: () => Promise<Result>, notes: string[]): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UserError) || !['forbidden', 'refused', 'notFound'].includes(error.code))
      throw error;
    notes.push(t('What nodes need cannot be told: {0}.', messageOf(error)));
    return undefined;
  }
}

function withLogin(host: string, user: string): string {
  return t(
    '{0} has a login here, as {1}, and the global pull secret has none for it: nodes need one where the registry wants it. --add-pull-secret adds this one.',
    host,
    user,
  );
}

function withoutLogin(host: string): string {
  return t(
    '{0} has no login in the global pull secret. If it wants one, log in with `operator-mirror login {0}`, then use --add-pull-secret.',
    host,
  );
}

function untrusted(host: string): string {
  return t(
    '{0} has a certificate authority of its own here, which nodes do not trust for it: pulls fail with x509 until additionalTrustedCA names it. --add-trusted-ca adds it.',
    host,
  );
}
