import { parse, TomlError } from 'smol-toml';
import { lineRange, type Range } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { isHost, looksLikeRegistry, parseReference } from './imageReference.ts';
import { type TomlHeader, tomlHeaders } from './tomlTables.ts';
import { isInRegistry } from './transport.ts';

/** Which pulls a mirror is for. */
export type PullFromMirror = 'all' | 'digest-only' | 'tag-only';

/** One `[[registry.mirror]]`. */
export interface MirrorTable {
  /** `HOST[:PORT][/PATH]`. */
  readonly location: string;
  /** Plain HTTP is allowed, and the certificate is not checked. */
  readonly insecure: boolean;
  /** Undefined where the file does not say; then `mirrorByDigestOnly` of its registry decides. */
  readonly pullFromMirror: PullFromMirror | undefined;
  readonly range: Range;
}

/** One `[[registry]]`. */
export interface RegistryTable {
  /** What names of images start with, or `*.DOMAIN`; the location where the file names none. */
  readonly prefix: string;
  /** Where the images are; empty under a wildcard that leaves names as they are. */
  readonly location: string;
  readonly insecure: boolean;
  readonly blocked: boolean;
  /** The older form of `pull-from-mirror`, for all mirrors. */
  readonly mirrorByDigestOnly: boolean;
  readonly mirrors: readonly MirrorTable[];
  /** The table's header. */
  readonly range: Range;
}

export type ShortNameMode = 'enforcing' | 'permissive' | 'disabled';

/** What is wrong in a registries.conf. With an `error` in it, container engines refuse the whole file. */
export interface RegistriesConfProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly range: Range;
}

/**
 * A registries.conf of version 2, a drop-in of one, or version 1 in the words of version 2. What a file does not set
 * is undefined: in a drop-in, that leaves what was set before.
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md
 */
export interface RegistriesConf {
  /** Drop-ins must be of version 2. */
  readonly version: 1 | 2;
  readonly registries: readonly RegistryTable[];
  readonly unqualifiedSearchRegistries: readonly string[] | undefined;
  readonly credentialHelpers: readonly string[] | undefined;
  readonly shortNameMode: ShortNameMode | undefined;
  /** Short names and what they stand for; an empty text takes an earlier alias away. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly problems: readonly RegistriesConfProblem[];
}

/**
 * Reads a registries.conf. Never throws. What `podman` refuses is a problem with severity `error`; what it
 * passes over without a word is a warning.
 * https://github.com/containers/image/blob/main/pkg/sysregistriesv2/system_registries_v2.go
 */
export function parseRegistriesConf(text: string): RegistriesConf {
  return new ConfReader(text).read();
}

/** True for a text with `[[registry]]` tables: it tells a registries.conf with another name from YAML. */
export function hasRegistryTables(text: string): boolean {
  return /^[ \t]*\[\[[ \t]*registry[ \t]*\]\]/m.test(text);
}

type Table = Readonly<Record<string, unknown>>;

/** What makes a file one of version 2. */
const version2Keys = [
  'registry',
  'unqualified-search-registries',
  'credential-helpers',
  'short-name-mode',
  'aliases',
  'additional-layer-store-auth-helper',
] as const;
const topKeys = new Set([...version2Keys, 'registries']);
const registryKeys = new Set([
  'prefix',
  'location',
  'insecure',
  'blocked',
  'mirror-by-digest-only',
  'mirror',
  'pull-from-mirror',
]);
const mirrorKeys = new Set(['location', 'insecure', 'pull-from-mirror']);
const startOfFile = lineRange(0, 0, 0);

class ConfReader {
  readonly #text: string;
  readonly #headers: readonly TomlHeader[];
  readonly #problems: RegistriesConfProblem[] = [];
  #version: 1 | 2 = 2;

  constructor(text: string) {
    this.#text = text;
    this.#headers = tomlHeaders(text);
  }

  read(): RegistriesConf {
    const file = this.#parse();
    const registries = file === undefined ? [] : this.#registries(file);
    return {
      version: this.#version,
      registries,
      unqualifiedSearchRegistries: file && this.#searchRegistries(file),
      credentialHelpers: file && this.#strings(file, 'credential-helpers', startOfFile),
      shortNameMode: file && this.#shortNameMode(file),
      aliases: new Map(file && this.#aliases(file)),
      problems: this.#problems,
    };
  }

  #parse(): Table | undefined {
    let file: Table;
    try {
      // Engines read numbers nowhere in this file, so big ones need not be exact.
      file = parse(this.#text, { integersAsBigInt: 'asNeeded' });
    } catch (error) {
      this.#error(
        error instanceof TomlError ? lineRange(error.line - 1, 0, error.column) : startOfFile,
        error instanceof TomlError ? tomlProblem(error) : t('this is no TOML'),
      );
      return undefined;
    }
    this.#unknownKeys(file, topKeys, startOfFile);
    return this.#inVersion2(file);
  }

