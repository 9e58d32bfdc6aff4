import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { type Oc, runOc } from './oc.ts';

/** What a cluster has now. */
export interface ClusterMirrorSets {
  /** By resource, a `List` of mirror sets in YAML. */
  readonly lists: ReadonlyMap<string, string>;
  /** `MAJOR.MINOR.PATCH`; undefined where the cluster does not say. */
  readonly version: string | undefined;
}

/** With their groups: another API group may have a resource of the same name. */
const resources = [
  'imagecontentsourcepolicies.operator.openshift.io',
  'imagedigestmirrorsets.config.openshift.io',
  'imagetagmirrorsets.config.openshift.io',
];

/**
 * Asks the cluster that `oc` is logged in to for its mirror sets and its version. Changes nothing there. Kinds that
 * this version of OpenShift does not have are left out.
 * @throws UserError `noOc`, `cluster`, and `noOpenShift` where there is none of the kinds
 */
export async function readClusterMirrorSets(oc: Oc): Promise<ClusterMirrorSets> {
  const [version, ...answers] = await Promise.all([
    versionOf(oc),
    ...resources.map(async (resource) => [resource, await listOf(oc, resource)] as const),
  ]);
  const lists = new Map(
    answers.flatMap(([resource, text]) => (text === undefined ? [] : [[resource, text]])),
  );
  if (lists.size > 0) return { lists, version };
  throw new UserError(
    'noOpenShift',
    t('the cluster knows no mirror sets of any kind, so it is no OpenShift'),
    {
      nextStep: t('see with `oc whoami --show-server` which cluster oc is logged in to'),
    },
  );
}

/** Undefined for a kind that the cluster does not have. */
async function listOf(oc: Oc, resource: string): Promise<string | undefined> {
  try {
    return await runOc(oc, ['get', resource, '-o', 'yaml']);
  } catch (error) {
    if (error instanceof UserError && /the server doesn't have a resource type/.test(error.message))
      return undefined;
    throw error;
  }
}

/** Who may read mirror sets may not always read the version, and can do without. */
async function versionOf(oc: Oc): Promise<string | undefined> {
  const path = ['get', 'clusterversion', 'version', '-o', 'jsonpath={.status.desired.version}'];
  const text = await runOc(oc, path).catch(() => '');
  return /^\d+\.\d+\.\d+/.test(text.trim()) ? text.trim() : undefined;
}
