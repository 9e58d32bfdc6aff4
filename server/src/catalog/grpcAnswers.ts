import { type KeptMessage, later } from '../base/sentences.ts';
import { clusterServiceVersion } from './about.ts';
import { dependencyOf, kindOf, requirementOf, sharedProperty } from './bundleProperties.ts';
import { makeCatalogBuilder } from './catalogBuilder.ts';
import type { Catalog, CatalogEntry, GroupVersionKind, Property, Requirement } from './model.ts';
import { makeSharing, type Sharing } from './sharing.ts';
import { documentsOf, lineCounter } from './textDocuments.ts';
import { type Fields, fieldsOf, itemsOf, parsedJson, textOf } from './values.ts';

/**
 * Whether a text is what `grpcurl` printed of a catalog's answers (`api.Registry/ListPackages > packages.out`), and no
 * file-based catalog: objects without a schema.
 */
export function isGrpcAnswers(text: string): boolean {
  for (const { value } of documentsOf(text)) {
    const fields = fieldsOf(value);
    return (
      fields !== undefined &&
      fields.schema === undefined &&
      fields.apiVersion === undefined &&
      (textOf(fields.name) !== '' || textOf(fields.csvName) !== '')
    );
  }
  return false;
}

/**
 * The catalog that answers of `opm serve` tell of: names of packages (ListPackages), packages with their channels and heads
 * (GetPackage), and bundles (ListBundles, GetBundle, GetBundleForChannel), one after another in any order. Whatever was not
 * asked for is not there: of ListPackages alone come packages without channels.
 * https://github.com/operator-framework/operator-registry/blob/master/pkg/api/registry.proto
 */
export function grpcCatalog(file: string, text: string): Catalog {
  const answers: Answers = { sharing: makeSharing(), packages: new Map(), bundles: new Map() };
  const builder = makeCatalogBuilder();
  const lineAt = lineCounter(text);
  for (const { value, problem, at } of documentsOf(text)) {
    const fields = fieldsOf(value);
    const refuse = (message: KeptMessage) =>
      builder.addProblem({ severity: 'error', message, place: { file, line: lineAt(at) } });
    if (problem !== undefined) refuse(problem);
    else if (fields !== undefined && textOf(fields.csvName) !== '') readBundle(fields, answers);
    else if (fields !== undefined && textOf(fields.name) !== '') readPackage(fields, answers);
    else refuse(later('This is neither a package nor a bundle'));
  }
  for (const [name, { defaultChannel, channels, icon }] of answers.packages) {
    builder.addPackage({ name, defaultChannel, description: '', icon: icon.get(defaultChannel) });
    for (const [channel, { head, entries }] of channels) {
      builder.addChannel(name, { name: channel, entries: [...entries.values()], statedHead: head });
    }
  }
  for (const bundle of answers.bundles.values()) builder.addBundle(bundle);
  return builder.catalog();
}

interface Answers {
  readonly sharing: Sharing;
  readonly packages: Map<string, PackageAnswer>;
  /** By package and name: each channel has an answer of its own. */
  readonly bundles: Map<string, Parameters<ReturnType<typeof makeCatalogBuilder>['addBundle']>[0]>;
}

interface PackageAnswer {
  defaultChannel: string;
  readonly channels: Map<string, { head: string | undefined; readonly entries: Map<string, CatalogEntry> }>;
  /** By channel, of the bundles that came with their manifest. */
  readonly icon: Map<string, { readonly mediaType: string; readonly base64: string }>;
}

function packageAnswer(name: string, { packages }: Answers): PackageAnswer {
  let known = packages.get(name);
  if (known === undefined) {
    known = { defaultChannel: '', channels: new Map(), icon: new Map() };
    packages.set(name, known);
  }
  return known;
}

function channelAnswer(owner: PackageAnswer, name: string) {
  let known = owner.channels.get(name);
  if (known === undefined) {
    known = { head: undefined, entries: new Map() };
    owner.channels.set(name, known);
  }
  return known;
}

function readPackage(fields: Fields, answers: Answers): void {
  const { sharing } = answers;
  const answer = packageAnswer(sharing.text(textOf(fields.name)), answers);
  answer.defaultChannel ||= sharing.text(textOf(fields.defaultChannelName));
  for (const item of itemsOf(fields.channels)) {
    const channel = fieldsOf(item);
    if (channel === undefined) continue;
    const head = sharing.text(textOf(channel.csvName));
    const known = channelAnswer(answer, sharing.text(textOf(channel.name)));
    known.head = head === '' ? undefined : head;
  }
}

function readBundle(fields: Fields, answers: Answers): void {
  const { sharing, bundles } = answers;
  const name = sharing.text(textOf(fields.csvName));
  const owner = sharing.text(textOf(fields.packageName));
  const manifest = clusterServiceVersion(textOf(fields.csvJson), sharing);
  const channel = textOf(fields.channelName);
  const answer = packageAnswer(owner, answers);
  if (channel !== '') {
    channelAnswer(answer, sharing.text(channel)).entries.set(name, {
      name,
      replaces: sharing.text(textOf(fields.replaces)),
      skips: sharing.list(itemsOf(fields.skips).map((skip) => sharing.text(textOf(skip)))),
      skipRange: sharing.text(textOf(fields.skipRange)),
    });
    if (manifest?.icon !== undefined) answer.icon.set(channel, manifest.icon);
  }
  const key = `${owner}\n${name}`;
  if (bundles.has(key)) return;
  const { provides, requires, properties, version } = saidOf(fields, sharing);
  bundles.set(key, {
    name,
    package: owner,
    version: sharing.text(textOf(fields.version) || version || manifest?.version || ''),
    image: sharing.text(textOf(fields.bundlePath)),
    relatedImages: sharing.list([...new Set(manifest?.images ?? [])]),
    provides,
    requires,
    properties,
    about: manifest?.about,
  });
}

/** Properties and dependencies have their values as JSON in a string. */
function saidOf(fields: Fields, sharing: Sharing) {
  const provides = new Set<GroupVersionKind>();
  const requires = new Set<Requirement>();
  const properties = new Set<Property>();
  let version = '';
  for (const item of itemsOf(fields.properties)) {
    const property = fieldsOf(item) ?? {};
    const type = textOf(property.type);
    const value = parsedJson(textOf(property.value));
    const requirement = requirementOf(type, value, sharing);
    if (type === 'olm.package') version = textOf(fieldsOf(value)?.version);
    else if (type === 'olm.gvk') provides.add(kindOf(fieldsOf(value) ?? {}, sharing));
    else if (requirement !== undefined) requires.add(requirement);
    else properties.add(sharedProperty(type, textOf(property.value), sharing));
  }
  for (const item of itemsOf(fields.providedApis)) provides.add(kindOf(fieldsOf(item) ?? {}, sharing));
  for (const item of itemsOf(fields.requiredApis)) {
    const requirement = requirementOf('olm.gvk.required', item, sharing);
    if (requirement !== undefined) requires.add(requirement);
  }
  for (const item of itemsOf(fields.dependencies)) {
    const dependency = fieldsOf(item) ?? {};
    const requirement = dependencyOf(textOf(dependency.type), parsedJson(textOf(dependency.value)), sharing);
    if (requirement !== undefined) requires.add(requirement);
  }
  return {
    provides: sharing.list([...provides]),
    requires: sharing.list([...requires]),
    properties: sharing.list([...properties]),
    version,
  };
}
