import type { MirrorTable, PullFromMirror, RegistryTable } from '../documents/registriesConf.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { parseYaml } from '../documents/yamlFile.ts';
import { MirrorSets } from './mirrorSets.ts';
import { mirrorSetText } from './mirrorSetText.ts';
import type { NodeProblem } from './nodeRegistries.ts';
import { noRegistryScopes, type RegistryScopes, registryScopesIn, widerScopes } from './registryScopes.ts';

/** A registries.conf that nodes have, and the one that they get. */
export interface KnownTables {
  readonly before: readonly RegistryTable[];
  readonly after: readonly RegistryTable[];
  readonly problems: readonly NodeProblem[];
}

/**
 * What mirror sets make of a registries.conf that is there. The file does not tell which sets it comes from, so all that
 * it has is taken to stay: it is read back into the mirror sets and the scopes that would make it, and what is new is
 * put together with these.
 *
 * @param tables of `/etc/containers/registries.conf`, in the form of OpenShift 4.13 and later
 * @param added the mirror sets that are applied, and the image configuration where one is
 */
export function tablesAfter(tables: readonly RegistryTable[], added: readonly WorkspaceFile[]): KnownTables {
  const applied = MirrorSets.none.after(added);
  const scopes = joined(registryScopesIn(tables), applied.scopes);
  const own = new Map(tables.map((table) => [table.prefix, table]));
  const sources = tables.filter((table) => isOfMirrorSets(table, own));
  const sets = applied.withKnown(knownSets(sources, applied), scopes);
  const written = new Map(
    sets.writtenTables.map((table) => [table.prefix, over(own.get(table.prefix), table)]),
  );
  const stays = tables.map((table) => written.get(table.prefix) ?? table);
  const news = [...written.values()].filter(({ prefix }) => !own.has(prefix));
  return { before: tables, after: [...stays, ...news], problems: sets.problems };
}

/** A table with what it has already and what no mirror set gives. */
function over(before: RegistryTable | undefined, table: RegistryTable): RegistryTable {
  if (before === undefined) return table;
  return {
    ...table,
    blocked: table.blocked || before.blocked,
    insecure: table.insecure || before.insecure,
    mirrors: [...before.mirrors.filter(isForAllPulls), ...table.mirrors],
  };
}

function joined(a: RegistryScopes, b: RegistryScopes): RegistryScopes {
  return {
    ...noRegistryScopes,
    insecure: new Set([...a.insecure, ...b.insecure]),
    blocked: new Set([...a.blocked, ...b.blocked]),
  };
}

/** True for a table with mirrors of its own: those of a blocked or insecure scope are the ones of the source above it. */
function isOfMirrorSets(table: RegistryTable, all: ReadonlyMap<string, RegistryTable>): boolean {
  const { prefix, location, mirrors, blocked, insecure } = table;
  if (mirrors.length === 0 || (location !== prefix && !prefix.startsWith('*.'))) return false;
  if (!blocked && !insecure) return true;
  return ![...widerScopes(prefix)].some((wider) => {
    const above = wider === prefix ? undefined : all.get(wider);
    return above !== undefined && repeats(table, above);
  });
}

function repeats(table: RegistryTable, above: RegistryTable): boolean {
  const rest = table.prefix.slice(above.prefix.length);
  return (
    above.mirrors.length === table.mirrors.length &&
    above.mirrors.every(({ location, pullFromMirror }, at) => {
      const mirror = table.mirrors[at];
      return mirror?.location === `${location}${rest}` && mirror.pullFromMirror === pullFromMirror;
    })
  );
}

/**
 * The mirror sets that would make these tables. A source that is not blocked has no `NeverContactSource`, and one that
 * is may be blocked by either: it takes the policy of what is new, so that nothing is said to contradict it.
 */
function knownSets(sources: readonly RegistryTable[], applied: MirrorSets): WorkspaceFile {
  const texts = (['ImageDigestMirrorSet', 'ImageTagMirrorSet'] as const).map((kind) => {
    const use: PullFromMirror = kind === 'ImageDigestMirrorSet' ? 'digest-only' : 'tag-only';
    const entries = sources.flatMap((table) => {
      const mirrors = table.mirrors.filter(({ pullFromMirror }) => pullFromMirror === use);
      const policy = table.blocked ? policyOf(applied, table.prefix) : undefined;
      const names = mirrors.map(({ location }) => location);
      return names.length === 0 ? [] : [{ source: table.prefix, mirrors: names, policy }];
    });
    return entries.length === 0 ? '' : mirrorSetText(kind, 'known', entries);
  });
  const yaml = parseYaml(
    texts
      .filter((text) => text !== '')
      .join('---\n')
      .split('\n'),
  );
  return { path: '', content: { type: 'yaml', yaml } };
}

function policyOf({ groups }: MirrorSets, source: string): string | undefined {
  return groups.get(source)?.entries.find(({ entry }) => entry.policy !== undefined)?.entry.policy?.value;
}

function isForAllPulls({ pullFromMirror }: MirrorTable): boolean {
  return pullFromMirror !== 'digest-only' && pullFromMirror !== 'tag-only';
}
