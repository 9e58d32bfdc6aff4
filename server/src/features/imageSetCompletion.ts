import { prose } from '../base/markdown.ts';
import type { Position, Range } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import { headOf } from '../catalog/graph.ts';
import {
  type Catalog,
  type CatalogBundle,
  type CatalogChannel,
  type CatalogPackage,
  channelOf,
  deprecationOf,
  packageOf,
} from '../catalog/model.ts';
import { newestFirst } from '../catalog/version.ts';
import {
  type ImageSetChannel,
  type ImageSetOperator,
  type ImageSetPackage,
  isImageSet,
  isImageSetKind,
} from '../documents/imageSet.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { valueOn } from '../documents/yamlLine.ts';
import { scalarText } from '../documents/yamlNode.ts';
import { neighbours, type PathStep } from '../documents/yamlPath.ts';
import { knownSources } from '../workspace/knownImages.ts';
import { describeChannel, describePackage, headVersion, packageSummaries } from './catalogWords.ts';
import type { CompletionItem, CompletionResult, CompletionSources } from './completionItem.ts';
import {
  matching,
  repositoryCompletion,
  type TypedWord,
  versionCompletion,
  wordRange,
} from './imageCompletion.ts';
import { knownCatalogs, knownReleaseChannels, knownTargets, selectedRepositories } from './imageSetImages.ts';
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
  const file = snapshot.files.get(context.path);
  if (path.join('.') === 'blockedImages.name') {
    return repositoryCompletion(selectedRepositories(file, facts), word);
  }
  if (path.join('.') === 'additionalImages.name') {
    return versionCompletion(facts, context.path, word) ?? repositoryCompletion(knownSources(snapshot), word);
  }
  if (path.join('.') === 'platform.channels.name') {
    const { words } = matching(knownReleaseChannels(snapshot), word.text);
    return { items: words.map((one) => item(one, word)), isIncomplete: false };
  }
  if (path[0] !== 'operators') return undefined;
  const field = path.at(-1);
  if (path.length === 2 && field === 'catalog') {
    return (
      versionCompletion(facts, context.path, word) ?? repositoryCompletion(knownCatalogs(snapshot), word)
    );
  }
  if (path.length === 2 && steps[2] !== undefined && (field === 'targetCatalog' || field === 'targetTag')) {
    const known = knownTargets(snapshot, field, siblingOf(context, steps[2], 'catalog'));
    const { words, isIncomplete } = matching(known, word.text, word.whole);
    return { items: words.map((one) => item(one, word)), isIncomplete };
  }
  const packages = steps[2];
  if (packages?.name !== 'packages' || field === undefined || path.length < 3) return undefined;
  const name = siblingOf(context, packages, 'catalog');
  const fact = name === '' ? undefined : facts.catalog(name, context.path);
  if (fact === undefined) return undefined;
  if (fact.state !== 'known') return { items: [], isIncomplete: fact.state === 'pending' };
  const inCatalog = { context, word, catalog: fact.value, written: writtenAt(file, context.position) };
  if (path.length === 3) return packageValues(inCatalog, steps[3], field);
  const channels = steps[3];
  if (path.length !== 4 || channels?.name !== 'channels') return undefined;
  const owner = packageOf(fact.value, siblingOf(context, channels, 'name'));
  if (owner === undefined) return undefined;
  if (field === 'name') return channelItems(withoutNamed(owner, inCatalog.written.package, word), word);
  const own = steps[4] === undefined ? '' : siblingOf(context, steps[4], 'name');
  const channel = channelOf(owner, own);
  return isBound(field)
    ? versionItems(owner, channel === undefined ? owner.channels : [channel], word)
    : undefined;
}

interface InCatalog {
  readonly context: YamlContext;
  readonly word: TypedWord;
  readonly catalog: Catalog;
  readonly written: Written;
}

