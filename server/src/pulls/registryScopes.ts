import type { RegistryTable } from '../documents/registriesConf.ts';

/** What the image configuration of a cluster says of registries; every list is empty where there is none. */
export interface RegistryScopes {
  /** A registry, a path below one, or `*.DOMAIN`; all of them are valid. */
  readonly insecure: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
  /** The only ones whose images nodes take; all where it is empty. */
  readonly allowed: ReadonlySet<string>;
  /** Where nodes look for short names; empty for the registries that they have anyway. */
  readonly search: readonly string[];
}

export const noRegistryScopes: RegistryScopes = {
  insecure: new Set(),
  blocked: new Set(),
  allowed: new Set(),
  search: [],
};

/**
 * Every scope that a name lies in, itself included, as the machine-config-operator compares them: at slashes, and
 * wildcards for the domains of its host. A registry with another port is another registry here.
 * https://github.com/openshift/runtime-utils/blob/master/pkg/registries/registries.go
 *
 * @param name `HOST[:PORT][/PATH]`, or `*.DOMAIN`
 */
export function* widerScopes(name: string): Generator<string> {
  for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) yield name.slice(0, end);
  const colon = name.indexOf(':');
  const slash = name.indexOf('/');
  if (colon !== -1 && slash !== -1 && slash < colon) return;
  const host = name.slice(0, colon === -1 ? (slash === -1 ? name.length : slash) : colon);
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const wildcard = `*${host.slice(dot)}`;
    if (wildcard !== name) yield wildcard;
  }
}

/** The widest or narrowest does not matter: one scope that a name lies in is enough. */
function liesIn(name: string, scopes: ReadonlySet<string>): boolean {
  if (scopes.size === 0) return false;
  for (const scope of widerScopes(name)) if (scopes.has(scope)) return true;
  return false;
}

/** What holds for a table or a mirror because of where it is. */
export function flagsOf(
  name: string,
  { insecure, blocked }: RegistryScopes,
): { readonly insecure: boolean; readonly blocked: boolean } {
  return { insecure: liesIn(name, insecure), blocked: liesIn(name, blocked) };
}

/** Why the policy of the nodes refuses an image: it is blocked, or others are allowed and it is not. */
export type PolicyRefusal = 'blocked' | 'not-allowed';

/**
 * Whether the policy of the nodes refuses an image by its name, wherever it would come from: `blocked`, or `not-allowed`
 * where only some registries are allowed. Undefined when it does not.
 * https://github.com/openshift/machine-config-operator/blob/main/pkg/controller/container-runtime-config/helpers.go
 *
 * @param name `HOST[:PORT]/PATH`
 */
export function policyRefusal(name: string, { blocked, allowed }: RegistryScopes): PolicyRefusal | undefined {
  if (liesIn(name, blocked)) return 'blocked';
  return allowed.size === 0 || liesIn(name, allowed) ? undefined : 'not-allowed';
}

/**
 * What nodes know of blocked and insecure registries from their tables alone, as far as these tell: new tables below
 * them are blocked and insecure too. A table with mirrors is blocked by the mirror set that they come from.
 */
export function registryScopesIn(tables: readonly RegistryTable[]): RegistryScopes {
  const prefixes = (holds: (table: RegistryTable) => boolean) =>
    new Set(tables.filter(holds).map(({ prefix }) => prefix));
  return {
    ...noRegistryScopes,
    insecure: prefixes(({ insecure }) => insecure),
    blocked: prefixes(({ blocked, mirrors }) => blocked && mirrors.length === 0),
  };
}
