interface Repository {
  readonly name: string;
  /** What must stand before it and does not stand yet. */
  readonly before: Set<Repository>;
  readonly after: Set<Repository>;
}

/**
 * Puts the mirrors of several entries for one source into the one order that a node tries them in: each list keeps
 * its own order where the lists agree, and what is free is sorted by name. Lists that contradict each other give
 * the order that the machine-config-operator happens to give, which it does not promise. The source stands among
 * the mirrors only where a list names it before others; at the end it is left out, because it is tried last anyway.
 * https://github.com/openshift/runtime-utils/blob/master/pkg/registries/registries.go
 */
export function mirrorOrder(source: string, lists: readonly (readonly string[])[]): string[] {
  const [only, ...others] = lists;
  // Most sources stand in one entry.
  if (only?.length === 1 && others.length === 0) return only[0] === source ? [] : [...only];
  const order = sorted(graphOf(source, lists));
  return order.at(-1) === source ? order.slice(0, -1) : order;
}

function graphOf(source: string, lists: readonly (readonly string[])[]): Map<string, Repository> {
  const repositories = new Map<string, Repository>();
  const get = (name: string): Repository => {
    let repository = repositories.get(name);
    if (repository === undefined) {
      repository = { name, before: new Set(), after: new Set() };
      repositories.set(name, repository);
    }
    return repository;
  };
  for (const list of lists) {
    const names = list.includes(source) ? list : [...list, source];
    for (const [index, name] of names.entries()) {
      const next = names[index + 1];
      if (next === undefined) continue;
      get(name).after.add(get(next));
      get(next).before.add(get(name));
    }
  }
  return repositories;
}

function sorted(repositories: ReadonlyMap<string, Repository>): string[] {
  const all = byName([...repositories.values()]);
  const ready = all.filter(({ before }) => before.size === 0);
  const placed = new Set<Repository>();
  let first = 0;
  for (let next = 0; placed.size < all.length; ) {
    // Lists that contradict each other leave nothing ready: the first by name that is left breaks the circle.
    const repository = ready[next] ?? all[first++];
    if (next < ready.length) next++;
    if (repository === undefined || placed.has(repository)) continue;
    placed.add(repository);
    const freed: Repository[] = [];
    for (const other of repository.after) {
      other.before.delete(repository);
      if (other.before.size === 0 && !placed.has(other)) freed.push(other);
    }
    ready.push(...byName(freed));
  }
  return [...placed].map(({ name }) => name);
}

function byName(repositories: Repository[]): Repository[] {
  return repositories.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
