import { lineRange } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { nodeRegistriesConf } from '../documents/machineConfig.ts';
import { mirrorProblem, sourceProblem } from '../documents/mirrorScope.ts';
import { type MirrorEntry, type MirrorSetKind, mirrorSetTypes } from '../documents/mirrorSet.ts';
import type { PullRule } from '../documents/pullRules.ts';
import type { MirrorTable, PullFromMirror } from '../documents/registriesConf.ts';
import { mirrorOrder } from './mirrorOrder.ts';
import { flagsOf, noRegistryScopes, type RegistryScopes } from './registryScopes.ts';

/** An entry of a mirror set with the set that it stands in. Where it stands by now, `lineOf` says. */
export interface PlacedEntry {
  /** The path of the file, as in the snapshot. */
  readonly path: string;
  readonly kind: MirrorSetKind;
  /** `metadata.name`; empty where the set has none. */
  readonly setName: string;
  readonly entry: MirrorEntry;
}

/**
 * A `[[registry]]` that nodes have because of mirror sets, all entries for one source, of all kinds; or because of a
 * blocked or insecure scope of the image configuration.
 */
export interface NodeRegistry extends PullRule {
  readonly source: string;
  /** In the order in which a node tries them. */
  readonly digestMirrors: readonly string[];
  readonly tagMirrors: readonly string[];
  /** The entries that it is made of, which are not dropped; of a scope, those that its mirrors come from. */
  readonly entries: readonly PlacedEntry[];
  /** Of a scope without mirrors of its own: the source whose mirrors it repeats. */
  readonly above?: string | undefined;
}

/**
 * What keeps an entry from reaching the nodes, or everything:
 * - `unknown-kind`: the cluster is too old for the kind
 * - `source-format`, `mirror-format`: the API server refuses the whole set; of an ImageContentSourcePolicy, which it
 *   takes, the machine-config-operator stops
 * - `policy-conflict`: entries for one source differ in `mirrorSourcePolicy`, and the machine-config-operator stops
 * - `blocked-mirror`: `NeverContactSource` with the source among the mirrors; the machine-config-operator stops
 * - `image-scope`: an entry of the cluster's image configuration, alone or below the wildcard source of a mirror set, at
 *   which the machine-config-operator stops
 *
 * Where the machine-config-operator stops, no node gets any change until it is repaired.
 */
export interface NodeProblem {
  readonly kind:
    | 'unknown-kind'
    | 'source-format'
    | 'mirror-format'
    | 'policy-conflict'
    | 'blocked-mirror'
    | 'image-scope';
  /** A whole sentence without a final dot. */
  readonly message: string;
  /** True when the machine-config-operator stops; else one set is refused and the others are applied. */
  readonly stops: boolean;
  readonly entries: readonly PlacedEntry[];
  /** The value in the image configuration that is meant, where it is one. */
  readonly imageConfig?: { readonly path: string; readonly value: string };
}

/**
 * All entries for one source, with what nodes and the machine-config-operator make of them: worked out when somebody asks, because
 * a workspace may have ten thousands of sources, of which a file names a few.
 */
export class SourceGroup {
  readonly source: string;
  readonly entries: readonly PlacedEntry[];
  readonly #scopes: RegistryScopes;
  #registry: NodeRegistry | 'none' | undefined;
  #problems: readonly NodeProblem[] | undefined;

  constructor(source: string, entries: readonly PlacedEntry[], scopes: RegistryScopes = noRegistryScopes) {
    this.source = source;
    this.entries = entries;
    this.#scopes = scopes;
  }

  /** Undefined when all entries are dropped: without mirrors, or with none but the source itself. */
  get registry(): NodeRegistry | undefined {
    this.#registry ??= nodeRegistryOf(this.source, this.entries, this.#scopes) ?? 'none';
    return this.#registry === 'none' ? undefined : this.#registry;
  }

  get problems(): readonly NodeProblem[] {
    this.#problems ??= problemsOf(this.source, this.entries);
    return this.#problems;
  }

  /** The table where it has mirrors for pulls by tag. */
  get tagged(): NodeRegistry | undefined {
    const mayHave = this.entries.some(({ kind }) => mirrorSetTypes[kind].pulls === 'tag');
    return mayHave && this.registry !== undefined && this.registry.tagMirrors.length > 0
      ? this.registry
      : undefined;
  }
}

/** What nodes search for short names, by the template of the machine-config-operator. */
export const nodeSearchRegistries: readonly string[] = ['registry.access.redhat.com', 'docker.io'];

/** True when an entry blocks its source. An ImageContentSourcePolicy has no such field. */
export function neverContactsSource({ kind, entry }: PlacedEntry): boolean {
  return kind !== 'ImageContentSourcePolicy' && entry.policy?.value === 'NeverContactSource';
}

/**
 * What the machine-config-operator writes for one source (step A of a pull): entries without a real mirror are
 * dropped, with their policy; digest mirrors stand before tag mirrors, each merged over all entries; any
 * `NeverContactSource` blocks the source for both. An entry that holds a template is none yet. Values that are not valid are left out, so that the result is one
 * that engines take; `problems` says so. Scopes below another inherit nothing, because each has mirrors of its own. What the
 * image configuration says of a place holds for tables and mirrors that lie there.
 * https://github.com/openshift/runtime-utils/blob/master/pkg/registries/registries.go
 * https://github.com/openshift/machine-config-operator/blob/main/pkg/controller/container-runtime-config/helpers.go
 */