function packageValues(
  { context, word, catalog, written }: InCatalog,
  step: PathStep | undefined,
  field: string,
): CompletionResult | undefined {
  if (field === 'name') return packageItems(catalog, written.operator, word);
  const owner = step && packageOf(catalog, siblingOf(context, step, 'name'));
  if (owner === undefined) return undefined;
  const chosen = chosenChannels(owner, written.package);
  if (field === 'defaultChannel') return channelItems({ ...owner, channels: chosen }, word);
  return isBound(field) ? versionItems(owner, chosen, word) : undefined;
}

/** The channels that a package names; all of them where it names none that is there. */
function chosenChannels(
  owner: CatalogPackage,
  written: ImageSetPackage | undefined,
): readonly CatalogChannel[] {
  const names = new Set(written?.channels.map(({ name }) => name?.value));
  const chosen = owner.channels.filter(({ name }) => names.has(name));
  return chosen.length === 0 ? owner.channels : chosen;
}

/** A package without the channels that its entry names already, but for the one that is being typed. */
function withoutNamed(
  owner: CatalogPackage,
  written: ImageSetPackage | undefined,
  word: TypedWord,
): CatalogPackage {
  const named = namesBut(written?.channels ?? [], word);
  return { ...owner, channels: owner.channels.filter(({ name }) => !named.has(name)) };
}

/** The names of some parts, without the one on the line of a word. */
function namesBut(parts: readonly ImageSetChannel[], { line }: TypedWord): ReadonlySet<string> {
  return new Set(
    parts.flatMap(({ name }) => (name === undefined || name.range.start.line === line ? [] : [name.value])),
  );
}

/** The entry and the package of a configuration that a position is in, as far as they could be read. */
interface Written {
  readonly operator: ImageSetOperator | undefined;
  readonly package: ImageSetPackage | undefined;
}

function writtenAt(file: WorkspaceFile | undefined, { line }: Position): Written {
  const sets = file?.content.type === 'yaml' ? file.content.yaml.resources.filter(isImageSet) : [];
  const isHere = ({ range }: { readonly range: Range }) => range.start.line <= line && line <= range.end.line;
  const operator = sets.flatMap(({ operators }) => operators).findLast(isHere);
  return { operator, package: operator?.packages.findLast(isHere) };
}

function isBound(field: string): boolean {
  return field === 'minVersion' || field === 'maxVersion';
}

function packageItems(
  catalog: Catalog,
  operator: ImageSetOperator | undefined,
  word: TypedWord,
): CompletionResult {
  const summaries = packageSummaries(catalog);
  const named = namesBut(operator?.packages ?? [], word);
  const names = [...summaries.keys()].filter((name) => !named.has(name));
  const { words, isIncomplete } = matching(names, word.text);
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

/** The versions of some channels, newest first, each with the channels that have it. */
function versionItems(
  owner: CatalogPackage,
  channels: readonly CatalogChannel[],
  word: TypedWord,
): CompletionResult {
  const named = new Map(channels.map((channel) => [channel.name, headOf(channel)]));
  const byVersion = new Map<string, CatalogBundle>();
  for (const bundle of owner.bundles) {
    const { version } = bundle;
    const isThere = bundle.channels.some((channel) => named.has(channel));
    if (version !== '' && isThere && !byVersion.has(version)) byVersion.set(version, bundle);
  }
  const { words, isIncomplete } = matching([...byVersion.keys()].sort(newestFirst), word.text);
  const items = words.flatMap((version): CompletionItem[] => {
    const bundle = byVersion.get(version);
    if (bundle === undefined) return [];
    const detail = inRow(
      bundle.channels
        .filter((channel) => named.has(channel))
        .map((channel) => (named.get(channel) === bundle.name ? t('{0} (head)', channel) : channel)),
    );
    const deprecation = deprecationOf(owner, 'olm.bundle', bundle.name);
    const documentation = deprecation === undefined ? '' : t('Deprecated: {0}', prose(deprecation));
    return [item(version, word, detail, documentation)];
  });
  return { items, isIncomplete };
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
