import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { text } from './nodeStates.ts';
import { createObject, readObject, replaceObject } from './objects.ts';
import type { Oc } from './oc.ts';
import { asObject } from './withOwn.ts';

/*
 * The certificate authorities that nodes trust for registries: `spec.additionalTrustedCA` of the image configuration names a
 * ConfigMap that has them by registry.
 * https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/images/image-configuration
 */

const imagePath = '/apis/config.openshift.io/v1/images/cluster';
const collection = '/api/v1/namespaces/openshift-config/configmaps';
/** Of the ConfigMap, where the cluster has none yet. */
const ownName = 'operator-mirror-registry-cas';

/** What nodes trust now. */
export interface TrustedCa {
  readonly image: PlainObject;
  /** The ConfigMap that is named; undefined where none is, or it is not there. */
  readonly configMap: PlainObject | undefined;
  readonly name: string;
}

/** @throws UserError as `readObject` */
export async function readTrustedCa(oc: Oc): Promise<TrustedCa> {
  const image = (await readObject(oc, imagePath)) ?? emptyImage;
  const name = text(asObject(asObject(image.spec).additionalTrustedCA).name);
  const named = name === '' ? ownName : name;
  return {
    image,
    name: named,
    configMap: await readObject(oc, `${collection}/${encodeURIComponent(named)}`),
  };
}

/** True where nodes trust an authority of its own for the registry. */
export function isTrusted({ image, configMap, name }: TrustedCa, host: string): boolean {
  const isNamed = text(asObject(asObject(image.spec).additionalTrustedCA).name) === name;
  return isNamed && typeof asObject(configMap?.data)[keyOf(host)] === 'string';
}

/** Adds authorities by their registries, and leaves all others. @throws UserError `conflict`; as `runOc` */
export async function addTrustedCa(
  oc: Oc,
  { image, configMap, name }: TrustedCa,
  authorities: ReadonlyMap<string, string>,
): Promise<void> {
  const added = Object.fromEntries([...authorities].map(([host, pem]) => [keyOf(host), pem]));
  const written = { dryRun: false };
  if (configMap === undefined) {
    const metadata = { name, namespace: 'openshift-config' };
    const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: added };
    await createObject(oc, collection, made, written);
  } else {
    const data = { ...asObject(configMap.data), ...added };
    await replaceObject(oc, `${collection}/${encodeURIComponent(name)}`, { ...configMap, data }, written);
  }
  const spec = asObject(image.spec);
  if (text(asObject(spec.additionalTrustedCA).name) === name) return;
  const changed = { ...image, spec: { ...spec, additionalTrustedCA: { name } } };
  if (isPlainObject(image.metadata) && image.metadata.resourceVersion !== undefined)
    await replaceObject(oc, imagePath, changed, written);
  else await createObject(oc, '/apis/config.openshift.io/v1/images', changed, written);
}

const emptyImage: PlainObject = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'Image',
  metadata: { name: 'cluster' },
  spec: {},
};

/** A key of a ConfigMap has no colon, so that a port stands behind two dots. */
function keyOf(host: string): string {
  return host.replace(':', '..');
}
