import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';

/** An object that is to be on the cluster, and the file that says so. */
export interface Manifest {
  readonly kind: AppliedKind;
  readonly name: string;
  /** Undefined for what belongs to the whole cluster. */
  readonly namespace: string | undefined;
  readonly file: string;
  readonly object: PlainObject;
}

interface KindOnCluster {
  readonly plural: string;
  /** The namespace of an object that names none; undefined for what belongs to the whole cluster. */
  readonly namespace?: string;
}

/** What a mirror run leaves for a cluster, in the order in which it is applied: what redirects pulls before what is pulled. */
const kinds = {
  MachineConfig: { plural: 'machineconfigs' },
  ImageContentSourcePolicy: { plural: 'imagecontentsourcepolicies' },
  ImageDigestMirrorSet: { plural: 'imagedigestmirrorsets' },
  ImageTagMirrorSet: { plural: 'imagetagmirrorsets' },
  CatalogSource: { plural: 'catalogsources', namespace: 'openshift-marketplace' },
  ClusterCatalog: { plural: 'clustercatalogs' },
} as const satisfies Readonly<Record<string, KindOnCluster>>;

export type AppliedKind = keyof typeof kinds;

const order = Object.keys(kinds) as readonly AppliedKind[];

/** Undefined for an object of another kind, or without a name. */
export function manifestOf(object: PlainObject, file: string): Manifest | undefined {
  const { kind, metadata } = object;
  const applied = order.find((one) => one === kind);
  if (applied === undefined || !isPlainObject(metadata)) return undefined;
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '') return undefined;
  const { namespace: usual }: KindOnCluster = kinds[applied];
  return {
    kind: applied,
    name,
    namespace: usual === undefined || typeof namespace !== 'string' ? usual : namespace,
    file,
    object,
  };
}

/** The manifests in the order in which a cluster should get them; of several for one object the last. */
export function inApplyOrder(manifests: readonly Manifest[]): readonly Manifest[] {
  const last = new Map(manifests.map((one) => [`${one.kind} ${one.namespace ?? ''} ${one.name}`, one]));
  return [...last.values()].toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** Where the API server has all objects of the kind. https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
export function collectionPath({ kind, namespace, object }: Manifest): string {
  const inNamespace = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const version = String(object.apiVersion).split('/').map(encodeURIComponent).join('/');
  return `/apis/${version}${inNamespace}/${kinds[kind].plural}`;
}

/** Where it has the object itself. */
export function objectPath(manifest: Manifest): string {
  return `${collectionPath(manifest)}/${encodeURIComponent(manifest.name)}`;
}