  /**
   * Version 1 has lists of hosts for searching, for plain HTTP and for blocking, and no mirrors. Engines still read it as
   * the tables that these stand for, but not beside anything of version 2.
   */
  #inVersion2(file: Table): Table | undefined {
    const { registries } = file;
    if (!isTable(registries)) return file;
    const range = this.#headers.find(({ name }) => name.startsWith('registries'))?.range ?? startOfFile;
    const hosts = (key: string): readonly string[] => {
      const table = registries[key];
      return (isTable(table) && this.#strings(table, 'registries', range)) || [];
    };
    const [search, insecure, blocked] = [hosts('search'), hosts('insecure'), hosts('block')];
    if (search.length + insecure.length + blocked.length === 0) return file;
    if (version2Keys.some((key) => !isEmpty(file[key])))
      return this.#error(range, t('lists of version 1 cannot stand beside tables and keys of version 2'));
    this.#version = 1;
    const tables = [...new Set([...blocked, ...insecure].map(withoutSlashes))].map((location) => ({
      location,
      insecure: insecure.some((host) => withoutSlashes(host) === location),
      blocked: blocked.some((host) => withoutSlashes(host) === location),
    }));
    return { registry: tables, 'unqualified-search-registries': search };
  }

  #registries(file: Table): RegistryTable[] {
    const places = placesOf(this.#headers);
    const tables = this.#tables(file, 'registry', startOfFile).flatMap((table, index) => {
      const { range, mirrors } = places[index] ?? {
        range: this.#headers[0]?.range ?? startOfFile,
        mirrors: [],
      };
      return this.#registry(table, range, mirrors) ?? [];
    });
    this.#conflicts(tables);
    return this.#withoutRepetitions(tables);
  }

  #registry(table: Table, range: Range, mirrorRanges: readonly Range[]): RegistryTable | undefined {
    this.#unknownKeys(table, registryKeys, range);
    const location = this.#location(table, 'location', range);
    const prefix = this.#location(table, 'prefix', range) || location;
    if (prefix === '') return this.#error(range, t('neither location nor prefix is set'));
    const wildcard = prefix.startsWith('*.');
    if (wildcard && /[/@:]/.test(prefix))
      this.#error(range, t('prefix "{0}": a wildcard is *.DOMAIN, with nothing after the domain', prefix));
    if (!wildcard && prefix.includes('*'))
      this.#warn(range, t('prefix "{0}" matches nothing: a wildcard is *.DOMAIN', prefix));
    if (!wildcard && location === '') this.#error(range, t('prefix "{0}" needs a location', prefix));
    if (table['pull-from-mirror'] !== undefined && table['pull-from-mirror'] !== '')
      this.#error(range, t('pull-from-mirror belongs to a [[registry.mirror]]'));
    const mirrorByDigestOnly = this.#boolean(table, 'mirror-by-digest-only', range);
    const mirrors = this.#tables(table, 'mirror', range).flatMap((mirror, index) => {
      return this.#mirror(mirror, mirrorRanges[index] ?? range, mirrorByDigestOnly) ?? [];
    });
    return {
      prefix,
      location,
      insecure: this.#boolean(table, 'insecure', range),
      blocked: this.#boolean(table, 'blocked', range),
      mirrorByDigestOnly,
      mirrors,
      range,
    };
  }

  #mirror(table: Table, range: Range, byDigestOnly: boolean): MirrorTable | undefined {
    this.#unknownKeys(table, mirrorKeys, range);
    const location = this.#location(table, 'location', range);
    if (location === '') return this.#error(range, t('a mirror needs a location'));
    const use = this.#string(table, 'pull-from-mirror', range);
    if (use !== '' && byDigestOnly)
      this.#error(
        range,
        t('mirror "{0}": pull-from-mirror cannot stand beside mirror-by-digest-only', location),
      );
    if (use !== '' && use !== 'all' && use !== 'digest-only' && use !== 'tag-only') {
      return this.#error(
        range,
        t('mirror "{0}": pull-from-mirror is all, digest-only or tag-only, not "{1}"', location, use),
      );
    }
    const insecure = this.#boolean(table, 'insecure', range);
    return { location, insecure, pullFromMirror: use === '' ? undefined : use, range };
  }

  /** One place cannot be both: engines refuse that over several prefixes. */
  #conflicts(tables: readonly RegistryTable[]): void {
    const first = new Map<string, RegistryTable>();
    for (const table of tables) {
      const place = table.location || table.prefix;
      const other = first.get(place);
      if (other === undefined) first.set(place, table);
      for (const key of ['insecure', 'blocked'] as const) {
        if (other !== undefined && other[key] !== table[key])
          this.#error(table.range, t('"{0}" stands here twice, with {1} true and false', place, key));
      }
    }
  }

  /** Of tables with the same prefix the first counts. */
  #withoutRepetitions(tables: readonly RegistryTable[]): RegistryTable[] {
    const seen = new Set<string>();
    return tables.filter(({ prefix, range }) => {
      if (!seen.has(prefix)) return seen.add(prefix);
      this.#warn(range, t('prefix "{0}" stands here again: only the first table counts', prefix));
      return false;
    });
  }

  #searchRegistries(file: Table): readonly string[] | undefined {
    return this.#strings(file, 'unqualified-search-registries', startOfFile)?.map((entry) => {
      const host = withoutSlashes(entry);
      if (!isHost(host))
        this.#error(startOfFile, t('unqualified-search-registries: "{0}" is no HOST[:PORT]', entry));
      return host;
    });
  }

  #shortNameMode(file: Table): ShortNameMode | undefined {
    const mode = this.#string(file, 'short-name-mode', startOfFile);
    if (mode === 'enforcing' || mode === 'permissive' || mode === 'disabled') return mode;
    if (mode !== '')
      this.#error(startOfFile, t('short-name-mode is enforcing, permissive or disabled, not "{0}"', mode));
    return undefined;
  }

  #aliases(file: Table): [string, string][] {
    const range = this.#headers.find(({ name }) => name === 'aliases')?.range ?? startOfFile;
    const { aliases } = file;
    if (aliases === undefined) return [];
    if (!isTable(aliases)) return this.#error(range, t('aliases must be a table')) ?? [];
    return Object.entries(aliases).flatMap(([name, value]): [string, string][] => {
      if (typeof value !== 'string') return this.#error(range, t('alias "{0}" must be a text', name)) ?? [];
      const bad = !isRepository(name, false)
        ? t('alias "{0}" must be a short name, without registry, tag and digest', name)
        : value !== '' && !isRepository(value, true)
          ? t('alias "{0}" must stand for REGISTRY/REPOSITORY, without tag and digest', name)
          : undefined;
      if (bad !== undefined) return this.#error(range, bad) ?? [];
      return [[name, value]];
    });
  }

  #location(table: Table, key: string, range: Range): string {
    const text = withoutSlashes(this.#string(table, key, range));
    if (/^https?:\/\//.test(text))
      this.#error(range, t('{0} "{1}": leave http:// or https:// away', key, text));
    return text;
  }

  #string(table: Table, key: string, range: Range): string {
    const value = table[key];
    if (value !== undefined && typeof value !== 'string') this.#error(range, t('{0} must be a text', key));
    return typeof value === 'string' ? value : '';
  }

  #boolean(table: Table, key: string, range: Range): boolean {
    const value = table[key];
    if (value !== undefined && typeof value !== 'boolean')
      this.#error(range, t('{0} must be true or false', key));
    return value === true;
  }

  #strings(table: Table, key: string, range: Range): string[] | undefined {
    const value = table[key];
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
    return this.#error(range, t('{0} must be a list of texts', key));
  }

  #tables(table: Table, key: string, range: Range): Table[] {
    const value = table[key];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every(isTable)) return value;
    return this.#error(range, t('{0} must be written as [[{1}]]', key, key)) ?? [];
  }

  #unknownKeys(table: Table, known: ReadonlySet<string>, range: Range): void {
    for (const key of Object.keys(table)) {
      if (!known.has(key)) this.#warn(range, t('"{0}" is not known here and does nothing', key));
    }
  }

  #error(range: Range, message: string): undefined {
    this.#problems.push({ severity: 'error', message, range });
  }

  #warn(range: Range, message: string): void {
    this.#problems.push({ severity: 'warning', message, range });
  }
}

