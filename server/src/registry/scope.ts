/**
 * What a token is to allow: actions on one resource, `repository:NAMESPACE/NAME:pull,push`.
 * https://distribution.github.io/distribution/spec/auth/scope/
 */
export interface Scope {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** The scope of a repository. */
export function repositoryScope(name: string, ...actions: readonly ('pull' | 'push')[]): Scope {
  return { type: 'repository', name, actions };
}

/** Scopes as a challenge writes them, separated by spaces. What is no scope is passed over. */
export function parseScopes(text: string): Scope[] {
  const scopes: Scope[] = [];
  for (const part of text.split(' ')) {
    // A name may hold a colon (a host with a port), so the type ends at the first and the actions start at the last.
    const first = part.indexOf(':');
    const last = part.lastIndexOf(':');
    if (first < 1 || last <= first + 1) continue;
    const actions = part
      .slice(last + 1)
      .split(',')
      .filter((action) => action !== '');
    scopes.push({ type: part.slice(0, first), name: part.slice(first + 1, last), actions });
  }
  return scopes;
}

/** The union of all scopes as text, one for each resource, sorted: equal rights give equal text. */
export function mergeScopes(...lists: readonly (readonly Scope[])[]): string[] {
  const merged = new Map<string, Set<string>>();
  for (const { type, name, actions } of lists.flat()) {
    const resource = `${type}:${name}`;
    const all = merged.get(resource) ?? new Set();
    for (const action of actions) all.add(action);
    merged.set(resource, all);
  }
  return [...merged].map(([resource, actions]) => `${resource}:${[...actions].sort().join(',')}`).sort();
}
