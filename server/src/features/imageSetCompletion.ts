import { t } from '../base/sentences.ts';
import { type Catalog, type CatalogPackage, channelOf, packageOf } from '../catalog/model.ts';
import { isImageSet, isImageSetKind } from '../documents/imageSet.ts';
import { valueOn } from '../documents/yamlLine.ts';
import { scalarText } from '../documents/yamlNode.ts';
import { neighbours, type PathStep } from '../documents/yamlPath.ts';
import { knownCatalogImages } from '../workspace/knownImages.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import {
  describeChannel,
  describePackage,
  headVersion,
  packageSummaries,
  versionsOf,
} from './catalogWords.ts';
import type { CompletionItem, CompletionResult, CompletionSources } from './completionItem.ts';
import {
  matching,
  repositoryCompletion,
  type TypedWord,
  versionCompletion,
  wordRange,
} from './imageCompletion.ts';
import type { YamlContext } from './yamlContext.ts';

/** Values that a catalog knows: packages, channels and versions, and the catalogs themselves. Undefined for all else. */
export function imageSetValues(
  { snapshot, facts }: CompletionSources,
  context: YamlContext,
  word: TypedWord,
): CompletionResult | undefined {
  const { kind, steps } = context.resource;
  if (kind === undefined || !isImageSetKind(kind)) return undefined;
  const path = steps.slice(1).map(({ name }) => name);
  if (path[0] !== 'operators') return undefined;
  const field = path.at(-1);
  if (path.length === 2 && field === 'catalog') {
    return versionCompletion(facts, context.path, word) ?? repositoryCompletion(catalogs(snapshot), word);
  }
  const packages = steps[2];
  if (packages?.name !== 'packages' || field === undefined || path.length < 3) return undefined;
  const name = siblingOf(context, packages, 'catalog');
  const fact = name === '' ? undefined : facts.catalog(name, context.path);
  if (fact === undefined) return undefined;
  if (fact.state !== 'known') return { items: [], isIncomplete: fact.state === 'pending' };
  const inCatalog = { context, word, catalog: fact.value };
  if (path.length === 3) return packageValues(inCatalog, steps[3], field);
  const channels = steps[3];
  if (path.length !== 4 || channels?.name !== 'channels') return undefined;
  const owner = packageOf(fact.value, siblingOf(context, channels, 'name'));
  if (owner === undefined) return undefined;
  if (field === 'name') return channelItems(owner, word);
  const own = steps[4] === undefined ? '' : siblingOf(context, steps[4], 'name');
  return isBound(field) ? versionItems(versionsOf(owner, channelOf(owner, own)), word) : undefined;
}

interface InCatalog {
  readonly context: YamlContext;
  readonly word: TypedWord;
  readonly catalog: Catalog;
}

function packageValues(
  { context, word, catalog }: InCatalog,
  step: PathStep | undefined,
  field: string,
): CompletionResult | undefined {
  if (field === 'name') return packageItems(catalog, word);
  const owner = step && packageOf(catalog, siblingOf(context, step, 'name'));
  if (owner === undefined) return undefined;
  if (field === 'defaultChannel') return channelItems(owner, word);
  return isBound(field) ? versionItems(versionsOf(owner), word) : undefined;
}

function isBound(field: string): boolean {
  return field === 'minVersion' || field === 'maxVersion';
}

/** Those that CatalogSources and mappings name, and those of other configurations. */
function* catalogs(snapshot: Snapshot): Generator<string> {
  for (const { content } of snapshot.files.values()) {
    if (content.type !== 'yaml') continue;
    for (const resource of content.yaml.resources) {
      if (!isImageSet(resource)) continue;
      for (const { catalog } of resource.operators) if (catalog !== undefined) yield catalog.value;
    }
  }
  yield* knownCatalogImages(snapshot);
}

function packageItems(catalog: Catalog, word: TypedWord): CompletionResult {
  const summaries = packageSummaries(catalog);
  const { words, isIncomplete } = matching(summaries.keys(), word.text);
  const items = words.flatMap((name): CompletionItem[] => {
    const summary = summaries.get(name);
    if (summary === undefined) return [];
    const detail = [summary.title, summary.newest].filter((part) => part !== '').join(' ');
    return [item(name, word, detail, describePackage(summary))];
  });
  return { items, isIncomplete };
}

function channelItems(owner: CatalogPackage, word: TypedWord): CompletionResult {
  const usual = owner.channels.filter(({ name }) => name === owner.defaultChannel);
  const others = owner.channels.filter(({ name }) => name !== owner.defaultChannel);
  const byName = new Map([...usual, ...others].map((channel) => [channel.name, channel]));
  const { words, isIncomplete } = matching(byName.keys(), word.text);
  const items = words.flatMap((name): CompletionItem[] => {
    const channel = byName.get(name);
    if (channel === undefined) return [];
    const head = headVersion(owner, channel);
    const detail = name === owner.defaultChannel ? t('{0}, the default channel', head) : head;
    return [item(name, word, detail, describeChannel(owner, channel))];
  });
  return { items, isIncomplete };
}

function versionItems(versions: readonly string[], word: TypedWord): CompletionResult {
  const { words, isIncomplete } = matching(versions, word.text);
  return { items: words.map((version) => item(version, word)), isIncomplete };
}

function item(label: string, word: TypedWord, detail = '', documentation = ''): CompletionItem {
  const isQuoted = word.isQuoted === true;
  return {
    label,
    kind: 'value',
    range: wordRange(word),
    newText: isQuoted ? label : scalarText(label),
    isSnippet: false,
    ...(detail === '' ? {} : { detail }),
    ...(documentation === '' ? {} : { documentation }),
  };
}

/** The value of a key beside another one, in the same map. */
function siblingOf({ lines }: YamlContext, { range, column }: PathStep, name: string): string {
  const line = neighbours(lines, range.start.line, column).get(name);
  return line === undefined ? '' : valueOn(lines[line] ?? '');
}
