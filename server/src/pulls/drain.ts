import { t } from '../base/sentences.ts';
import type { MirrorTable, PullFromMirror, RegistryTable } from '../documents/registriesConf.ts';

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

/** A registries.conf as the machine-config-daemon compares it with the next one. */
export interface ComparedConf {
  /** All of the file: while not a byte of it changes, nodes do nothing. */
  readonly text: string;
  readonly registries: readonly RegistryTable[];
  readonly unqualifiedSearchRegistries: readonly string[];
}

/** What nodes of OpenShift 4.8 and later do when a new registries.conf takes the place of one. */
export type ConfEffect = 'none' | 'reload' | 'drain';

/**
 * What nodes do for a new registries.conf, as the machine-config-daemon decides it: nothing for the very same file, a
 * drain for a change that is not safe, and else CRI-O only reads the file again, even where it says the same in
 * another form.
 */
export function confEffect(before: ComparedConf, after: ComparedConf): ConfEffect {
  if (before.text === after.text) return 'none';
  if (losesSearchRegistry(before, after)) return 'drain';
  return effectOfChanges(registryChanges(before.registries, after.registries));
}

/** What nodes do for a file that is another one, by what changes in its tables. */
export function effectOfChanges(changes: readonly RegistryChange[]): Exclude<ConfEffect, 'none'> {
  return changes.some(({ drains }) => drains !== undefined) ? 'drain' : 'reload';
}

/** Search registries may be appended; their order decides where a short name is looked for. */
function losesSearchRegistry(
  before: Pick<ComparedConf, 'unqualifiedSearchRegistries'>,
  after: Pick<ComparedConf, 'unqualifiedSearchRegistries'>,
): boolean {
  return before.unqualifiedSearchRegistries.some(
    (host, place) => after.unqualifiedSearchRegistries[place] !== host,
  );
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

function goneChange(table: RegistryTable): RegistryChange {
  return {
    source: table.prefix,
    change: 'removed',
    mirrorsAdded: [],
    mirrorsRemoved: changedMirrors(table),
    blocked: table.blocked ? false : undefined,
    drains: t('{0} loses all its mirrors', table.prefix),
  };
}

function newChange(table: RegistryTable): RegistryChange {
  return {
    source: table.prefix,
    change: 'added',
    mirrorsAdded: changedMirrors(table),
    mirrorsRemoved: [],
    blocked: table.blocked || undefined,
    drains: newDrainReason(table),
  };
}

/** A table that is new must say of each mirror that it is for digests; `mirror-by-digest-only` alone does not count. */
function newDrainReason({ prefix, mirrors, mirrorByDigestOnly }: RegistryTable): string | undefined {
  if (mirrors.length === 0) return mirrorByDigestOnly ? undefined : t('{0} is new and has no mirror', prefix);
  const other = mirrors.find(({ pullFromMirror }) => pullFromMirror !== 'digest-only');
  if (other === undefined) return undefined;
  return mirrorByDigestOnly
    ? t('{0} is new and has mirror-by-digest-only, which no longer counts', prefix)
    : getsMirror(prefix, other);
}

function changedChange(old: RegistryTable, now: RegistryTable): RegistryChange {
  const mirrorsBefore = changedMirrors(old);
  const mirrorsNow = changedMirrors(now);
  const without = (list: readonly ChangedMirror[], others: readonly ChangedMirror[]) =>
    list.filter(
      ({ location, pulls }) => !others.some((other) => other.location === location && other.pulls === pulls),
    );
  return {
    source: now.prefix,
    change: 'changed',
    mirrorsAdded: without(mirrorsNow, mirrorsBefore),
    mirrorsRemoved: without(mirrorsBefore, mirrorsNow),
    blocked: old.blocked === now.blocked ? undefined : now.blocked,
    drains: drainReason(old, now),
  };
}

function drainReason(old: RegistryTable, now: RegistryTable): string | undefined {
  const { prefix } = now;
  if (old.location !== now.location) return t('{0} moves to {1}', prefix, now.location);
  if (old.blocked !== now.blocked)
    return now.blocked ? t('{0} is blocked now', prefix) : t('{0} is blocked no more', prefix);
  if (old.insecure !== now.insecure)
    return now.insecure ? t('{0} is insecure', prefix) : t('{0} is no longer insecure', prefix);
  const gone = old.mirrors.find(({ location }) => first(now, location) === undefined);
  if (gone !== undefined) return t('{0} loses the mirror {1}', prefix, gone.location);
  for (const mirror of now.mirrors) {
    const { location, pullFromMirror } = mirror;
    if (pullFromMirror === 'digest-only') continue;
    const earlier = first(old, location);
    if (earlier === undefined) {
      if (now.mirrorByDigestOnly) continue;
      return getsMirror(prefix, mirror);
    }
    // The daemon compares what the file says, and does not take a missing word for "all".
    if (earlier.pullFromMirror === pullFromMirror) continue;
    const known = old.mirrors.some(
      (other) => other.location === location && other.pullFromMirror === pullFromMirror,
    );
    return known
      ? t(
          '{0} has the mirror {1} for digests and for tags, and then any change counts as one of the mirror',
          prefix,
          location,
        )
      : getsMirrorToo(prefix, mirror);
  }
  return undefined;
}

function first({ mirrors }: RegistryTable, location: string): MirrorTable | undefined {
  return mirrors.find((mirror) => mirror.location === location);
}

function sameTable(a: RegistryTable, b: RegistryTable): boolean {
  return shapeOf(a) === shapeOf(b);
}

function shapeOf({
  prefix,
  location,
  insecure,
  blocked,
  mirrorByDigestOnly,
  mirrors,
}: RegistryTable): string {
  const parts = mirrors.map((mirror) => [mirror.location, mirror.insecure, mirror.pullFromMirror]);
  return JSON.stringify([prefix, location, insecure, blocked, mirrorByDigestOnly, parts]);
}

function changedMirrors({ mirrors, mirrorByDigestOnly }: RegistryTable): ChangedMirror[] {
  return mirrors.map((mirror) => ({
    location: mirror.location,
    pulls: pullsOf(mirror.pullFromMirror ?? (mirrorByDigestOnly ? 'digest-only' : 'all')),
  }));
}

function pullsOf(use: PullFromMirror): ChangedMirror['pulls'] {
  return use === 'digest-only' ? 'digest' : use === 'tag-only' ? 'tag' : 'all';
}

/** Of a mirror that is not for pulls by digest alone. */
function getsMirror(prefix: string, { location, pullFromMirror }: MirrorTable): string {
  return pullFromMirror === 'tag-only'
    ? t('{0} gets the mirror {1} for pulls by tag', prefix, location)
    : t('{0} gets the mirror {1} for all pulls', prefix, location);
}

/** Of one that it had for other pulls before. */
function getsMirrorToo(prefix: string, { location, pullFromMirror }: MirrorTable): string {
  return pullFromMirror === 'tag-only'
    ? t('{0} gets the mirror {1} for pulls by tag too', prefix, location)
    : t('{0} gets the mirror {1} for all pulls too', prefix, location);
}