function nodeRegistryOf(
  source: string,
  entries: readonly PlacedEntry[],
  scopes: RegistryScopes,
): NodeRegistry | undefined {
  if (sourceProblem(source) !== undefined) return undefined;
  const isReal = ({ entry }: PlacedEntry) =>
    !entry.isTemplate &&
    entry.mirrors.some(({ value }) => value !== source && mirrorProblem(value) === undefined);
  const real = entries.every(isReal) ? entries : entries.filter(isReal);
  const mirrorsFor = (pulls: 'digest' | 'tag') => {
    const lists = real.filter(({ kind }) => mirrorSetTypes[kind].pulls === pulls).map(validMirrors);
    return lists.length === 0 ? [] : mirrorOrder(source, lists);
  };
  const digestMirrors = mirrorsFor('digest');
  const tagMirrors = mirrorsFor('tag');
  if (digestMirrors.length === 0 && tagMirrors.length === 0) return undefined;
  const { insecure, blocked } = flagsOf(source, scopes);
  const tables = (locations: readonly string[], pullFromMirror: PullFromMirror) =>
    locations.map((location): MirrorTable => {
      const flags = flagsOf(location, scopes);
      return { location, insecure: flags.insecure, pullFromMirror, range: nowhere };
    });
  return {
    path: nodeRegistriesConf,
    prefix: source,
    location: source.startsWith('*.') ? '' : source,
    insecure,
    blocked: blocked || real.some(neverContactsSource),
    mirrorByDigestOnly: false,
    mirrors: [...tables(digestMirrors, 'digest-only'), ...tables(tagMirrors, 'tag-only')],
    range: nowhere,
    source,
    digestMirrors,
    tagMirrors,
    entries: real,
  };
}

/** The place of a table that no file has yet. */
export const nowhere = lineRange(0, 0, 0);

function validMirrors({ entry }: PlacedEntry): string[] {
  const names = entry.mirrors.map(({ value }) => value);
  return names.every((name) => mirrorProblem(name) === undefined)
    ? names
    : names.filter((name) => mirrorProblem(name) === undefined);
}

const noProblems: readonly NodeProblem[] = [];

function problemsOf(source: string, entries: readonly PlacedEntry[]): readonly NodeProblem[] {
  const problems: NodeProblem[] = [];
  const refused = (kind: NodeProblem['kind'], text: string, why: string, placed: PlacedEntry) => {
    const stops = placed.kind === 'ImageContentSourcePolicy';
    const message = stops
      ? t('The machine-config-operator stops at "{0}": {1}', text, why)
      : t('The API server refuses "{0}": {1}', text, why);
    problems.push({ kind, message, stops, entries: [placed] });
  };
  const wrong = sourceProblem(source);
  for (const placed of entries) {
    if (wrong !== undefined) refused('source-format', source, wrong.message, placed);
    for (const { value, type } of placed.entry.mirrors) {
      if (type === 'template') continue;
      const problem = mirrorProblem(value);
      if (problem !== undefined) refused('mirror-format', value, problem.message, placed);
    }
  }
  if (!entries.some(neverContactsSource)) return problems.length === 0 ? noProblems : problems;
  const blocking = entries.filter(neverContactsSource);
  const isDecided = entries.every(({ entry }) => entry.policy?.type !== 'template');
  if (isDecided && blocking.length < entries.length)
    problems.push({
      kind: 'policy-conflict',
      message: t(
        'Entries for {0} differ in mirrorSourcePolicy, and the machine-config-operator stops',
        source,
      ),
      stops: true,
      entries,
    });
  const contradicted = blocking.filter(({ entry }) => entry.mirrors.some(({ value }) => value === source));
  if (contradicted.length > 0)
    problems.push({
      kind: 'blocked-mirror',
      message: t(
        '{0} is blocked by NeverContactSource and is one of its own mirrors, and the machine-config-operator stops',
        source,
      ),
      stops: true,
      entries: contradicted,
    });
  return problems;
}

/** Registries in the order in which the machine-config-operator writes them: those with digest mirrors first. */
export function inWrittenOrder(registries: Iterable<NodeRegistry>): NodeRegistry[] {
  const sorted = bySource([...registries]);
  const byDigest = sorted.filter(({ digestMirrors }) => digestMirrors.length > 0);
  return [...byDigest, ...sorted.filter(({ digestMirrors }) => digestMirrors.length === 0)];
}

/** Registries by the names of their sources; sorts the list that it is given. */
export function bySource(registries: NodeRegistry[]): NodeRegistry[] {
  return registries.sort((a, b) => compareText(a.source, b.source));
}

/** For lists of entries that stand for one source each. */
export function byFileAndSource(a: PlacedEntry, b: PlacedEntry): number {
  return comparePaths(a, b) || compareText(a.entry.source?.value ?? '', b.entry.source?.value ?? '');
}

export function comparePaths(a: PlacedEntry, b: PlacedEntry): number {
  return compareText(a.path, b.path);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
