import { t } from '../base/sentences.ts';
import { type ImageConfig, isClusterImageConfig } from '../documents/imageConfig.ts';
import { nodeRegistriesConf } from '../documents/machineConfig.ts';
import { registryScopeProblem } from '../documents/mirrorScope.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import { type NodeProblem, type NodeRegistry, nowhere } from './nodeRegistries.ts';
import { flagsOf, type RegistryScopes, widerScopes } from './registryScopes.ts';

/** The image configuration that counts in a snapshot. */
export interface PlacedImageConfig {
  readonly path: string;
  readonly scopes: RegistryScopes;
  /** At what in it the machine-config-operator stops, whatever the mirror sets say. */
  readonly problems: readonly NodeProblem[];
}

/**
 * The image configuration of some files. Of several the last counts, as it does for `oc apply`; one with another name
 * than `cluster` is read by nobody. The very same object as `before` while it says the same.
 */
export function imageConfigIn(
  files: Iterable<WorkspaceFile>,
  before: PlacedImageConfig | undefined,
): PlacedImageConfig | undefined {
  let found: PlacedImageConfig | undefined;
  for (const { path, content } of files) {
    if (content.type !== 'yaml') continue;
    for (const resource of content.yaml.resources)
      if (resource.kind === 'Image' && isClusterImageConfig(resource)) found = placed(path, resource);
  }
  return found !== undefined && before !== undefined && contentKey(found) === contentKey(before)
    ? before
    : found;
}

function placed(path: string, config: ImageConfig): PlacedImageConfig {
  const { insecureRegistries, blockedRegistries, allowedRegistries, searchRegistries } = config;
  const valid = (list: readonly YamlScalar[]) =>
    new Set(list.map(({ value }) => value).filter((value) => registryScopeProblem(value) === undefined));
  return {
    path,
    scopes: {
      insecure: valid(insecureRegistries),
      blocked: valid(blockedRegistries),
      allowed: valid(allowedRegistries),
      search: searchRegistries.map(({ value }) => value),
    },
    problems: problemsOf(path, config),
  };
}

function problemsOf(
  path: string,
  { insecureRegistries, blockedRegistries, allowedRegistries }: ImageConfig,
): NodeProblem[] {
  const stops = (message: string, value: string): NodeProblem => ({
    kind: 'image-scope',
    message,
    stops: true,
    entries: [],
    imageConfig: { path, value },
  });
  const problems = Object.entries({ insecureRegistries, blockedRegistries, allowedRegistries }).flatMap(
    ([name, list]) =>
      list
        .filter(({ value }) => registryScopeProblem(value)?.stops === true)
        .map(({ value }) =>
          stops(
            t('The machine-config-operator stops at "{0}" in {1} of the image configuration', value, name),
            value,
          ),
        ),
  );
  const [allowed] = allowedRegistries;
  if (allowed !== undefined && blockedRegistries.length > 0)
    problems.push(
      stops(
        t(
          'The image configuration has both blockedRegistries and allowedRegistries, and the machine-config-operator stops',
        ),
        allowed.value,
      ),
    );
  return problems;
}

function contentKey({ path, scopes, problems }: PlacedImageConfig): string {
  const { insecure, blocked, allowed, search } = scopes;
  const messages = problems.map(({ message }) => message);
  return JSON.stringify([path, [...insecure], [...blocked], [...allowed], search, messages]);
}

/** Where the image configuration names a scope, zero-based; undefined where it is not at hand. */
export function lineOfScope(
  { path, value }: NonNullable<NodeProblem['imageConfig']>,
  files: ReadonlyMap<string, WorkspaceFile>,
): number | undefined {
  const content = files.get(path)?.content;
  if (content?.type !== 'yaml') return undefined;
  const scalars = content.yaml.resources.flatMap((resource) =>
    resource.kind === 'Image'
      ? [...resource.insecureRegistries, ...resource.blockedRegistries, ...resource.allowedRegistries]
      : [],
  );
  return scalars.find((scalar) => scalar.value === value)?.range.start.line;
}

/** The tables that blocked and insecure scopes add to those of the mirror sets. */
export interface ScopeTables {
  readonly tables: readonly NodeRegistry[];
  readonly problems: readonly NodeProblem[];
}

/**
 * One table for each blocked or insecure scope that no mirror set has for a source. It has the mirrors of the source
 * that it lies below, so that these still hold for its images; of several sources those of the first in the order in
 * which the machine-config-operator goes through them. Below a wildcard there is no place that mirrors could be
 * rewritten to, and the machine-config-operator stops.
 * https://github.com/openshift/runtime-utils/blob/master/pkg/registries/registries.go
 */
export function scopeTables(
  scopes: RegistryScopes,
  registries: ReadonlyMap<string, NodeRegistry>,
  path: string | undefined,
): ScopeTables {
  const problems: NodeProblem[] = [];
  const alone = new Set([...scopes.blocked, ...scopes.insecure].filter((scope) => !registries.has(scope)));
  const tables = [...alone].map((scope): NodeRegistry => {
    const above = tableAbove(scope, registries);
    if (above === undefined || !above.source.startsWith('*.')) return scopeTable(scope, scopes, above);
    problems.push({
      kind: 'image-scope',
      message: t(
        '{0} in the image configuration lies below {1}, the wildcard source of a mirror set, and the machine-config-operator stops',
        scope,
        above.source,
      ),
      stops: true,
      entries: above.entries.slice(0, 1),
      ...(path === undefined ? {} : { imageConfig: { path, value: scope } }),
    });
    return scopeTable(scope, scopes, undefined);
  });
  return { tables, problems };
}

function tableAbove(scope: string, registries: ReadonlyMap<string, NodeRegistry>): NodeRegistry | undefined {
  let first: NodeRegistry | undefined;
  for (const wider of widerScopes(scope)) {
    const registry = registries.get(wider);
    if (registry !== undefined && (first === undefined || comesBefore(registry, first))) first = registry;
  }
  return first;
}

function comesBefore(a: NodeRegistry, b: NodeRegistry): boolean {
  const hasDigests = ({ digestMirrors }: NodeRegistry) => digestMirrors.length > 0;
  return hasDigests(a) === hasDigests(b) ? a.source < b.source : hasDigests(a);
}

function scopeTable(scope: string, scopes: RegistryScopes, above: NodeRegistry | undefined): NodeRegistry {
  const rest = above === undefined ? '' : scope.slice(above.source.length);
  const below = (mirrors: readonly string[] = []) => mirrors.map((mirror) => `${mirror}${rest}`);
  return {
    path: nodeRegistriesConf,
    prefix: scope,
    location: scope.startsWith('*.') ? '' : scope,
    ...flagsOf(scope, scopes),
    mirrorByDigestOnly: false,
    mirrors: (above?.mirrors ?? []).map((mirror) => ({ ...mirror, location: `${mirror.location}${rest}` })),
    range: nowhere,
    source: scope,
    digestMirrors: below(above?.digestMirrors),
    tagMirrors: below(above?.tagMirrors),
    entries: above?.entries ?? [],
    above: above?.source,
  };
}
