import type { RegistriesConf, RegistryTable, ShortNameMode } from './registriesConf.ts';

/** A registries.conf with its place, for messages. */
export interface NamedRegistriesConf {
  readonly path: string;
  readonly conf: RegistriesConf;
}

/** A `[[registry]]` with the file that it stands in. */
export interface PullRule extends RegistryTable {
  readonly path: string;
}

/** What all registries.conf files together say. */
export interface PullRules {
  /** By prefix, in the order of the prefixes. */
  readonly registries: ReadonlyMap<string, PullRule>;
  readonly unqualifiedSearchRegistries: readonly string[];
  /** Where credentials are looked for; the files of containers-auth.json(5) when empty. */
  readonly credentialHelpers: readonly string[];
  readonly shortNameMode: ShortNameMode;
  /** Short names and the repositories that they stand for. */
  readonly aliases: ReadonlyMap<string, string>;
}

/**
 * Puts a registries.conf and its drop-ins together, in the order in which engines read them: a later file
 * replaces tables with the same prefix and aliases with the same name, and the lists that it sets as a whole.
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.d.5.md
 */
export function mergeRegistriesConf(files: readonly NamedRegistriesConf[]): PullRules {
  const registries = new Map<string, PullRule>();
  const aliases = new Map<string, string>();
  let unqualifiedSearchRegistries: readonly string[] = [];
  let credentialHelpers: readonly string[] = [];
  let shortNameMode: ShortNameMode = 'permissive';
  for (const { path, conf } of files) {
    for (const table of conf.registries) registries.set(table.prefix, { ...table, path });
    for (const [name, value] of conf.aliases) aliases.set(name, value);
    unqualifiedSearchRegistries = conf.unqualifiedSearchRegistries ?? unqualifiedSearchRegistries;
    credentialHelpers = conf.credentialHelpers ?? credentialHelpers;
    shortNameMode = conf.shortNameMode ?? shortNameMode;
  }
  const sorted = [...registries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    registries: new Map(sorted),
    aliases: new Map([...aliases].filter(([, value]) => value !== '')),
    unqualifiedSearchRegistries,
    credentialHelpers,
    shortNameMode,
  };
}

/** A rule for a name, and how much of the name its prefix covers. */
export interface MatchedRule {
  readonly rule: PullRule;
  /** UTF-16 code units from the start of the name; under a wildcard, the whole host. */
  readonly length: number;
}

/**
 * The one table that decides about a repository: that with the longest prefix, and no other, even where it says
 * nothing. A prefix ends at the name's end or before a `/` or `:`, so `example.com` holds for
 * `example.com:5000` too, which engines warn not to rely on. Takes as many look-ups as the name has parts.
 * @param name `HOST[:PORT][/PATH]`, without tag and digest
 */
export function findPullRule({ registries }: PullRules, name: string): MatchedRule | undefined {
  let best: MatchedRule | undefined;
  const consider = (prefix: string, length: number) => {
    const rule = registries.get(prefix);
    // Of two prefixes of the same length the first in their order counts, and `*` comes before any letter.
    const longer = best === undefined || prefix.length > best.rule.prefix.length;
    if (rule !== undefined && longer) best = { rule, length };
  };
  for (const [prefix, length] of wildcardsOf(name)) consider(prefix, length);
  for (let end = name.length; end > 0; end = separatorBefore(name, end)) consider(name.slice(0, end), end);
  return best;
}

/**
 * Every prefix that a table for a name could have, that of the name itself included: `a.b/c`, `a.b`, `*.b`. Of a
 * wildcard, the wildcards for the domains above it too.
 * @param name `HOST[:PORT][/PATH]`, or `*.DOMAIN`
 */
export function* scopesOf(name: string): Generator<string> {
  for (let end = name.length; end > 0; end = separatorBefore(name, end)) yield name.slice(0, end);
  for (const [prefix] of wildcardsOf(name)) if (prefix !== name) yield prefix;
}

function separatorBefore(name: string, end: number): number {
  return Math.max(name.lastIndexOf('/', end - 1), name.lastIndexOf(':', end - 1));
}

/** The wildcards that hold for a host, `*.b.c` and `*.c` for `a.b.c:5000`, each with where the host's name ends. */
function* wildcardsOf(name: string): Generator<[string, number]> {
  const slash = name.indexOf('/');
  const host = slash === -1 ? name : name.slice(0, slash);
  const colon = host.indexOf(':');
  const end = colon === -1 ? host.length : colon;
  for (let dot = host.indexOf('.'); dot !== -1 && dot < end; dot = host.indexOf('.', dot + 1)) {
    const domain = host.slice(dot, end);
    // Engines look at the first place only where the domain stands in the name.
    if (name.indexOf(domain) === dot) yield [`*${domain}`, end];
  }
}