/** The headers of each `[[registry]]` and its mirrors, in the order of the values. */
function placesOf(headers: readonly TomlHeader[]): { range: Range; mirrors: Range[] }[] {
  const places: { range: Range; mirrors: Range[] }[] = [];
  for (const { name, range } of headers) {
    if (name === 'registry') places.push({ range, mirrors: [] });
    if (name === 'registry.mirror') places.at(-1)?.mirrors.push(range);
  }
  return places;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Empty texts, lists and tables are what a file says that does not name the key. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === '' || (isTable(value) && Object.keys(value).length === 0);
}

function withoutSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === '/') end--;
  return text.slice(0, end);
}

/** True for a repository without tag and digest, with or without a registry before it. */
function isRepository(text: string, withRegistry: boolean): boolean {
  const parsed = parseReference(text);
  if (!parsed.ok) return false;
  const { registry, tag, digest } = parsed.reference;
  if (!isInRegistry(parsed.reference) || tag !== undefined || digest !== undefined) return false;
  return looksLikeRegistry(registry) === withRegistry;
}

/** The first sentence of the parser's message; the rest is an excerpt of the file. */
function tomlProblem(error: TomlError): string {
  const [first = ''] = error.message.split('\n', 1);
  return t('this is no TOML: {0}', first.replace(/^Invalid TOML document: /, ''));
}
