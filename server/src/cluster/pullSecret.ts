import { UserError } from '../base/errors.ts';
import { parsedJson } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { text } from './nodeStates.ts';
import { readObject, replaceObject } from './objects.ts';
import type { Oc } from './oc.ts';
import { asObject } from './withOwn.ts';

/*
 * The logins of all nodes: https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/images/managing-images
 * What is in it is read to see which registries it knows, goes back to where it came from, and nowhere else.
 */

const path = '/api/v1/namespaces/openshift-config/secrets/pull-secret';
const key = '.dockerconfigjson';

/** The global pull secret, and for which registries it has a login. */
export interface PullSecret {
  /** `HOST[:PORT]`, or with a namespace behind it. */
  readonly registries: readonly string[];
  readonly object: PlainObject;
}

/** @throws UserError `forbidden` and others as `readObject`; `refused` where there is none, or nothing can be read in it */
export async function readPullSecret(oc: Oc): Promise<PullSecret> {
  const object = await readObject(oc, path);
  const auths = object === undefined ? undefined : authsIn(object);
  if (object === undefined || auths === undefined) {
    throw new UserError('refused', t('the cluster has no global pull secret that can be read'), {
      nextStep: t('see `oc get secret/pull-secret -n openshift-config`'),
    });
  }
  return { registries: Object.keys(auths).map((name) => name.replace(/^https?:\/\//, '')), object };
}

/** True where nodes have a login for something of the registry. */
export function hasLogin({ registries }: PullSecret, host: string): boolean {
  return registries.some((name) => name === host || name.startsWith(`${host}/`));
}

/** Adds logins by their registries, and leaves all others. @throws UserError `conflict`; as `runOc` */
export async function addLogins(
  oc: Oc,
  { object }: PullSecret,
  logins: ReadonlyMap<string, { readonly username: string; readonly password: string }>,
): Promise<void> {
  const data = asObject(object.data);
  const whole = asObject(parsedJson(decoded(text(data[key]))));
  const added = [...logins].map(([host, { username, password }]) => {
    return [host, { auth: Buffer.from(`${username}:${password}`).toString('base64') }] as const;
  });
  const file = JSON.stringify({
    ...whole,
    auths: { ...asObject(whole.auths), ...Object.fromEntries(added) },
  });
  const changed = { ...object, data: { ...data, [key]: Buffer.from(file).toString('base64') } };
  await replaceObject(oc, path, changed, { dryRun: false });
}

function authsIn({ data }: PlainObject): PlainObject | undefined {
  const file = parsedJson(decoded(text(asObject(data)[key])));
  if (!isPlainObject(file)) return undefined;
  return asObject(file.auths);
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
