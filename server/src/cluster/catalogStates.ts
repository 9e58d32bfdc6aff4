import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { conditionOf, nameOf, text } from './nodeStates.ts';
import { listOf } from './objects.ts';
import { type Oc, runOc } from './oc.ts';
import { asObject } from './withOwn.ts';

/** A catalog that the cluster offers, or tries to. */
export interface CatalogState {
  readonly kind: 'CatalogSource' | 'ClusterCatalog';
  readonly name: string;
  /** Empty for a ClusterCatalog, which belongs to the whole cluster. */
  readonly namespace: string;
  readonly image: string;
  /** As OLM says it: `READY`, `TRANSIENT_FAILURE`, `Serving`, and the like; empty where it has not said anything yet. */
  readonly state: string;
  readonly isReady: boolean;
  /** What OLM says of it besides. */
  readonly message: string;
  /** The pods that serve it, with their states. */
  readonly pods: readonly { readonly name: string; readonly phase: string }[];
  /** The packages that it offers, sorted; undefined where nobody may know, and for a ClusterCatalog. */
  readonly packages: readonly string[] | undefined;
}

/** @throws UserError as `runOc` */
export async function readCatalogSources(
  oc: Oc,
  packages: ReadonlyMap<string, readonly string[]> | undefined,
): Promise<readonly CatalogState[]> {
  const [sources, pods] = await Promise.all([
    listOf(oc, '/apis/operators.coreos.com/v1alpha1/catalogsources'),
    listOf(oc, `/api/v1/pods?labelSelector=${catalogLabel}`),
  ]);
  return sources.map((source): CatalogState => {
    const name = nameOf(source);
    const namespace = namespaceOf(source);
    const status = asObject(source.status);
    const state = text(asObject(status.connectionState).lastObservedState);
    return {
      kind: 'CatalogSource',
      name,
      namespace,
      image: text(asObject(source.spec).image),
      state,
      isReady: state === 'READY',
      message: text(status.message),
      pods: pods
        .filter((pod) => namespaceOf(pod) === namespace && labelOf(pod) === name)
        .map((pod) => ({ name: nameOf(pod), phase: text(asObject(pod.status).phase) })),
      packages: packages === undefined ? undefined : (packages.get(`${namespace}/${name}`) ?? []),
    };
  });
}

/** @throws UserError as `runOc` */
export async function readClusterCatalogs(oc: Oc): Promise<readonly CatalogState[]> {
  const catalogs = await listOf(oc, '/apis/olm.operatorframework.io/v1/clustercatalogs');
  return catalogs.map((catalog): CatalogState => {
    const serving = conditionOf(catalog, 'Serving');
    const isReady = serving?.status === 'True';
    const progress = conditionOf(catalog, 'Progressing');
    return {
      kind: 'ClusterCatalog',
      name: nameOf(catalog),
      namespace: '',
      image: text(asObject(asObject(asObject(catalog.spec).source).image).ref),
      state: isReady ? 'Serving' : text(serving?.reason) || text(progress?.reason),
      isReady,
      message: isReady ? '' : text(progress?.message) || text(serving?.message),
      pods: [],
      packages: undefined,
    };
  });
}

/** Descriptions and icons of packages are megabytes, so that names alone are asked for. */
const packageLine =
  '{range .items[*]}{.status.catalogSourceNamespace}{"/"}{.status.catalogSource}{" "}{.metadata.name}{"\\n"}{end}';

/** The packages of all CatalogSources by `NAMESPACE/NAME`, each sorted. @throws UserError as `runOc` */
export async function readPackages(oc: Oc): Promise<ReadonlyMap<string, readonly string[]>> {
  const resource = 'packagemanifests.packages.operators.coreos.com';
  const answer = await runOc(oc, ['get', resource, '-A', '-o', `jsonpath=${packageLine}`]);
  const found = new Map<string, Set<string>>();
  for (const line of answer.split('\n')) {
    const [catalog = '', name = ''] = line.trim().split(' ');
    if (name === '') continue;
    const names = found.get(catalog) ?? new Set();
    // A package is listed in every namespace that sees it.
    found.set(catalog, names.add(name));
  }
  return new Map([...found].map(([catalog, names]) => [catalog, [...names].sort()]));
}

/** On the pods of catalogs: the name of the CatalogSource. */
const catalogLabel = 'olm.catalogSource';

function labelOf({ metadata }: PlainObject): string {
  const { labels } = asObject(metadata);
  return isPlainObject(labels) ? text(labels[catalogLabel]) : '';
}

/** The namespace of an object; empty for one of the whole cluster. */
export function namespaceOf(object: PlainObject): string {
  return text(asObject(object.metadata).namespace);
}
