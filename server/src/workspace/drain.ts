import type { MirrorTable, RegistryTable } from '../documents/registriesConf.ts';

/** What happens to one registry in registries.conf. */
export interface RegistryChange {
  /** The prefix of its table. */
  readonly source: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly mirrorsAdded: readonly ChangedMirror[];
  readonly mirrorsRemoved: readonly ChangedMirror[];
  /** Only where it changes: whether it is blocked afterwards. */
  readonly blocked: boolean | undefined;
  /** Why nodes drain for it, a clause without a final dot; undefined when they do not. */
  readonly drains: string | undefined;
}

export interface ChangedMirror {
  readonly location: string;
  readonly pulls: 'digest' | 'tag' | 'all';
}

/**
 * What changes between two registries.conf, table by table, and for which of it the machine-config-daemon drains
 * nodes (OpenShift 4.8 and later): for nothing where only registries and mirrors are added whose mirrors are all for
 * pulls by digest, and for anything else.
 *
 * Like the daemon, this looks for a mirror by its location alone and takes the first: what it says of a registry
 * that has one location for digests and for tags follows from that.
 * https://github.com/openshift/machine-config-operator/blob/main/pkg/daemon/drain.go
 */
export function registryChanges(
  before: readonly RegistryTable[],
  after: readonly RegistryTable[],
): RegistryChange[] {
  const old = new Map(before.map((table) => [table.prefix, table]));
  const now = new Map(after.map((table) => [table.prefix, table]));
  const removed = before.filter(({ prefix }) => !now.has(prefix)).map((table) => goneChange(table));
  const others = after.flatMap((table) => {
    const earlier = old.get(table.prefix);
    if (earlier === undefined) return [newChange(table)];
    return sameTable(earlier, table) ? [] : [changedChange(earlier, table)];
  });
  return [...removed, ...others].sort((a, b) => (a.source < b.source ? -1 : 1));
}

function goneChange({ prefix, mirrors, blocked }: RegistryTable): RegistryChange {
  return {
    source: prefix,
    change: 'removed',
    mirrorsAdded: [],
    mirrorsRemoved: mirrors.map(changedMirror),
    blocked: blocked ? false : undefined,
    drains: `${prefix} loses all its mirrors`,
  };
}

function newChange(table: RegistryTable): RegistryChange {
  const { prefix, mirrors, blocked } = table;
  const other = mirrors.find((mirror) => pullsOf(mirror) !== 'digest');
  const drains =
    other !== undefined
      ? `${prefix} gets the mirror ${other.location} for ${wordsFor(other)}`
      : mirrors.length === 0
        ? `${prefix} is new and has no mirror`
        : undefined;
  return {
    source: prefix,
    change: 'added',
    mirrorsAdded: mirrors.map(changedMirror),
    mirrorsRemoved: [],
    blocked: blocked || undefined,
    drains,
  };
}

function changedChange(old: RegistryTable, now: RegistryTable): RegistryChange {
  const has = ({ mirrors }: RegistryTable, mirror: MirrorTable) =>
    mirrors.some((other) => other.location === mirror.location && pullsOf(other) === pullsOf(mirror));
  return {
    source: now.prefix,
    change: 'changed',
    mirrorsAdded: now.mirrors.filter((mirror) => !has(old, mirror)).map(changedMirror),
    mirrorsRemoved: old.mirrors.filter((mirror) => !has(now, mirror)).map(changedMirror),
    blocked: old.blocked === now.blocked ? undefined : now.blocked,
    drains: drainReason(old, now),
  };
}

function drainReason(old: RegistryTable, now: RegistryTable): string | undefined {
  const { prefix } = now;
  if (old.location !== now.location) return `${prefix} moves to ${now.location}`;
  if (old.blocked !== now.blocked) return `${prefix} is ${now.blocked ? 'blocked now' : 'blocked no more'}`;
  if (old.insecure !== now.insecure) return `${prefix} is ${now.insecure ? '' : 'no longer '}insecure`;
  const gone = old.mirrors.find(({ location }) => first(now, location) === undefined);
  if (gone !== undefined) return `${prefix} loses the mirror ${gone.location}`;
  for (const mirror of now.mirrors) {
    const pulls = pullsOf(mirror);
    if (pulls === 'digest') continue;
    const earlier = first(old, mirror.location);
    const said = `${prefix} gets the mirror ${mirror.location} for ${wordsFor(mirror)}`;
    if (earlier === undefined) return said;
    if (pullsOf(earlier) === pulls) continue;
    const known = old.mirrors.some((other) => other.location === mirror.location && pullsOf(other) === pulls);
    return known
      ? `${prefix} has the mirror ${mirror.location} for digests and for tags, and then any change counts as one of the mirror`
      : `${said} too`;
  }
  return undefined;
}

function first({ mirrors }: RegistryTable, location: string): MirrorTable | undefined {
  return mirrors.find((mirror) => mirror.location === location);
}

function sameTable(a: RegistryTable, b: RegistryTable): boolean {
  return shapeOf(a) === shapeOf(b);
}

function shapeOf({ prefix, location, insecure, blocked, mirrors }: RegistryTable): string {
  const parts = mirrors.map((mirror) => [mirror.location, mirror.insecure, pullsOf(mirror)]);
  return JSON.stringify([prefix, location, insecure, blocked, parts]);
}

function pullsOf({ pullFromMirror }: MirrorTable): ChangedMirror['pulls'] {
  return pullFromMirror === 'digest-only' ? 'digest' : pullFromMirror === 'tag-only' ? 'tag' : 'all';
}

function wordsFor(mirror: MirrorTable): string {
  const pulls = pullsOf(mirror);
  return pulls === 'all' ? 'all pulls' : `pulls by ${pulls}`;
}

function changedMirror(mirror: MirrorTable): ChangedMirror {
  return { location: mirror.location, pulls: pullsOf(mirror) };
}
