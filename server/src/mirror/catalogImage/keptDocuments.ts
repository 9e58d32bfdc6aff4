import type { Catalog, CatalogPackage } from '../../catalog/model.ts';
import { documentsOf, isJsonText } from '../../catalog/textDocuments.ts';
import { type Fields, fieldOf, fieldsOf, itemsOf, jsonOf, textOf } from '../../catalog/values.ts';

/** A document of a file-based catalog that stays. */
export interface KeptDocument {
  /** Empty for one that belongs to no package. */
  readonly package: string;
  readonly form: 'json' | 'yaml';
  /** The whole document, ending in a line feed; in YAML with its `---`. */
  readonly text: string;
}

/** What stays of a catalog, as documents are asked for it. */
export type Keeping = ReadonlyMap<string, KeptPackage>;

interface KeptPackage {
  readonly defaultChannel: string;
  /** Names of entries by channel. */
  readonly channels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly bundles: ReadonlySet<string>;
  readonly deprecations: ReadonlySet<string>;
}

/** @param catalog as it is to be: what `catalog/selection` leaves of one, or the same catalog with less in it */
export function keepingOf(catalog: Catalog): Keeping {
  return new Map(catalog.packages.map((owner) => [owner.name, keptPackage(owner)]));
}

function keptPackage({ defaultChannel, channels, bundles, deprecations }: CatalogPackage): KeptPackage {
  const entries = new Map<string, Set<string>>();
  for (const channel of channels) {
    const names = entries.get(channel.name) ?? new Set();
    for (const { name } of channel.entries) names.add(name);
    entries.set(channel.name, names);
  }
  return {
    defaultChannel,
    channels: entries,
    bundles: new Set(bundles.map(({ name }) => name)),
    deprecations: new Set(deprecations.map(({ schema, name }) => `${schema} ${name}`)),
  };
}

/** A document that would have to be changed and says more, by its aliases, than can be written down. */
export const tooLarge = 'tooLarge';

/**
 * What stays of a file of a file-based catalog, document by document. A document that stays as it is keeps its very text, with
 * every field that somebody may have put into it; where a default channel, entries or deprecations are others, the rest of the
 * document stays. What names bundles that are gone (`replaces`, `skips`, `skipRange`) stays as well: `opm validate` lets it
 * through, and oc-mirror v2 leaves it, since that is how somebody who has such a version comes to a newer one. Deprecations of what
 * is gone would be refused. What cannot be read, or is of no schema, goes. Never throws; takes time in proportion to the text.
 *
 * https://olm.operatorframework.io/docs/reference/file-based-catalogs/
 */
export function* keptDocuments(
  text: string,
  keeping: Keeping,
): Generator<KeptDocument | typeof tooLarge | undefined, void> {
  const form = isJsonText(text) ? 'json' : 'yaml';
  for (const { value, start, end } of documentsOf(text)) {
    const fields = fieldsOf(value);
    const change = fields === undefined ? 'gone' : changeOf(fields, keeping);
    if (fields === undefined || change === 'gone') {
      yield undefined;
      continue;
    }
    const changed = change === 'same' ? text.slice(start, end) : changedText(fields, change);
    yield changed === undefined
      ? tooLarge
      : {
          package: packageNamed(fields),
          form,
          text: form === 'json' ? line(changed) : yamlDocument(changed),
        };
  }
}

/** Fields that are others; `same` where none is. */
type Change = Fields | 'same' | 'gone';

function changeOf(fields: Fields, keeping: Keeping): Change {
  const schema = textOf(fieldOf(fields, 'schema'));
  const owner = packageNamed(fields);
  const kept = keeping.get(owner);
  // What is of no package, and of a schema that only its maker knows, belongs to the whole catalog.
  if (kept === undefined) return owner === '' && schema !== '' && !ownSchemas.has(schema) ? 'same' : 'gone';
  switch (schema) {
    case '':
      return 'gone';
    case 'olm.package':
      return textOf(fieldOf(fields, 'defaultChannel')) === kept.defaultChannel
        ? 'same'
        : { defaultChannel: kept.defaultChannel };
    case 'olm.channel': {
      const entries = kept.channels.get(nameOf(fields));
      return entries === undefined ? 'gone' : entriesLeft(fields, (entry) => entries.has(nameOf(entry)));
    }
    case 'olm.bundle':
      return kept.bundles.has(nameOf(fields)) ? 'same' : 'gone';
    case 'olm.deprecations':
      return kept.deprecations.size === 0
        ? 'gone'
        : entriesLeft(fields, (entry) => kept.deprecations.has(deprecated(entry)));
    default:
      return 'same';
  }
}

const ownSchemas = new Set(['olm.package', 'olm.channel', 'olm.bundle', 'olm.deprecations']);

function entriesLeft(fields: Fields, stays: (entry: Fields) => boolean): Change {
  const items = itemsOf(fieldOf(fields, 'entries'));
  const left = items.filter((item) => {
    const entry = fieldsOf(item);
    return entry !== undefined && stays(entry);
  });
  return left.length === items.length ? 'same' : { entries: left };
}

function nameOf(fields: Fields): string {
  return textOf(fieldOf(fields, 'name'));
}

function deprecated(entry: Fields): string {
  const reference = fieldsOf(fieldOf(entry, 'reference')) ?? {};
  return `${textOf(fieldOf(reference, 'schema'))} ${nameOf(reference)}`;
}

/** A package is of itself. */
function packageNamed(fields: Fields): string {
  const isPackage = fieldOf(fields, 'schema') === 'olm.package';
  return textOf(fieldOf(fields, isPackage ? 'name' : 'package'));
}

/** More than any document has, and little enough to write. */
const mostValues = 2_000_000;

/** As `opm` writes JSON, which is YAML too. */
function changedText(fields: Fields, change: Fields): string | undefined {
  return jsonOf({ ...fields, ...change }, mostValues, 4);
}

function yamlDocument(text: string): string {
  return text.startsWith('---') ? line(text) : `---\n${line(text)}`;
}

function line(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
