import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Exchange, FakeServer, type Reply } from './fakeServer.ts';

/** A kind of object that the server has, as the discovery of an API server tells it. */
interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced?: boolean;
}

const config = { group: 'config.openshift.io', version: 'v1' };
const olm = { group: 'operators.coreos.com', version: 'v1alpha1', namespaced: true };
const machines = { group: 'machineconfiguration.openshift.io', version: 'v1' };

/** What a cluster of OpenShift 4.18 has of what this extension uses. */
const kinds: readonly Kind[] = [
  { group: '', version: 'v1', kind: 'Node', plural: 'nodes' },
  { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true },
  { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true },
  { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
  { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
  { ...config, kind: 'ClusterVersion', plural: 'clusterversions' },
  { ...config, kind: 'OperatorHub', plural: 'operatorhubs' },
  { ...config, kind: 'Image', plural: 'images' },
  { ...config, kind: 'ImageDigestMirrorSet', plural: 'imagedigestmirrorsets' },
  { ...config, kind: 'ImageTagMirrorSet', plural: 'imagetagmirrorsets' },
  {
    group: 'operator.openshift.io',
    version: 'v1alpha1',
    kind: 'ImageContentSourcePolicy',
    plural: 'imagecontentsourcepolicies',
  },
  { ...machines, kind: 'MachineConfig', plural: 'machineconfigs' },
  { ...machines, kind: 'MachineConfigPool', plural: 'machineconfigpools' },
  { ...olm, kind: 'CatalogSource', plural: 'catalogsources' },
  { ...olm, kind: 'InstallPlan', plural: 'installplans' },
  { ...olm, kind: 'Subscription', plural: 'subscriptions' },
  {
    group: 'packages.operators.coreos.com',
    version: 'v1',
    kind: 'PackageManifest',
    plural: 'packagemanifests',
    namespaced: true,
  },
  { group: 'olm.operatorframework.io', version: 'v1', kind: 'ClusterCatalog', plural: 'clustercatalogs' },
];

export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** A request for one resource; `name` is undefined for all of them. */
export interface ResourceRequest {
  readonly method: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly isDryRun: boolean;
  readonly body: unknown;
}

/** What an API server says when it does not do what it is asked. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

/**
 * An API server of Kubernetes on a free loopback port, with the resources of OpenShift that this extension uses: discovery, lists
 * with selectors, objects with resource versions, dry runs and merge patches, as `kubectl` asks for them.
 */
export class ClusterServer {
  /** Asked before each request for a resource; what it gives is the answer in place of the server's. */
  refuse: (request: ResourceRequest) => Refusal | undefined = () => undefined;
  readonly requests: ResourceRequest[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'operator-mirror-cluster-'));
  readonly #objects = new Map<string, ClusterObject>();
  #server!: FakeServer;
  #version = 100;

  static async start(...objects: readonly ClusterObject[]): Promise<ClusterServer> {
    const cluster = new ClusterServer();
    cluster.#server = await FakeServer.start((exchange) => cluster.#answer(exchange));
    for (const object of objects) cluster.put(object);
    return cluster;
  }

  get url(): string {
    return this.#server.url;
  }

  /** What `kubectl` needs to reach the server, and nothing of the machine's own. */
  get environment(): Readonly<Record<string, string>> {
    const path = join(this.#folder, 'kubeconfig');
    const cluster = { name: 'lab', cluster: { server: this.url } };
    const user = { name: 'anna', user: { token: 'the-token-of-anna' } };
    const context = { name: 'lab/anna', context: { cluster: 'lab', user: 'anna' } };
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [cluster],
      users: [user],
      contexts: [context],
      'current-context': 'lab/anna',
    };
    writeFileSync(path, JSON.stringify(kubeconfig));
    return { KUBECONFIG: path, HOME: this.#folder, PATH: process.env.PATH ?? '' };
  }

  /** Writes an object past all checks, as another client does. */
  put(object: ClusterObject): void {
    const kind = kinds.find((one) => one.kind === object.kind);
    if (kind === undefined) throw new Error(`the server knows no ${object.kind}`);
    this.#objects.set(
      keyOf(kind.plural, object.metadata.namespace, object.metadata.name),
      this.#stamped(object),
    );
  }

  object(plural: string, name: string, namespace?: string): ClusterObject | undefined {
    return this.#objects.get(keyOf(plural, namespace, name));
  }

  remove(plural: string, name: string, namespace?: string): void {
    this.#objects.delete(keyOf(plural, namespace, name));
  }

  /** The requests that changed something. */
  get changes(): readonly string[] {
    return this.requests
      .filter(({ method, isDryRun }) => method !== 'GET' && !isDryRun)
      .map(({ method, plural, name }) => [method, plural, ...(name === undefined ? [] : [name])].join(' '));
  }

  /** Lets nobody reach it any more; what clients have of it stays. */
  async disconnect(): Promise<void> {
    await this.#server.stop();
  }

  async stop(): Promise<void> {
    await this.disconnect();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #stamped(object: ClusterObject): ClusterObject {
    this.#version++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #answer({ method, url, body }: Exchange): Reply {
    const discovered = discovery(url.pathname);
    if (discovered !== undefined) return json(200, discovered);
    const match =
      /^\/(?:api\/v1|apis\/([^/]+)\/([^/]+))(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(
        url.pathname,
      );
    const [, group = '', version = 'v1', namespace, plural = '', name] = match ?? [];
    const kind = kinds.find((one) => one.group === group && one.version === version && one.plural === plural);
    if (kind === undefined)
      return status(404, 'NotFound', 'the server could not find the requested resource');
    const request = {
      method,
      plural,
      namespace,
      name,
      isDryRun: url.searchParams.get('dryRun') === 'All',
      body: body.length === 0 ? undefined : JSON.parse(body.toString('utf8')),
    };
    this.requests.push(request);
    const refused = this.refuse(request);
    if (refused) return status(refused.code, refused.reason, refused.message);
    return name === undefined && method === 'GET'
      ? this.#list(kind, namespace, url)
      : this.#one(kind, request);
  }

  #list({ plural, kind, group, version }: Kind, namespace: string | undefined, url: URL): Reply {
    const items = [...this.#objects]
      .filter(([key]) => key.startsWith(`${plural}/`))
      .map(([, object]) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter((object) => isSelected(object, url.searchParams));
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return json(200, { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '1' }, items });
  }

  #one({ plural, group }: Kind, { method, namespace, name, isDryRun, body }: ResourceRequest): Reply {
    const given = body as ClusterObject | undefined;
    const key = keyOf(plural, namespace, name ?? given?.metadata.name ?? '');
    const there = this.#objects.get(key);
    const what = group === '' ? plural : `${plural}.${group}`;
    const keep = (object: ClusterObject, code: number) => {
      const stamped = isDryRun ? object : this.#stamped(object);
      if (!isDryRun) this.#objects.set(key, stamped);
      return json(code, stamped);
    };
    if (method === 'POST' && given !== undefined) {
      const text = `${what} "${given.metadata.name}" already exists`;
      return there === undefined ? keep(given, 201) : status(409, 'AlreadyExists', text);
    }
    if (there === undefined) return status(404, 'NotFound', `${what} "${name}" not found`);
    if (method === 'GET') return json(200, there);
    if (given === undefined) return status(400, 'BadRequest', 'there is no body');
    if (method === 'PATCH') return keep(merged(there, given) as ClusterObject, 200);
    if (method !== 'PUT') return status(405, 'MethodNotAllowed', `${method} is not supported`);
    const seen = given.metadata.resourceVersion;
    const stale = `Operation cannot be fulfilled on ${what} "${name}": the object has been modified; please apply your changes to the latest version and try again`;
    return seen !== undefined && seen !== there.metadata.resourceVersion
      ? status(409, 'Conflict', stale)
      : keep(given, 200);
  }
}

function keyOf(plural: string, namespace: string | undefined, name: string): string {
  return [plural, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

/** The selectors that are used: `label` and `label=value`, and of fields `path=value`. */
function isSelected(object: ClusterObject, parameters: URLSearchParams): boolean {
  const parts = (name: string) => (parameters.get(name) ?? '').split(',').filter((part) => part !== '');
  const labels = parts('labelSelector').every((part) => {
    const [name = '', value] = part.split('=');
    const own = object.metadata.labels?.[name];
    return value === undefined ? own !== undefined : own === value;
  });
  const fields = parts('fieldSelector').every((part) => {
    const [path = '', value] = part.split('=');
    const found = path.split('.').reduce<unknown>((at, field) => (at as never)?.[field], object);
    return found === value;
  });
  return labels && fields;
}

/** https://www.rfc-editor.org/rfc/rfc7386 */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as Record<string, unknown> | undefined) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

/** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#unaggregated-discovery */
function discovery(path: string): object | undefined {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '');
  if (path === '/version') return { major: '1', minor: '31', gitVersion: 'v1.31.5' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map((group) => {
        const version = kinds.find((one) => one.group === group)?.version ?? '';
        const named = { groupVersion: `${group}/${version}`, version };
        return { name: group, versions: [named], preferredVersion: named };
      }),
    };
  }
  const [, group = '', version] = /^\/(?:api\/(?=v1$)|apis\/([^/]+)\/)([^/]+)$/.exec(path) ?? [];
  const own = kinds.filter((one) => one.group === group && one.version === version);
  if (own.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: own.map(({ plural, kind, namespaced = false }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs: ['create', 'get', 'list', 'patch', 'update'],
    })),
  };
}

function json(code: number, body: unknown): Reply {
  return { status: code, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function status(code: number, reason: string, message: string): Reply {
  return json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code });
}
